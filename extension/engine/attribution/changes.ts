import { PackedLines } from './packed';

/** What is asked of a commit to tell copies of one change. */
export interface ChangeCandidate {
  commit: string;
  parents: readonly string[];
  committedAt: number;
  /** `Patch id with context`; undefined: none. */
  patchId: string | undefined;
  /** Whether the mainline reaches it. */
  isOnMainline: boolean;
  isReachable: boolean;
}

/** Copies of one change: the name of the change, and which copy stands for it. */
export interface Change {
  change: string;
  isCanonical: boolean;
}

/** Added lines of a commit, for those asked about: by path and packed. */
export type LinesOf = (commit: string) => readonly { path: string; added: Uint8Array }[];

/** Of equal patches only so many changes are compared: versions are bumped by the same patch a thousand times. */
const mostAlike = 16;
/** How much of a part must be in the whole, and how much of the whole must come from parts. */
const partShare = 0.5;
const wholeShare = 0.8;
const fewestLines = 2;

/**
 * Rule 4: which commits are copies of one change: `rewrites` (old, new) that the reflog tells, equal patches of which
 * neither is an ancestor of the other, and parts of which another commit is made (squash, fixup). The change is named
 * after its earliest commit. `commits`: all that are known of a repository. Yields after each, to be done in slices.
 */
export function* findChanges(
  commits: readonly ChangeCandidate[],
  rewrites: readonly (readonly [before: string, after: string])[],
  linesOf: LinesOf,
): Generator<void, Map<string, Change>> {
  const ordered = commits.toSorted(byTime);
  yield;
  const history = yield* createHistory(ordered);
  const groups = createGroups(ordered.length);
  yield;
  for (const [before, after] of rewrites) {
    const [old, young] = [history.indexOf(before), history.indexOf(after)];
    if (old !== undefined && young !== undefined && !history.areRelated(old, young)) groups.join(old, young);
    yield;
  }
  yield* joinEqualPatches(ordered, history, groups);
  yield* joinParts(ordered, history, groups, linesOf);
  return yield* nameGroups(ordered, groups);
}

function byTime(a: ChangeCandidate, b: ChangeCandidate): number {
  return a.committedAt - b.committedAt || (a.commit < b.commit ? -1 : 1);
}

interface History {
  indexOf(commit: string): number | undefined;
  /** One is an ancestor of the other. */
  areRelated(one: number, other: number): boolean;
}

function* createHistory(commits: readonly ChangeCandidate[]): Generator<void, History> {
  const indexes = new Map<string, number>();
  for (const [index, { commit }] of commits.entries()) {
    indexes.set(commit, index);
    yield;
  }
  const parents: number[][] = [];
  for (const { parents: ids } of commits) {
    parents.push(ids.flatMap((id) => indexes.get(id) ?? []));
    yield;
  }
  const generations = yield* generationsOf(parents);
  const { chain, place } = yield* chainsOf(parents);
  const isAncestor = (ancestor: number, descendant: number): boolean => {
    const least = generations[ancestor] ?? 0;
    const seen = new Set<number>();
    const waiting = [descendant];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      if (chain[commit] === chain[ancestor]) {
        if ((place[commit] ?? 0) >= (place[ancestor] ?? 0)) return true;
        continue;
      }
      if (seen.has(commit) || (generations[commit] ?? 0) <= least) continue;
      seen.add(commit);
      waiting.push(...(parents[commit] ?? []));
    }
    return false;
  };
  return {
    indexOf: (commit) => indexes.get(commit),
    areRelated: (one, other) => isAncestor(one, other) || isAncestor(other, one),
  };
}

/**
 * Commits strung along first parents, each on one chain: of two on one chain the earlier is an ancestor. Most of a
 * history is one chain. A commit that is earlier on the ancestor's chain does not lead to it: chains do not loop.
 */
function* chainsOf(parents: readonly number[][]): Generator<void, { chain: Int32Array; place: Int32Array }> {
  const chain = new Int32Array(parents.length).fill(-1);
  const place = new Int32Array(parents.length);
  const isContinued = new Uint8Array(parents.length);
  for (let start = 0; start < parents.length; start++) {
    const waiting = [start];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      if (chain[commit] !== -1) continue;
      const first = parents[commit]?.[0];
      if (first !== undefined && chain[first] === -1) {
        waiting.push(commit, first);
        continue;
      }
      const continues = first !== undefined && isContinued[first] === 0;
      if (continues) isContinued[first] = 1;
      chain[commit] = continues ? (chain[first] ?? commit) : commit;
      place[commit] = continues ? (place[first] ?? 0) + 1 : 0;
    }
    yield;
  }
  return { chain, place };
}

/** The longest way down to a root, so that a search for an ancestor can stop. */
function* generationsOf(parents: readonly number[][]): Generator<void, Int32Array> {
  const generations = new Int32Array(parents.length).fill(-1);
  for (let start = 0; start < parents.length; start++) {
    const waiting = [start];
    for (let commit = waiting.at(-1); commit !== undefined; commit = waiting.at(-1)) {
      const open = (parents[commit] ?? []).filter((parent) => generations[parent] === -1);
      if (open.length > 0) {
        waiting.push(...open);
        continue;
      }
      generations[commit] = 1 + Math.max(-1, ...(parents[commit] ?? []).map((parent) => generations[parent] ?? 0));
      waiting.pop();
    }
    yield;
  }
  return generations;
}

interface Groups {
  of(commit: number): number;
  members(group: number): readonly number[];
  join(one: number, other: number): void;
}

function createGroups(count: number): Groups {
  const groupOf = Int32Array.from({ length: count }, (_, index) => index);
  const members = new Map<number, number[]>();
  const membersOf = (group: number) => members.get(group) ?? [group];
  return {
    of: (commit) => groupOf[commit] ?? commit,
    members: membersOf,
    join(one, other) {
      const [left, right] = [groupOf[one] ?? one, groupOf[other] ?? other].sort((a, b) => a - b);
      if (left === undefined || right === undefined || left === right) return;
      const all = [...membersOf(left), ...membersOf(right)];
      for (const commit of all) groupOf[commit] = left;
      members.set(left, all);
      members.delete(right);
    },
  };
}

/** A revert of a revert has the original's patch, and the original is its ancestor: it is another change. */
function* joinEqualPatches(
  commits: readonly ChangeCandidate[],
  history: History,
  groups: Groups,
): Generator<void, void> {
  const alike = new Map<string, number[]>();
  for (const [index, { patchId }] of commits.entries()) {
    if (patchId === undefined) continue;
    const others = alike.get(patchId) ?? [];
    alike.set(patchId, others);
    const copies = others
      .slice(-mostAlike)
      .map((other) => groups.of(other))
      .find((group) => !groups.members(group).some((member) => history.areRelated(member, index)));
    if (copies === undefined) others.push(index);
    else groups.join(copies, index);
    yield;
  }
}

/**
 * Squash and fixup: the lines of commits beside the mainline that stand together in another commit, which is not of
 * their line of descent.
 */
function* joinParts(
  commits: readonly ChangeCandidate[],
  history: History,
  groups: Groups,
  linesOf: LinesOf,
): Generator<void, void> {
  const parts = commits.flatMap(({ isOnMainline, parents }, index) =>
    isOnMainline || parents.length > 1 ? [] : [index],
  );
  if (parts.length === 0) return;
  const partsOfLine = new Map<string, number[]>();
  const sizes = new Map<number, number>();
  const paths = new Set<string>();
  for (const part of parts) {
    const lines = tellingNames(linesOf(commits[part]?.commit ?? ''), paths, 'collect');
    sizes.set(part, lines.size);
    for (const line of lines) {
      const known = partsOfLine.get(line);
      if (known) known.push(part);
      else partsOfLine.set(line, [part]);
    }
    yield;
  }
  for (const [whole, { commit, parents }] of commits.entries()) {
    yield;
    if (parents.length > 1) continue;
    const lines = tellingNames(linesOf(commit), paths, 'known');
    if (lines.size < fewestLines) continue;
    for (const part of partsOf(lines, whole, partsOfLine, sizes, commits, history)) groups.join(part, whole);
  }
}

/** Commits of which the whole consists, or that were picked from it; none where they share too little. */
function partsOf(
  lines: ReadonlySet<string>,
  whole: number,
  partsOfLine: ReadonlyMap<string, number[]>,
  sizes: ReadonlyMap<number, number>,
  commits: readonly ChangeCandidate[],
  history: History,
): number[] {
  const shared = new Map<number, number>();
  for (const line of lines) {
    for (const part of partsOfLine.get(line) ?? []) shared.set(part, (shared.get(part) ?? 0) + 1);
  }
  const isBefore = (part: number) => (commits[part]?.committedAt ?? 0) <= (commits[whole]?.committedAt ?? 0);
  const sizeOf = (part: number) => sizes.get(part) ?? 0;
  const others = [...shared].filter(([part]) => part !== whole && !history.areRelated(part, whole));
  // Picked from here to beside the mainline, among other neighbours: the other one is the whole, and this its only part.
  const picks = others.filter(
    ([pick, count]) =>
      !isBefore(pick) &&
      sizeOf(pick) >= fewestLines &&
      count >= wholeShare * sizeOf(pick) &&
      count >= partShare * lines.size,
  );
  if (picks.length > 0) return picks.map(([pick]) => pick);
  const parts = others
    .filter(([part, count]) => isBefore(part) && count >= partShare * sizeOf(part))
    .map(([part]) => part);
  const covered = [...lines].filter((line) => partsOfLine.get(line)?.some((part) => parts.includes(part))).length;
  return covered >= wholeShare * lines.size ? parts : [];
}

/** Telling lines by path and text. `known`: none where a path is no part's, since it can have no parts then. */
function tellingNames(
  files: readonly { path: string; added: Uint8Array }[],
  paths: Set<string>,
  how: 'collect' | 'known',
): Set<string> {
  const names = new Set<string>();
  if (how === 'known' && !files.some(({ path }) => paths.has(path))) return names;
  for (const { path, added } of files) {
    if (how === 'collect') paths.add(path);
    const lines = new PackedLines(added);
    for (let line = 0; line < lines.count; line++) {
      if (lines.isTelling(line)) names.add(`${path}\0${lines.exactHigh(line)}:${lines.exactLow(line)}`);
    }
  }
  return names;
}

/** Canonical: the copy on the mainline, else a reachable one, else the newest. */
function* nameGroups(commits: readonly ChangeCandidate[], groups: Groups): Generator<void, Map<string, Change>> {
  const rank = ({ isOnMainline, isReachable }: ChangeCandidate) => (isOnMainline ? 2 : 0) + (isReachable ? 1 : 0);
  const canonical = new Map<number, number>();
  for (const [index, candidate] of commits.entries()) {
    const group = groups.of(index);
    const best = commits[canonical.get(group) ?? -1];
    if (!best || rank(candidate) >= rank(best)) canonical.set(group, index);
    yield;
  }
  const named = new Map<string, Change>();
  for (const [index, { commit }] of commits.entries()) {
    const group = groups.of(index);
    named.set(commit, { change: commits[group]?.commit ?? commit, isCanonical: canonical.get(group) === index });
    yield;
  }
  return named;
}
