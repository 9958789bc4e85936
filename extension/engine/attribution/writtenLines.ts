import { createKeyTable, type KeyTable } from './keyTable';
import type { WrittenEdit } from './matchInput';
import { PackedLines } from './packed';

/** All lines that edits added (or removed), each by a number that rises with time, to be found by path and text. */
export interface WrittenLines {
  /** Index of the edit. */
  edit: Int32Array;
  /** Number of path and exact text; -1: it explains nothing alone (trivial, long, only carried along). */
  key: Int32Array;
  looseKey: Int32Array;
  keys: KeyTable;
  looseKeys: KeyTable;
  /** Per key the latest line with it. */
  head: Int32Array;
  looseHead: Int32Array;
  /** The next older line with the same key; -1: none. */
  next: Int32Array;
  looseNext: Int32Array;
  /** Of the removed lines: the added line that it took back; of the added: the edit that took it back; -1: none. */
  takenBack: Int32Array;
  /** Number of the first line of each edit, and one more. */
  start: Int32Array;
}

/** Keys are those of a path: the same text elsewhere is another line. */
export function highKey(path: number, high: number): number {
  return high ^ Math.imul(path + 1, 0x9e3779b1);
}
export function lowKey(path: number, low: number): number {
  return low ^ Math.imul(path + 1, 0x85ebca77);
}

/**
 * `edits` in the order of time. Rule 2: which lines were written, and which of them were taken back since. Yields after
 * each, to be done in slices.
 */
export function* indexWrittenLines(
  edits: readonly WrittenEdit[],
): Generator<void, { added: WrittenLines; removed: WrittenLines }> {
  const added = allocate(edits, 'added');
  yield;
  const removed = allocate(edits, 'removed');
  for (const [index, edit] of edits.entries()) {
    const newLines = new PackedLines(edit.added);
    const oldLines = new PackedLines(edit.removed);
    const { carriedNew, carriedOld } = carriedLines(newLines, oldLines);
    const own = edit.proposed && sharedLines(newLines, new PackedLines(edit.proposed));
    takeBack(edits, added, removed, index, oldLines, carriedOld);
    append(added, index, edit.path, newLines, (line) => carriedNew[line] === 0 && (!own || own[line] === 1));
    append(removed, index, edit.path, oldLines, () => true);
    yield;
  }
  return { added, removed };
}

function allocate(edits: readonly WrittenEdit[], side: 'added' | 'removed'): WrittenLines {
  const start = new Int32Array(edits.length + 1);
  for (const [index, edit] of edits.entries()) start[index + 1] = (start[index] ?? 0) + edit[side].byteLength / 16;
  const count = start[edits.length] ?? 0;
  const array = () => new Int32Array(count).fill(-1);
  return {
    ...{ edit: array(), key: array(), looseKey: array(), next: array(), looseNext: array(), takenBack: array() },
    // As large as they can become: a table that grows while it is large takes its time.
    ...{ keys: createKeyTable(count), looseKeys: createKeyTable(count) },
    ...{ head: array(), looseHead: array(), start },
  };
}

function append(
  written: WrittenLines,
  index: number,
  path: number,
  lines: PackedLines,
  isWritten: (line: number) => boolean,
): void {
  for (let line = 0; line < lines.count; line++) {
    const number = (written.start[index] ?? 0) + line;
    written.edit[number] = index;
    if (!lines.isTelling(line) || !isWritten(line)) continue;
    const key = written.keys.intern(highKey(path, lines.exactHigh(line)), lowKey(path, lines.exactLow(line)));
    const looseKey = written.looseKeys.intern(highKey(path, lines.looseHigh(line)), lowKey(path, lines.looseLow(line)));
    written.key[number] = key;
    written.looseKey[number] = looseKey;
    written.next[number] = written.head[key] ?? -1;
    written.head[key] = number;
    written.looseNext[number] = written.looseHead[looseKey] ?? -1;
    written.looseHead[looseKey] = number;
  }
}

/**
 * Lines that an edit both removed and added, but for white space: re-indented, or moved in its text. It did not write
 * them (rules 2 and 8).
 */
function carriedLines(
  newLines: PackedLines,
  oldLines: PackedLines,
): { carriedNew: Uint8Array; carriedOld: Uint8Array } {
  const carriedNew = new Uint8Array(newLines.count);
  const carriedOld = new Uint8Array(oldLines.count);
  if (newLines.count === 0 || oldLines.count === 0) return { carriedNew, carriedOld };
  const waiting = new Map<string, number[]>();
  for (let line = oldLines.count - 1; line >= 0; line--) {
    if (!oldLines.isTelling(line)) continue;
    const key = looseName(oldLines, line);
    const others = waiting.get(key);
    if (others) others.push(line);
    else waiting.set(key, [line]);
  }
  for (let line = 0; line < newLines.count; line++) {
    const from = newLines.isTelling(line) ? waiting.get(looseName(newLines, line))?.pop() : undefined;
    if (from === undefined) continue;
    carriedNew[line] = 1;
    carriedOld[from] = 1;
  }
  return { carriedNew, carriedOld };
}

function looseName(lines: PackedLines, line: number): string {
  return `${lines.looseHigh(line)}:${lines.looseLow(line)}`;
}

/** Which lines are also in the proposal, each as often as it is there. */
function sharedLines(lines: PackedLines, proposal: PackedLines): Uint8Array {
  const left = new Map<string, number>();
  const name = (of: PackedLines, line: number) => `${of.exactHigh(line)}:${of.exactLow(line)}`;
  for (let line = 0; line < proposal.count; line++) {
    left.set(name(proposal, line), (left.get(name(proposal, line)) ?? 0) + 1);
  }
  const shared = new Uint8Array(lines.count);
  for (let line = 0; line < lines.count; line++) {
    const available = left.get(name(lines, line)) ?? 0;
    if (available === 0) continue;
    left.set(name(lines, line), available - 1);
    shared[line] = 1;
  }
  return shared;
}

/** A line that a later edit in the same worktree removed is no longer there to be committed. */
function takeBack(
  edits: readonly WrittenEdit[],
  added: WrittenLines,
  removed: WrittenLines,
  index: number,
  oldLines: PackedLines,
  carried: Uint8Array,
): void {
  const edit = edits[index];
  if (!edit) return;
  for (let line = 0; line < oldLines.count; line++) {
    if (!oldLines.isTelling(line)) continue;
    const key = added.keys.find(
      highKey(edit.path, oldLines.exactHigh(line)),
      lowKey(edit.path, oldLines.exactLow(line)),
    );
    if (key < 0) continue;
    let number = added.head[key] ?? -1;
    while (number >= 0 && (added.takenBack[number] !== -1 || edits[added.edit[number] ?? -1]?.place !== edit.place)) {
      number = added.next[number] ?? -1;
    }
    if (number < 0) continue;
    removed.takenBack[(removed.start[index] ?? 0) + line] = number;
    // Re-indented text is still its writer's.
    if (carried[line] === 0) added.takenBack[number] = index;
  }
}
