import { type ChangedLines, setMatch } from '../changedLines';
import { trivialFlag } from '../lines';
import { kindNumber } from '../matchInput';

/**
 * Rule 3: a trivial line follows the nearest other lines of its hunk where both are of one session; the hunk's edge
 * agrees with everything.
 */
export function matchNeighbours(changed: ChangedLines, sessionOf: (written: number) => number): void {
  const { lines, hunks, match, kind } = changed;
  const isFollower = (line: number) => kind[line] === kindNumber.none && (lines.flags(line) & trivialFlag) !== 0;
  for (let line = 0; line < lines.count; line++) {
    if (!isFollower(line)) continue;
    let end = line;
    while (end < lines.count && hunks[end] === hunks[line] && isFollower(end)) end++;
    const before = hunks[line - 1] === hunks[line] ? (match[line - 1] ?? -1) : undefined;
    const after = hunks[end] === hunks[line] ? (match[end] ?? -1) : undefined;
    const followed = agreed(before, after, sessionOf);
    for (; line < end; line++) if (followed >= 0) setMatch(changed, line, followed, 'neighbour');
    line--;
  }
}

/** `undefined`: the hunk's edge; -1: a line of nobody's. */
function agreed(before: number | undefined, after: number | undefined, sessionOf: (written: number) => number): number {
  if (before === undefined || after === undefined) return before ?? after ?? -1;
  return before >= 0 && after >= 0 && sessionOf(before) === sessionOf(after) ? before : -1;
}
