import type { Line, SourceFile, Tree } from './lines';

/** A part of a file as two versions have it. */
export interface Difference {
  /** From 0, in the old lines. */
  start: number;
  old: readonly Line[];
  fresh: readonly Line[];
}

/** Lines that only one version has, by identity: survivors stand in the same order in both. */
export function differences(old: readonly Line[], fresh: readonly Line[]): Difference[] {
  const inOld = new Set(old);
  const inFresh = new Set(fresh);
  const result: Difference[] = [];
  let left = 0;
  let right = 0;
  while (left < old.length || right < fresh.length) {
    const start = left;
    const from = right;
    while (left < old.length && !inFresh.has(old[left] as Line)) left++;
    while (right < fresh.length && !inOld.has(fresh[right] as Line)) right++;
    if (left > start || right > from)
      result.push({ start, old: old.slice(start, left), fresh: fresh.slice(from, right) });
    if (left < old.length && old[left] !== fresh[right])
      throw new Error('a line changed its place without being moved');
    left++;
    right++;
  }
  return result;
}

export interface Conflict {
  ours: readonly Line[];
  theirs: readonly Line[];
}

/** A merged file: runs of lines, and conflicts between them. */
export type MergedPart = readonly Line[] | Conflict;

export const isConflict = (part: MergedPart): part is Conflict => 'ours' in part;

/** Three-way merge by identity: what git's merge of texts must come to as well. */
export function mergeLines(base: readonly Line[], ours: readonly Line[], theirs: readonly Line[]): MergedPart[] {
  const inOurs = new Map(ours.map((line, index) => [line, index]));
  const inTheirs = new Map(theirs.map((line, index) => [line, index]));
  const parts: MergedPart[] = [];
  let last = { base: 0, ours: 0, theirs: 0 };
  const until = (place: { base: number; ours: number; theirs: number }) => {
    const chunks = [base.slice(last.base, place.base), ours.slice(last.ours, place.ours)] as const;
    parts.push(mergeChunk(...chunks, theirs.slice(last.theirs, place.theirs)));
    last = { base: place.base + 1, ours: place.ours + 1, theirs: place.theirs + 1 };
  };
  for (const [index, line] of base.entries()) {
    const left = inOurs.get(line);
    const right = inTheirs.get(line);
    if (left === undefined || right === undefined) continue;
    until({ base: index, ours: left, theirs: right });
    parts.push([line]);
  }
  until({ base: base.length, ours: ours.length, theirs: theirs.length });
  return parts;
}

function mergeChunk(base: readonly Line[], ours: readonly Line[], theirs: readonly Line[]): MergedPart {
  if (isSame(base, ours)) return theirs;
  if (isSame(base, theirs) || hasSameText(ours, theirs)) return ours;
  return { ours, theirs };
}

const isSame = (left: readonly Line[], right: readonly Line[]): boolean =>
  left.length === right.length && left.every((line, index) => line === right[index]);

const hasSameText = (left: readonly Line[], right: readonly Line[]): boolean =>
  left.length === right.length && left.every((line, index) => line.text === right[index]?.text);

/**
 * Brings the change from `base` to `theirs` into `ours`. A file that one side renamed gets the other side's changes
 * there, as git's rename detection does. `conflicted` writes what stands between the markers of a conflict.
 */
export function mergeTrees(
  base: Tree,
  ours: Tree,
  theirs: Tree,
  conflicted: (conflict: Conflict, path: string) => readonly Line[],
): Map<string, SourceFile> {
  const result = new Map(ours);
  const targets = new Set<string>();
  const bring = (from: string, old: SourceFile | undefined, to: string, fresh: SourceFile) => {
    const here = result.has(from) || old === undefined ? from : (renamed(old, base, result) ?? from);
    const present = result.get(here);
    const target = here === from ? to : here;
    if (present === undefined) {
      result.set(to, fresh);
      return;
    }
    const parts = mergeLines(old?.lines ?? [], present.lines, fresh.lines);
    const lines = parts.flatMap((part) => (isConflict(part) ? conflicted(part, target) : part));
    result.delete(here);
    result.set(target, { ...present, lines: eachOnce(lines) });
  };
  for (const [path, old] of base) {
    const fresh = theirs.get(path);
    if (fresh === old) continue;
    const to = fresh === undefined ? renamed(old, base, theirs) : path;
    const file = to === undefined ? undefined : theirs.get(to);
    if (to === undefined || file === undefined) {
      result.delete(path);
      continue;
    }
    targets.add(to);
    bring(path, old, to, file);
  }
  for (const [path, fresh] of theirs) if (!base.has(path) && !targets.has(path)) bring(path, undefined, path, fresh);
  return result;
}

/** The new path of a file that is gone: that of the new file which holds at least half of its lines. */
function renamed(file: SourceFile, before: Tree, after: Tree): string | undefined {
  const wanted = new Set(file.lines);
  for (const [path, { lines }] of after) {
    if (!before.has(path) && lines.filter((line) => wanted.has(line)).length * 2 >= wanted.size) return path;
  }
  return undefined;
}

/** Both sides may bring one line, to two places: the second is a copy. */
function eachOnce(lines: readonly Line[]): Line[] {
  const seen = new Set<Line>();
  return lines.map((line) => {
    if (seen.has(line)) return { ...line };
    seen.add(line);
    return line;
  });
}
