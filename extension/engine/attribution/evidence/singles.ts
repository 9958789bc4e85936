import type { ChangedLines } from '../changedLines';
import { kindNumber, runLength, singleLineMs } from '../matchInput';

/** Rule 5, lower bound: what was written over 30 days before counts in runs of three of one session only. */
export function dropOldSingles(
  changed: ChangedLines,
  ageOf: (written: number, line: number) => number,
  sessionOf: (written: number) => number,
  release: (written: number) => void,
): void {
  const { lines, hunks, match, kind } = changed;
  for (let first = 0; first < lines.count; first++) {
    const written = match[first] ?? -1;
    if (written < 0) continue;
    const run = [first];
    let end = first + 1;
    for (; end < lines.count && hunks[end] === hunks[first]; end++) {
      if (!lines.isTelling(end)) continue;
      const other = match[end] ?? -1;
      if (other < 0 || sessionOf(other) !== sessionOf(written)) break;
      run.push(end);
    }
    for (const line of run.length < runLength ? run : []) {
      const own = match[line] ?? -1;
      if (own < 0 || ageOf(own, line) <= singleLineMs) continue;
      release(own);
      match[line] = -1;
      kind[line] = kindNumber.none;
    }
    first = end - 1;
  }
}
