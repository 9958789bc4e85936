import { countLong } from '../attribution/lines';
import type { Database } from '../database/database';
import { readSetting } from '../database/schema';
import { blobSizes, LARGE_FILE_BYTES, readAttributes } from '../git/attributes';
import { readCommits } from '../git/commits';
import { agentOfEmail } from '../git/declarations/agents';
import { classifyPath } from '../git/fileClass';
import type { CommitFacts } from '../git/log/commitRecords';
import { readReflogs } from '../git/reflogs';
import { listTips, reachableFromRefs } from '../git/refs';
import { trailerRows, writeDeclarations } from './declare/writeDeclarations';
import type { Dictionary } from './dictionary';
import { gitSource, noteGitProblem } from './gitProblems';
import { personKey } from './keys';
import { type KnownClone, myIdentities } from './repositories';

export interface CommitReading {
  commits: number;
  /** Commits whose facts are new or changed. */
  touched: string[];
}

const batchSize = 500;
/** Of packed lines. */
const batchBytes = 8 << 20;
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
  const known = database.get<{
    tips: string;
    remote_tips: string;
    commits_since: number | null;
    lines_since: number | null;
    is_complete: number;
  }>('select tips, remote_tips, commits_since, lines_since, is_complete from metadata_clone where clone_id = ?', [
    clone.cloneId,
  ]);
  const knownTips = known ? (JSON.parse(known.tips) as string[]) : [];
  const tips = await listTips(clone.facts);
  const remoteTips = remoteTipsOf(clone);
  const since = sinceOf(database, clone.repositoryId, now);
  const linesSince = linesSinceOf(database, clone.repositoryId);
  const reachesFurther =
    known?.commits_since == null ||
    since < known.commits_since - dayMs ||
    linesSince < (known.lines_since ?? Number.POSITIVE_INFINITY) - dayMs;
  const isMoved = tips.join() !== knownTips.join() || JSON.stringify(remoteTips) !== known?.remote_tips;
  if (!reachesFurther && !isMoved) {
    return { commits: 0, touched: [] };
  }
  const touched: string[] = [];
  let batch: CommitFacts[] = [];
  let bytes = 0;
  database.run('update metadata_clone set is_complete = 0 where clone_id = ?', [clone.cloneId]);
  const flush = async () => {
    await writeCommits(database, dictionary, clone, batch, linesSince, now);
    touched.push(...batch.map((commit) => commit.commit));
    onProgress(touched.length);
    batch = [];
    bytes = 0;
  };
  try {
    for await (const commit of readCommits(clone.facts, {
      knownTips: reachesFurther ? [] : knownTips,
      tips,
      since,
      signal,
    })) {
      batch.push(commit);
      bytes += sizeOf(commit);
      if (batch.length >= batchSize || bytes >= batchBytes) {
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
  await noteReflogs(database, clone);
  database.run(
    `update metadata_clone set tips = ?, remote_tips = ?, commits_since = ?, lines_since = ?, is_complete = 1
     where clone_id = ?`,
    [
      ...[JSON.stringify(tips), JSON.stringify(remoteTips)],
      Math.min(since, known?.commits_since ?? since),
      Number.isFinite(linesSince) ? Math.min(linesSince, known?.lines_since ?? linesSince) : null,
      clone.cloneId,
    ],
  );
  return { commits: touched.length, touched: [...new Set(touched)] };
}

/** Lines are kept from 30 days before the repository's first edit on: nothing older can be matched. */
function linesSinceOf(database: Database, repositoryId: number): number {
  const first = database.get<{ at: number | null }>(
    `select min(change.at) as at
     from fact_session_code_change as change inner join metadata_session using (session_id)
     where repository_id = ?`,
    [repositoryId],
  )?.at;
  return first == null ? Number.POSITIVE_INFINITY : first - lookbackMs(database);
}

function lookbackMs(database: Database): number {
  return Number(readSetting(database, 'window.commit_lookback_days') ?? 30) * dayMs;
}

const sizeOf = ({ files }: CommitFacts): number =>
  files.reduce((sum, { lines }) => sum + (lines ? lines.addedLines.length + lines.removedLines.length : 0), 0);

/** In which worktree commits were made, and which they replaced: reflogs forget. */
async function noteReflogs(database: Database, clone: KnownClone): Promise<void> {
  const { folders, rewrites, picks } = await readReflogs(clone.facts.commonDir, clone.facts.worktrees[0]?.path);
  database.transaction(() => {
    for (const [commit, folder] of folders) {
      database.run(
        'update fact_commit set made_in = ?1, change_id = null where repository_id = ?2 and commit_id = ?3 and made_in is not ?1',
        [folder, clone.repositoryId, commit],
      );
    }
    for (const commit of picks) {
      database.run(
        'update fact_commit set is_pick = 1, change_id = null where repository_id = ? and commit_id = ? and is_pick = 0',
        [clone.repositoryId, commit],
      );
    }
    for (const [before, after] of rewrites) {
      database.run(
        'update fact_commit set rewrites = ?1, change_id = null where repository_id = ?2 and commit_id = ?3 and rewrites is not ?1',
        [before, clone.repositoryId, after],
      );
    }
  });
}

function sinceOf(database: Database, repositoryId: number, now: number): number {
  const first = database.get<{ at: number | null }>(
    `select min(event_session.started_at) as at
     from event_session inner join metadata_repository using (repository_key)
     where metadata_repository.repository_id = ? and event_session.is_retracted = 0`,
    [repositoryId],
  )?.at;
  if (first) {
    database.run('update metadata_repository set first_session_at = ? where repository_id = ?', [first, repositoryId]);
  }
  return Math.min(first ? first - lookbackMs(database) : now, now - withoutSessionsMs);
}

async function writeCommits(
  database: Database,
  dictionary: Dictionary,
  clone: KnownClone,
  commits: CommitFacts[],
  linesSince: number,
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
           parents, parent_count, subject, agent, is_pushed, is_reachable, first_seen_at, patch_id)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?)
         on conflict (repository_id, commit_id) do update set
           is_reachable = 1, patch_id = coalesce(excluded.patch_id, patch_id), change_id = null`,
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
            commit.trailers.agents[0] ?? agentOfEmail(commit.authorEmail) ?? null,
            ...[now, commit.patchId ?? null],
          ],
        ],
      );
      writeDeclarations(database, clone.repositoryId, commit.commit, trailerRows(commit.trailers));
      for (const file of commit.files) {
        const { class: fileClass, excluded } = classifyPath(file.path, attributes.get(file.path));
        const isLarge = file.isLarge || (file.blob !== undefined && (sizes.get(file.blob) ?? 0) > LARGE_FILE_BYTES);
        const why = excluded ?? (isLarge ? 'large' : null);
        const lines = why === null && commit.committedAt >= linesSince ? file.lines : undefined;
        const pathId = dictionary.path(file.path);
        database.run(
          `insert into metadata_file (repository_id, path_id, class) values (?, ?, ?)
           on conflict (repository_id, path_id) do update set class = excluded.class`,
          [clone.repositoryId, pathId, fileClass],
        );
        database.run(
          `insert into fact_commit_file_change (repository_id, commit_id, path_id, old_path_id, change, added_lines, removed_lines, is_binary, excluded,
             long_added_lines, long_removed_lines, hunks, added, removed)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (repository_id, commit_id, path_id) do update set
             added_lines = excluded.added_lines, removed_lines = excluded.removed_lines, excluded = excluded.excluded,
             long_added_lines = excluded.long_added_lines, long_removed_lines = excluded.long_removed_lines,
             hunks = coalesce(excluded.hunks, hunks), added = coalesce(excluded.added, added),
             removed = coalesce(excluded.removed, removed)`,
          [
            ...[
              clone.repositoryId,
              commit.commit,
              pathId,
              file.oldPath === undefined ? null : dictionary.path(file.oldPath),
              file.change,
            ],
            ...[file.added, file.removed, file.isBinary ? 1 : 0, why],
            ...(why === null && file.lines
              ? [countLong(file.lines.addedLines), countLong(file.lines.removedLines)]
              : [0, 0]),
            ...[lines?.hunks ?? null, lines?.addedLines ?? null, lines?.removedLines ?? null],
          ],
        );
      }
      for (const problem of commit.problems) {
        noteGitProblem(database, logId, commit.commit, problem, now);
      }
    }
  });
}

const remoteTipsOf = ({ facts }: KnownClone): string[] =>
  [...new Set(facts.branches.filter(({ isRemote }) => isRemote).map(({ tip }) => tip))].sort();

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
  const remoteTips = remoteTipsOf(clone);
  const pushed = remoteTips.length === 0 ? new Set<string>() : await reachableFromRefs(clone.facts, ids, remoteTips);
  const changed: string[] = [];
  database.transaction(() => {
    for (const commit of commits) {
      // What another clone of the repository reaches is not lost because this one does not.
      const isReachable = reachable.has(commit.commit_id) || (otherClones > 1 && commit.is_reachable === 1) ? 1 : 0;
      const isPushed = pushed.has(commit.commit_id) || (otherClones > 1 && commit.is_pushed === 1) ? 1 : 0;
      if (isReachable !== commit.is_reachable || isPushed !== commit.is_pushed) {
        database.run(
          // Of copies the one that is reached stands for the change. That it was pushed says nothing of its lines.
          `update fact_commit
           set is_reachable = ?1, is_pushed = ?2, change_id = iif(is_reachable = ?1, change_id, null)
           where repository_id = ?3 and commit_id = ?4`,
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
