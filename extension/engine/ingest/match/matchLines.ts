import type { DatedDeclaration } from '../../attribution/clockOffset';
import { matchCommits } from '../../attribution/matchCommits';
import { clockToleranceMs } from '../../attribution/matchInput';
import type { Database } from '../../database/database';
import { declaredCommit } from '../../events/commitSessionEvent';
import { readDeclarations } from '../declarations';
import { noteMatchedTip, repositoriesOfChangedCommits } from './changedCommits';
import { repositoriesOfChangedEdits } from './changedSessions';
import { type KnownCommit, readChangedCommits } from './readChangedCommits';
import { createNumbering, type OpaqueWrite, readEdits } from './readEdits';
import { writeCommitMatches } from './writeMatches';

/** A session that wrote a file in a way that no log shows covers its commits so long. */
const coverMs = 7 * 86_400_000;

/** What may have changed since lines were last matched. `all`: nobody knows. */
export interface Unmatched {
  commits: 'changed' | 'all';
  sessions: ReadonlySet<number>;
}

/**
 * Matches the lines of commits with edits (docs/attribution.md) where commits or sessions changed. Yields wherever the
 * database may be committed: who cuts it off has to match `all` the next time. Returns the commits of which something
 * else is true than before.
 */
export function* matchLines(database: Database, unmatched: Unmatched): Generator<void, string[]> {
  const repositories = yield* touchedRepositories(database, unmatched);
  if (repositories.length === 0) return [];
  const declarations = readDeclared(database);
  const [paths, places] = [createNumbering(), createNumbering()];
  const edits = yield* readEdits(database, repositories, declarations.dated, paths, places);
  const touched = new Set<string>();
  for (const repositoryId of repositories) {
    const { commits, reclassed } = yield* readChangedCommits(
      database,
      repositoryId,
      declarations.sessions,
      paths,
      places,
    );
    for (const commit of reclassed) touched.add(commit);
    const own = edits.get(repositoryId) ?? { edits: [], opaque: [] };
    // What is matched is not held until the next repositories are, too.
    edits.delete(repositoryId);
    const matches = yield* matchCommits(own.edits, commits);
    const opaque = byPath(own.opaque);
    for (const [index, commit] of commits.entries()) {
      const files = matches.of(index);
      const tools = commit.files.map(({ path }) => toolSession(opaque.get(path) ?? [], commit));
      if (writeCommitMatches(database, repositoryId, commit, own.edits, files, tools)) touched.add(commit.commitId);
      yield;
    }
    noteMatchedTip(database, repositoryId);
  }
  return [...touched];
}

/** Repositories with new or changed commits, and those in whose commits changed edits may show. */
function* touchedRepositories(database: Database, { commits, sessions }: Unmatched): Generator<void, number[]> {
  const ofEdits = yield* repositoriesOfChangedEdits(database, sessions);
  const ofCommits =
    commits === 'all'
      ? database.all<{ id: number }>('select distinct repository_id as id from fact_commit').map(({ id }) => id)
      : yield* repositoriesOfChangedCommits(database);
  return [...new Set([...ofEdits, ...ofCommits])].sort((a, b) => a - b);
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
