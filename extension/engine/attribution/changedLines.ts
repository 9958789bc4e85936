import { type ChangedFile, kindNumber } from './matchInput';
import { hunkOfLines, type PackedLines, readPacked } from './packed';

/** The added or the removed lines of one file of one commit, and what explains them so far. */
export interface ChangedLines {
  file: ChangedFile;
  lines: PackedLines;
  /** Per line the number of its hunk. */
  hunks: Int32Array;
  /** Per line the number of the written line; -1: none. */
  match: Int32Array;
  kind: Uint8Array;
  /** Per line 1: it was moved, so whoever moved it did not write it (rule 8). */
  isCarried: Uint8Array;
}

export function changedLines(file: ChangedFile, side: 'added' | 'removed'): ChangedLines {
  const lines = readPacked(file[side]);
  return {
    file,
    lines,
    hunks: hunkOfLines(file.hunks, side === 'added' ? 3 : 1, lines.count),
    match: new Int32Array(lines.count).fill(-1),
    kind: new Uint8Array(lines.count),
    isCarried: new Uint8Array(lines.count),
  };
}

/** Whether a line still looks for its writer. */
export function isOpen(changed: ChangedLines, line: number): boolean {
  return changed.match[line] === -1 && changed.isCarried[line] === 0 && changed.lines.isTelling(line);
}

export function setMatch(changed: ChangedLines, line: number, written: number, kind: keyof typeof kindNumber): void {
  changed.match[line] = written;
  changed.kind[line] = kindNumber[kind];
}

/** Stretches of neighbouring lines of one hunk for which `isPart` holds, as [first, one past the last]. */
export function* stretches(
  count: number,
  hunks: Int32Array,
  isPart: (line: number) => boolean,
): Generator<[first: number, end: number]> {
  for (let first = 0; first < count; ) {
    if (!isPart(first)) {
      first++;
      continue;
    }
    let end = first + 1;
    while (end < count && hunks[end] === hunks[first] && isPart(end)) end++;
    yield [first, end];
    first = end;
  }
}
