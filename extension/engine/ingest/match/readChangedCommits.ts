import { type ChangeCandidate, findChanges } from '../../attribution/changes';
import type { ChangedCommit, ChangedFile } from '../../attribution/matchInput';
import type { Database } from '../../database/database';
import { createBlobs } from './blobs';
import type { Numbering } from './readEdits';
import { comparable } from './repositoryPaths';
import { sortInSteps, visitInSteps } from './rowsInSteps';

/** A commit of a repository, with its rows' keys. */
export interface KnownCommit extends ChangedCommit {
  commitId: string;
  /** Per file its path_id. */
  pathIds: number[];
}

interface CommitRow {
  commit_id: string;
  parents: string;
  committed_at: number;
  subject: string;
  patch_id: string | null;
  made_in: string | null;
  is_pick: number;
  rewrites: string | null;
  is_reachable: number;
  change_id: string | null;
  is_canonical: number;
}

interface ChangedFileRow {
  path_id: number;
  path: string;
  old_path: string | null;
  change: string;
  hunks: Uint8Array | null;
  added: Uint8Array | null;
  removed: Uint8Array | null;
}

interface FileRow extends ChangedFileRow {
  commit_id: string;
}

/** A new file may come from so many deleted ones of its commit, and the other way round. */
const mostOtherEnds = 20;
/** A file may have had so many earlier names. */
const mostNames = 5;

/**
 * Commits of a repository in the order of time, with their lines. Tells copies of one change anew and writes what
 * changed; the ids of those commits are `reclassed`. Yields often, to be done in slices.
 */
export function* readChangedCommits(
  database: Database,
  repositoryId: number,
  preferred: ReadonlyMap<string, ReadonlySet<number>>,
  paths: Numbering,
  places: Numbering,
): Generator<void, { commits: KnownCommit[]; reclassed: string[] }> {
  const rows = yield* commitRows(database, repositoryId);
  const files = yield* filesByCommit(database, repositoryId);
  const { changeNumbers, reclassed } = yield* classify(database, repositoryId, rows, files);
  const renames = new Map<string, string[]>();
  const commits: KnownCommit[] = [];
  for (const row of rows) {
    yield;
    const own = files.get(row.commit_id) ?? [];
    const withLines = own.filter(({ hunks }) => hunks !== null);
    const changed = withLines.map((file) => changedFile(file, own, renames, paths));
    for (const { path, old_path } of own) {
      if (old_path !== null) renames.set(path, [...(renames.get(path) ?? []), old_path]);
    }
    commits.push({
      commitId: row.commit_id,
      isRestoring: row.is_pick === 1 || revert.test(row.subject),
      change: changeNumbers.get(row.commit_id) ?? -1,
      committedAt: row.committed_at,
      place: row.made_in === null ? -1 : places.of(comparable(row.made_in)),
      preferred: preferred.get(row.commit_id) ?? none,
      files: changed,
      pathIds: withLines.map(({ path_id }) => path_id),
    });
  }
  return { commits, reclassed };
}

/** Subjects that git gives to a revert, and to a revert of a revert. */
const revert = /^(?:Revert|Reapply) "/;

const none: ReadonlySet<number> = new Set();

function* commitRows(database: Database, repositoryId: number): Generator<void, CommitRow[]> {
  const rows: CommitRow[] = [];
  yield* visitInSteps<CommitRow>(
    database,
    `select commit_id, parents, committed_at, subject, patch_id, made_in, is_pick, rewrites, is_reachable, change_id, is_canonical
     from fact_commit where repository_id = ? and commit_id > ? order by commit_id`,
    { first: [repositoryId, ''], keyOf: ({ commit_id }) => [repositoryId, commit_id] },
    (row) => rows.push(row),
  );
  return yield* sortInSteps(
    rows,
    (one, other) => one.committed_at - other.committed_at || (one.commit_id < other.commit_id ? -1 : 1),
  );
}

function* filesByCommit(database: Database, repositoryId: number): Generator<void, Map<string, ChangedFileRow[]>> {
  const files = new Map<string, ChangedFileRow[]>();
  const names = new Map<string, string>();
  const blobs = createBlobs();
  const kept = ({ path_id, path, old_path, change, hunks, added, removed }: FileRow): ChangedFileRow => {
    const name = names.get(path) ?? path;
    names.set(name, name);
    return {
      ...{ path_id, path: name, old_path, change },
      ...{
        hunks: hunks && blobs.keep(hunks),
        added: added && blobs.keep(added),
        removed: removed && blobs.keep(removed),
      },
    };
  };
  yield* visitInSteps<FileRow>(
    database,
    `select commit_id, file.path_id, path.path, old.path as old_path, change, hunks, added, removed
     from fact_commit_file_change as file
     -- a cross join keeps the order: it is the files that are gone through
     cross join metadata_path as path on path.path_id = file.path_id
     left join metadata_path as old on old.path_id = file.old_path_id
     where repository_id = ? and (commit_id, file.path_id) > (?, ?) and excluded is null
     order by commit_id, file.path_id`,
    {
      first: [repositoryId, '', -1],
      keyOf: ({ commit_id, path_id }) => [repositoryId, commit_id, path_id],
    },
    (row) => {
      const known = files.get(row.commit_id);
      if (known) known.push(kept(row));
      else files.set(row.commit_id, [kept(row)]);
    },
  );
  for (const own of files.values()) {
    own.sort((one, other) => (one.path < other.path ? -1 : 1));
    yield;
  }
  return files;
}

function changedFile(
  file: ChangedFileRow,
  all: readonly ChangedFileRow[],
  renames: ReadonlyMap<string, readonly string[]>,
  paths: Numbering,
): ChangedFile {
  const names = new Set(file.old_path === null ? [] : [file.old_path]);
  for (const name of [file.path, ...names]) for (const older of earlierNames(name, renames)) names.add(older);
  const otherEnd = { added: 'deleted', deleted: 'added' }[file.change];
  for (const { path } of all.filter(({ change }) => change === otherEnd).slice(0, mostOtherEnds)) names.add(path);
  names.delete(file.path);
  return {
    path: paths.of(comparable(file.path)),
    oldPaths: [...names].map((name) => paths.of(comparable(name))),
    hunks: file.hunks ?? empty,
    added: file.added ?? empty,
    removed: file.removed ?? empty,
  };
}

const empty = new Uint8Array();

/** What a path was called before commits renamed it, latest first. */
function earlierNames(path: string, renames: ReadonlyMap<string, readonly string[]>): string[] {
  const names = [path];
  for (const name of names) {
    for (const older of renames.get(name)?.toReversed() ?? []) {
      if (names.length <= mostNames && !names.includes(older)) names.push(older);
    }
  }
  return names.slice(1);
}

function* classify(
  database: Database,
  repositoryId: number,
  rows: readonly CommitRow[],
  files: ReadonlyMap<string, ChangedFileRow[]>,
): Generator<void, { changeNumbers: Map<string, number>; reclassed: string[] }> {
  const changes = yield* findChanges(
    yield* candidatesOf(database, repositoryId, rows),
    rows.flatMap(({ commit_id, rewrites }) => (rewrites === null ? [] : [[rewrites, commit_id] as const])),
    (commit) => (files.get(commit) ?? []).map(({ path, added }) => ({ path, added: added ?? empty })),
  );
  const numbers = new Map<string, number>();
  const changeNumbers = new Map<string, number>();
  const reclassed: string[] = [];
  for (const { commit_id, change_id, is_canonical } of rows) {
    yield;
    const { change = commit_id, isCanonical = true } = changes.get(commit_id) ?? {};
    const number = numbers.get(change) ?? numbers.size;
    numbers.set(change, number);
    changeNumbers.set(commit_id, number);
    if (change_id === change && is_canonical === (isCanonical ? 1 : 0)) continue;
    database.run('update fact_commit set change_id = ?, is_canonical = ? where repository_id = ? and commit_id = ?', [
      ...[change, isCanonical ? 1 : 0, repositoryId, commit_id],
    ]);
    reclassed.push(commit_id);
  }
  return { changeNumbers, reclassed };
}

function* candidatesOf(
  database: Database,
  repositoryId: number,
  rows: readonly CommitRow[],
): Generator<void, ChangeCandidate[]> {
  const tip = database.get<{ tip: string | null }>(
    'select mainline_tip as tip from metadata_repository where repository_id = ?',
    [repositoryId],
  )?.tip;
  const parents = new Map<string, string[]>();
  for (const row of rows) {
    parents.set(row.commit_id, JSON.parse(row.parents) as string[]);
    yield;
  }
  const mainline = new Set<string>();
  const waiting = tip == null ? [] : [tip];
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (mainline.has(commit)) continue;
    mainline.add(commit);
    waiting.push(...(parents.get(commit) ?? []));
    yield;
  }
  const candidates: ChangeCandidate[] = [];
  for (const row of rows) {
    candidates.push({
      commit: row.commit_id,
      parents: parents.get(row.commit_id) ?? [],
      committedAt: row.committed_at,
      patchId: row.patch_id ?? undefined,
      isOnMainline: mainline.has(row.commit_id),
      isReachable: row.is_reachable === 1,
    });
    yield;
  }
  return candidates;
}
