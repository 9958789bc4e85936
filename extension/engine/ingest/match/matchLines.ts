import type { DatedDeclaration } from '../../attribution/clockOffset';
import { matchCommits } from '../../attribution/matchCommits';
import { clockToleranceMs } from '../../attribution/matchInput';
import type { Database } from '../../database/database';
import { declaredCommit } from '../../events/commitSessionEvent';
import { readDeclarations } from '../declarations';
import { repositoriesOfChangedEdits } from './changedSessions';
import { type KnownCommit, readChangedCommits } from './readChangedCommits';
import { createNumbering, type OpaqueWrite, readEdits } from './readEdits';
import { writeCommitMatches } from './writeMatches';

/** A session that wrote a file in a way that no log shows covers its commits so long. */
const coverMs = 7 * 86_400_000;

/**
 * Matches the lines of commits with edits (docs/attribution.md) where commits or sessions changed, in one transaction
 * per repository. Returns the commits of which something else is true than before.
 */
export function matchLines(
  database: Database,
  { commits, sessions }: { commits: readonly string[]; sessions: ReadonlySet<number> },
): string[] {
  const repositories = touchedRepositories(database, commits, sessions);
  if (repositories.length === 0) return [];
  const declarations = readDeclared(database);
  const [paths, places] = [createNumbering(), createNumbering()];
  const edits = readEdits(database, declarations.dated, paths, places);
  const touched: string[] = [];
  for (const repositoryId of repositories) {
    database.transaction(() => {
      const { commits: known, reclassed } = readChangedCommits(
        database,
        repositoryId,
        declarations.sessions,
        paths,
        places,
      );
      touched.push(...reclassed);
      const own = edits.get(repositoryId) ?? { edits: [], opaque: [] };
      const matches = matchCommits(own.edits, known);
      const opaque = byPath(own.opaque);
      for (const [index, commit] of known.entries()) {
        const files = matches.of(index);
        const tools = commit.files.map(({ path }) => toolSession(opaque.get(path) ?? [], commit));
        if (writeCommitMatches(database, repositoryId, commit, own.edits, files, tools)) touched.push(commit.commitId);
      }
    });
  }
  return [...new Set(touched)];
}

/** Repositories with new or changed commits, and those in whose commits changed edits may show. */
function touchedRepositories(database: Database, commits: readonly string[], sessions: ReadonlySet<number>): number[] {
  const ofCommits = database.all<{ id: number }>(
    'select distinct repository_id as id from fact_commit where commit_id in (select value from json_each(?))',
    [JSON.stringify(commits)],
  );
  const ofEdits = repositoriesOfChangedEdits(database, sessions);
  return [...new Set([...ofCommits.map(({ id }) => id), ...ofEdits])].sort((a, b) => a - b);
}

function readDeclared(database: Database): {
  dated: Map<number, DatedDeclaration[]>;
  sessions: Map<string, Set<number>>;
} {
  const dated = new Map<number, DatedDeclaration[]>();
  const sessions = new Map<string, Set<number>>();
  for (const declaration of readDeclarations(database)) {
    const commit = declaredCommit(declaration);
    if (!commit) continue;
    const { sessionId, declaredAt } = declaration;
    const committedAt = database.get<{ at: number }>('select committed_at as at from fact_commit where commit_id = ?', [
      commit.commitId,
    ])?.at;
    if (committedAt === undefined) continue;
    sessions.set(commit.commitId, (sessions.get(commit.commitId) ?? new Set()).add(sessionId));
    if (declaredAt === null) continue;
    dated.set(sessionId, [...(dated.get(sessionId) ?? []), { loggedAt: declaredAt, committedAt }]);
  }
  return { dated, sessions };
}

function byPath(writes: readonly OpaqueWrite[]): Map<number, OpaqueWrite[]> {
  const found = new Map<number, OpaqueWrite[]>();
  for (const write of writes) {
    const known = found.get(write.path);
    if (known) known.push(write);
    else found.set(write.path, [write]);
  }
  return found;
}

/** The latest session that wrote the file by a command in the week before the commit. */
function toolSession(writes: readonly OpaqueWrite[], { committedAt }: KnownCommit): number | undefined {
  return writes
    .filter(({ at }) => at <= committedAt + clockToleranceMs && at >= committedAt - coverMs)
    .reduce<OpaqueWrite | undefined>((latest, write) => (latest && latest.at >= write.at ? latest : write), undefined)
    ?.sessionId;
}
