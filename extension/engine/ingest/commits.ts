import type { Database } from '../database/database';
import { blobSizes, LARGE_FILE_BYTES, readAttributes } from '../git/attributes';
import { readCommits } from '../git/commits';
import { agentOfEmail } from '../git/declarations';
import { classifyPath } from '../git/fileClass';
import type { CommitFacts } from '../git/log/commitRecords';
import { listTips, reachableFromRefs } from '../git/refs';
import type { Dictionary } from './dictionary';
import { personKey, sha256 } from './keys';
import { type KnownClone, myIdentities } from './repositories';

export interface CommitReading {
  commits: number;
  /** Commits whose facts are new or changed. */
  touched: string[];
}

const batchSize = 500;
const dayMs = 86_400_000;
/** How far back a repository without sessions is read. */
const withoutSessionsMs = 90 * dayMs;

/**
 * Reads the commits of a clone that are not facts yet: from 30 days before the repository's first session on, newest
 * first. Unchanged tips cost one look. An interrupted reading is taken up anew the next time.
 */
export async function readCloneCommits(
  database: Database,
  dictionary: Dictionary,
  clone: KnownClone,
  now: number,
  signal: AbortSignal,
  onProgress: (commits: number) => void,
): Promise<CommitReading> {
  const known = database.get<{ tips: string; commits_since: number | null; is_complete: number }>(
    'select tips, commits_since, is_complete from metadata_clone where clone_id = ?',
    [clone.cloneId],
  );
  const knownTips = known ? (JSON.parse(known.tips) as string[]) : [];
  const tips = await listTips(clone.facts);
  const since = sinceOf(database, clone.repositoryId, now);
  const reachesFurther = known?.commits_since === null || known === undefined || since < known.commits_since - dayMs;
  if (!reachesFurther && tips.join() === knownTips.join()) {
    return { commits: 0, touched: [] };
  }
  const touched: string[] = [];
  let batch: CommitFacts[] = [];
  database.run('update metadata_clone set is_complete = 0 where clone_id = ?', [clone.cloneId]);
  const flush = async () => {
    await writeCommits(database, dictionary, clone, batch, now);
    touched.push(...batch.map((commit) => commit.commit));
    onProgress(touched.length);
    batch = [];
  };
  try {
    for await (const commit of readCommits(clone.facts, {
      knownTips: reachesFurther ? [] : knownTips,
      tips,
      since,
      signal,
    })) {
      batch.push(commit);
      if (batch.length >= batchSize) {
        await flush();
      }
    }
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
  await flush();
  if (signal.aborted) {
    return { commits: touched.length, touched };
  }
  touched.push(...(await updateReachability(database, clone, tips)));
  database.run('update metadata_clone set tips = ?, commits_since = ?, is_complete = 1 where clone_id = ?', [
    JSON.stringify(tips),
    Math.min(since, known?.commits_since ?? since),
    clone.cloneId,
  ]);
  return { commits: touched.length, touched: [...new Set(touched)] };
}

function sinceOf(database: Database, repositoryId: number, now: number): number {
  const lookback = Number(
    database.get<{ value: string }>("select value from metadata_setting where name = 'window.commit_lookback_days'")
      ?.value ?? 30,
  );
  const first = database.get<{ at: number | null }>(
    `select min(event_session.started_at) as at
     from event_session inner join metadata_repository using (repository_key)
     where metadata_repository.repository_id = ? and event_session.is_retracted = 0`,
    [repositoryId],
  )?.at;
  if (first) {
    database.run('update metadata_repository set first_session_at = ? where repository_id = ?', [first, repositoryId]);
  }
  return Math.min(first ? first - lookback * dayMs : now, now - withoutSessionsMs);
}

async function writeCommits(
  database: Database,
  dictionary: Dictionary,
  clone: KnownClone,
  commits: CommitFacts[],
  now: number,
): Promise<void> {
  if (commits.length === 0) {
    return;
  }
  const paths = [...new Set(commits.flatMap((commit) => commit.files.map((file) => file.path)))];
  const attributes = await readAttributes(clone.facts, paths);
  const sizes = await blobSizes(
    clone.facts,
    commits.flatMap((commit) => commit.files.flatMap((file) => file.blob ?? [])),
  );
  const mine = myIdentities(database);
  const logId = gitSource(database, clone.facts.commonDir, now);
  database.transaction(() => {
    for (const commit of commits) {
      const author = registerPerson(database, mine, commit.authorEmail, commit.authorName);
      const committer = registerPerson(database, mine, commit.committerEmail, commit.committerName);
      database.run(
        `insert into fact_commit (repository_id, commit_id, author_person_id, committer_person_id, author_name, authored_at, committed_at,
           parents, parent_count, subject, agent, is_pushed, is_reachable, first_seen_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?)
         on conflict (repository_id, commit_id) do update set is_reachable = 1`,
        [
          ...[
            clone.repositoryId,
            commit.commit,
            author,
            committer,
            commit.authorName,
            commit.authoredAt,
            commit.committedAt,
          ],
          ...[
            JSON.stringify(commit.parents),
            commit.parents.length,
            commit.subject,
            commit.trailers.agent ?? agentOfEmail(commit.authorEmail) ?? null,
            now,
          ],
        ],
      );
      for (const file of commit.files) {
        const { class: fileClass, excluded } = classifyPath(file.path, attributes.get(file.path));
        const isLarge = file.blob !== undefined && (sizes.get(file.blob) ?? 0) > LARGE_FILE_BYTES;
        const pathId = dictionary.path(file.path);
        database.run(
          `insert into metadata_file (repository_id, path_id, class) values (?, ?, ?)
           on conflict (repository_id, path_id) do update set class = excluded.class`,
          [clone.repositoryId, pathId, fileClass],
        );
        database.run(
          `insert into fact_commit_file_change (repository_id, commit_id, path_id, old_path_id, change, added_lines, removed_lines, is_binary, excluded)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (repository_id, commit_id, path_id) do update set
             added_lines = excluded.added_lines, removed_lines = excluded.removed_lines, excluded = excluded.excluded`,
          [
            ...[
              clone.repositoryId,
              commit.commit,
              pathId,
              file.oldPath === undefined ? null : dictionary.path(file.oldPath),
              file.change,
            ],
            ...[file.added, file.removed, file.isBinary ? 1 : 0, excluded ?? (isLarge ? 'large' : null)],
          ],
        );
      }
      for (const problem of commit.problems) {
        noteGitProblem(database, logId, commit.commit, problem, now);
      }
    }
  });
}

/** Which of the repository's commits branches still reach, in any of its clones; returns those where that changed. */
async function updateReachability(database: Database, clone: KnownClone, tips: readonly string[]): Promise<string[]> {
  const commits = database.all<{ commit_id: string; is_reachable: number; is_pushed: number }>(
    'select commit_id, is_reachable, is_pushed from fact_commit where repository_id = ?',
    [clone.repositoryId],
  );
  const ids = commits.map((commit) => commit.commit_id);
  const otherClones =
    database.get<{ clones: number }>('select count(*) as clones from metadata_clone where repository_id = ?', [
      clone.repositoryId,
    ])?.clones ?? 1;
  const reachable = await reachableFromRefs(clone.facts, ids, tips);
  const remoteTips = clone.facts.branches.filter((branch) => branch.isRemote).map((branch) => branch.tip);
  const pushed = remoteTips.length === 0 ? new Set<string>() : await reachableFromRefs(clone.facts, ids, remoteTips);
  const changed: string[] = [];
  database.transaction(() => {
    for (const commit of commits) {
      // What another clone of the repository reaches is not lost because this one does not.
      const isReachable = reachable.has(commit.commit_id) || (otherClones > 1 && commit.is_reachable === 1) ? 1 : 0;
      const isPushed = pushed.has(commit.commit_id) || (otherClones > 1 && commit.is_pushed === 1) ? 1 : 0;
      if (isReachable !== commit.is_reachable || isPushed !== commit.is_pushed) {
        database.run(
          'update fact_commit set is_reachable = ?, is_pushed = ? where repository_id = ? and commit_id = ?',
          [isReachable, isPushed, clone.repositoryId, commit.commit_id],
        );
        changed.push(commit.commit_id);
      }
    }
  });
  return changed;
}

function registerPerson(database: Database, mine: ReadonlySet<string>, email: string, name: string): string {
  const address = email.trim().toLowerCase();
  if (mine.has(address)) {
    return 'me';
  }
  const key = personKey(address);
  const isBot = /\[bot\]/.test(address) || name.endsWith('[bot]');
  database.run('insert or ignore into metadata_person (person_id, identities, is_me, is_bot) values (?, ?, 0, ?)', [
    key,
    JSON.stringify([address]),
    isBot ? 1 : 0,
  ]);
  return key;
}

/** The row under which problems of a git directory are noted. */
export function gitSource(database: Database, commonDir: string, now: number): number {
  database.run(
    `insert into metadata_source (provider, real_path, kind, status, first_read_at, last_read_at) values ('git', ?, 'git', 'read', ?, ?)
     on conflict (provider, real_path) do update set last_read_at = excluded.last_read_at, status = 'read', gone_at = null`,
    [commonDir, now, now],
  );
  return (
    database.get<{ log_id: number }>("select log_id from metadata_source where provider = 'git' and real_path = ?", [
      commonDir,
    ])?.log_id ?? 0
  );
}

export function noteGitProblem(database: Database, logId: number, commit: string, problem: string, now: number): void {
  // A commit has no offset: the start of its id, else of the problem's digest, keeps several problems apart.
  database.run(
    'insert or replace into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, ?, ?, ?, ?)',
    [
      logId,
      Number.parseInt((commit || sha256(problem)).slice(0, 12), 16),
      commit ? 'commit' : 'repository',
      commit ? `${commit.slice(0, 7)}: ${problem}` : problem,
      now,
    ],
  );
}
