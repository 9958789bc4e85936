import { runLength } from '../matchInput';
import type { PackedLines } from '../packed';

/** Which text of lines is compared. */
export type Text = 'exact' | 'loose';

/** The telling ones of some lines, in order; runs leave out what is trivial between them. */
export function tellingLines(lines: PackedLines, [first, end]: readonly [number, number]): number[] {
  const telling: number[] = [];
  for (let line = first; line < end; line++) if (lines.isTelling(line)) telling.push(line);
  return telling;
}

/** A key for the run of three that begins at a position of a list of lines; undefined: the list ends before. */
export function runKey(
  lines: PackedLines,
  telling: readonly number[],
  position: number,
  text: Text,
): number | undefined {
  if (position + runLength > telling.length) return undefined;
  let high = 0;
  let low = 0;
  for (let index = position; index < position + runLength; index++) {
    const line = telling[index] ?? 0;
    high = Math.imul(high, 0x85ebca77) + (text === 'exact' ? lines.exactHigh(line) : lines.looseHigh(line));
    low = Math.imul(low, 0x9e3779b1) + (text === 'exact' ? lines.exactLow(line) : lines.looseLow(line));
  }
  return ((high ^ (high >>> 11)) & 0x1f_ffff) * 4_294_967_296 + (low >>> 0);
}

export function isSameText(one: PackedLines, line: number, other: PackedLines, otherLine: number, text: Text): boolean {
  return text === 'exact'
    ? one.exactHigh(line) === other.exactHigh(otherLine) && one.exactLow(line) === other.exactLow(otherLine)
    : one.looseHigh(line) === other.looseHigh(otherLine) && one.looseLow(line) === other.looseLow(otherLine);
}
