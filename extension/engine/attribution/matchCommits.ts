import {
  type BothSides,
  type ChangedLines,
  createChangedLines,
  type FoundLines,
  isOpen,
  setMatch,
} from './changedLines';
import { type ChangeTimes, changeTimes } from './changeTimes';
import { matchCarried } from './evidence/carried';
import { leftRuns, matchMoved, mayBeMoved } from './evidence/moved';
import { matchNeighbours } from './evidence/neighbours';
import { matchRewrapped } from './evidence/rewrapped';
import { matchSamePath } from './evidence/samePath';
import { dropOldSingles } from './evidence/singles';
import { createKeyTable, type KeyTable } from './keyTable';
import type { ChangedCommit, FileMatches, LineMatches, WrittenEdit } from './matchInput';
import { clockToleranceMs } from './matchInput';
import { createPool, type Pool, type Request } from './pool';
import { highKey, indexWrittenLines, lowKey } from './writtenLines';

/** What explains the lines of a commit's files, in their order. */
export interface Matches {
  of(commit: number): FileMatches[];
}

/**
 * Which edit explains which changed line: the rules of docs/attribution.md. `edits` and `commits` of one repository in
 * the order of time (ties by key, so that the result does not depend on the order of reading). Yields often, to be done
 * in slices.
 */
export function* matchCommits(
  edits: readonly WrittenEdit[],
  commits: readonly ChangedCommit[],
): Generator<void, Matches> {
  const matching = yield* beginMatching(edits, commits);
  const all = createChangedLines(commits);
  const passedBy = new Set<number>();
  for (const index of commits.keys()) {
    const files = all.sidesOf(index);
    if (isOfInterest(matching, files)) yield* matchCommit(matching, index, files);
    else passedBy.add(index);
    yield;
  }
  const left = yield* leftRuns(edits, matching.added);
  for (const index of commits.keys()) {
    yield;
    const files = all.sidesOf(index);
    if (passedBy.has(index)) {
      if (!files.some(({ added }) => mayBeMoved(added, left))) continue;
      yield* matchCarried(files, () => -1);
    }
    for (const { added } of files) {
      matchMoved(added, left, matching.added, edits, requester(matching, index, added));
      matchNeighbours(added, sessionIn(matching, matching.added));
      yield;
    }
  }
  return {
    of: (commit) =>
      all.foundIn(commit).map(({ added, removed }) => ({
        added: linesOf(added, matching.added),
        removed: linesOf(removed, matching.removed),
      })),
  };
}

interface Matching {
  edits: readonly WrittenEdit[];
  commits: readonly ChangedCommit[];
  editsOfPath: ReadonlyMap<number, number[]>;
  added: Pool;
  removed: Pool;
  times: ChangeTimes;
  /** What explained a line when it was last committed, by path and exact text. */
  committed: { keys: KeyTable; origin: number[]; paths: Set<number> };
}

function* beginMatching(edits: readonly WrittenEdit[], commits: readonly ChangedCommit[]): Generator<void, Matching> {
  const { added, removed } = yield* indexWrittenLines(edits);
  const copies = new Int32Array(commits.reduce((most, { change }) => Math.max(most, change + 1), 0));
  for (const { change } of commits) copies[change] = (copies[change] ?? 0) + 1;
  const editsOfPath = new Map<number, number[]>();
  for (const [index, { path }] of edits.entries()) {
    const known = editsOfPath.get(path);
    if (known) known.push(index);
    else editsOfPath.set(path, [index]);
    yield;
  }
  const addedPool = createPool(edits, added, copies, (line, until) => {
    const takenBack = edits[added.takenBack[line] ?? -1];
    return takenBack === undefined || takenBack.at > until - clockToleranceMs;
  });
  yield;
  // Taking back what was never committed removes nothing from a commit.
  const removedPool = createPool(edits, removed, copies, (line) => {
    const takenBack = removed.takenBack[line] ?? -1;
    return takenBack === -1 || addedPool.isTaken(takenBack);
  });
  return {
    ...{ edits, commits, editsOfPath, added: addedPool, removed: removedPool },
    times: yield* changeTimes(commits, copies),
    committed: { keys: createKeyTable(added.edit.length), origin: [], paths: new Set() },
  };
}

function* matchCommit(matching: Matching, index: number, files: readonly BothSides[]): Generator<void, void> {
  const { edits, added: pool, removed: removedPool } = matching;
  if (matching.commits[index]?.isRestoring) for (const { added } of files) restore(matching, added);
  yield* matchCarried(files, (removed, line) => originOf(matching, removed, line));
  for (const { added, removed } of files) {
    removed.isCarried.fill(0);
    const requestOf = requester(matching, index, added);
    const { path, oldPaths } = added.file;
    const hasCopies = matching.times.hasCopies(matching.commits[index]?.change ?? -1);
    matchSamePath(added, pool, requestOf, { by: 'key', path, kind: 'exact', isBeforeKnown: true });
    for (const oldPath of oldPaths) {
      matchSamePath(added, pool, requestOf, { by: 'key', path: oldPath, kind: 'renamed', isBeforeKnown: true });
    }
    matchSamePath(added, pool, requestOf, { by: 'looseKey', path, kind: 'loose', isBeforeKnown: true });
    for (const of of [path, ...oldPaths]) {
      matchRewrapped(added, pool, edits, matching.editsOfPath.get(of) ?? [], requestOf, hasCopies);
    }
    for (const of of [path, ...oldPaths]) {
      matchSamePath(added, pool, requestOf, { by: 'key', path: of, kind: 'overwrite', isBeforeKnown: false });
    }
    matchRemoved(matching, index, removed);
    const ageOf = (written: number, line: number) =>
      requestOf(line).until - (edits[pool.written.edit[written] ?? -1]?.at ?? 0);
    dropOldSingles(added, ageOf, sessionIn(matching, pool), pool.release);
    matchNeighbours(removed, sessionIn(matching, removedPool));
    yield;
  }
  for (const { added } of files) remember(matching, added);
}

/** Reverts and cherry-picks write nothing: what they bring back, or from elsewhere, is whose it was. */
function restore(matching: Matching, added: ChangedLines): void {
  for (let line = 0; line < added.lines.count; line++) {
    const origin = isOpen(added, line) ? originOf(matching, added, line) : -1;
    if (origin >= 0) setMatch(added, line, origin, 'exact');
  }
}

/** Rule 9. */
function matchRemoved(matching: Matching, index: number, removed: ChangedLines): void {
  const requestOf = requester(matching, index, removed);
  const { path, oldPaths } = removed.file;
  const compare = { by: 'key', isBeforeKnown: true } as const;
  matchSamePath(removed, matching.removed, requestOf, { ...compare, path, kind: 'exact' });
  for (const oldPath of oldPaths) {
    matchSamePath(removed, matching.removed, requestOf, { ...compare, path: oldPath, kind: 'renamed' });
  }
}

/** Most commits touch no path that an edit has touched: nothing is done for them. */
function isOfInterest({ editsOfPath, committed }: Matching, files: readonly BothSides[]): boolean {
  const isKnown = (path: number) => editsOfPath.has(path) || committed.paths.has(path);
  return files.some(({ added: { file } }) => isKnown(file.path) || file.oldPaths.some(isKnown));
}

function requester({ commits, times }: Matching, index: number, changed: ChangedLines): (line: number) => Request {
  const commit = commits[index];
  const { change = -1, committedAt = 0, place = -1, preferred = new Set<number>() } = commit ?? {};
  const plain: Request = { until: committedAt, change, commit: index, place, preferred };
  if (!times.hasCopies(change)) return () => plain;
  return (line) => ({ ...plain, until: times.earliest(change, changed.file.path, changed.lines, line) ?? committedAt });
}

function sessionIn({ edits }: Matching, { written }: Pool): (line: number) => number {
  return (line) => edits[written.edit[line] ?? -1]?.session ?? -1;
}

function originOf({ committed }: Matching, { file, lines }: ChangedLines, line: number): number {
  for (const path of [file.path, ...file.oldPaths]) {
    const key = committed.keys.find(highKey(path, lines.exactHigh(line)), lowKey(path, lines.exactLow(line)));
    const origin = key < 0 ? -1 : (committed.origin[key] ?? -1);
    if (origin >= 0) return origin;
  }
  return -1;
}

function remember({ committed }: Matching, { file: { path }, lines, match }: ChangedLines): void {
  for (let line = 0; line < lines.count; line++) {
    const origin = match[line] ?? -1;
    if (origin < 0 || !lines.isTelling(line)) continue;
    committed.paths.add(path);
    committed.origin[committed.keys.intern(highKey(path, lines.exactHigh(line)), lowKey(path, lines.exactLow(line)))] =
      origin;
  }
}

function linesOf({ match, kind }: FoundLines, { written }: Pool): LineMatches {
  return { edits: match.map((line) => (line < 0 ? -1 : (written.edit[line] ?? -1))), kinds: kind };
}
