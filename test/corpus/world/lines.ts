import type { Handling, LineTruth } from '../truth';

/**
 * A line of a file. It is known by identity: the object stays the same while git carries the line from commit to
 * commit, and a line that somebody writes anew, even with the same text, is another object.
 */
export interface Line {
  readonly text: string;
  readonly truth: LineTruth;
}

export interface SourceFile {
  readonly lines: readonly Line[];
  readonly end: '\n' | '\r\n';
}

/** Path → file. Never changed in place where a commit holds it. */
export type Tree = ReadonlyMap<string, SourceFile>;

export function written(text: string, truth: LineTruth): Line {
  return { text, truth };
}

/** The same author's line in another form or place. */
export function handled(line: Line, text: string, handling: Handling): Line {
  return { text, truth: { ...line.truth, handled: handling } };
}

export function textOf(file: SourceFile): string {
  return file.lines.map((line) => line.text + file.end).join('');
}

/** Where a run of lines stands, from 0. Throws where it does not stand just once. */
export function placeOf(lines: readonly Line[], texts: readonly string[]): number {
  const places: number[] = [];
  for (let start = 0; start + texts.length <= lines.length; start++) {
    if (texts.every((text, index) => lines[start + index]?.text === text)) places.push(start);
  }
  const [place] = places;
  if (place === undefined || places.length > 1) throw new Error(`${places.length} times in the file: ${texts[0]}`);
  return place;
}

/**
 * What stands after somebody put `texts` where `old` stood: lines that keep their text keep their identity (a longest
 * common subsequence), the others are new.
 */
export function rewritten(old: readonly Line[], texts: readonly string[], truth: LineTruth): Line[] {
  const lengths = commonLengths(old, texts);
  const result: Line[] = [];
  let at = 0;
  for (const [index, text] of texts.entries()) {
    while (at < old.length && old[at]?.text !== text && length(lengths, at + 1, index) >= length(lengths, at, index))
      at++;
    const kept = old[at];
    if (kept?.text === text) {
      result.push(kept);
      at++;
    } else result.push(written(text, truth));
  }
  return result;
}

/** Lengths of the longest common subsequences of all ends: [index in old][index in texts]. */
function commonLengths(old: readonly Line[], texts: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(texts.length + 1));
  for (let left = old.length - 1; left >= 0; left--) {
    for (let right = texts.length - 1; right >= 0; right--) {
      const row = rows[left] as Uint32Array;
      row[right] =
        old[left]?.text === texts[right]
          ? 1 + length(rows, left + 1, right + 1)
          : Math.max(length(rows, left + 1, right), length(rows, left, right + 1));
    }
  }
  return rows;
}

const length = (rows: readonly Uint32Array[], left: number, right: number): number => rows[left]?.[right] ?? 0;

/** Notes who took the lines of `before` away that are not in `after`. */
export function noteRemoved(
  removed: Map<Line, LineTruth>,
  before: readonly Line[],
  after: readonly Line[],
  author: LineTruth,
): void {
  const kept = new Set(after);
  for (const line of before) if (!kept.has(line)) removed.set(line, author);
}
