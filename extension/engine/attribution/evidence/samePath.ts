import { type ChangedLines, isOpen, setMatch } from '../changedLines';
import type { EvidenceKind } from '../matchInput';
import type { Pool, Request } from '../pool';
import { highKey, lowKey } from '../writtenLines';

/** Which text of a line is compared, where, and what it proves. */
export interface Comparison {
  by: 'key' | 'looseKey';
  path: number;
  kind: EvidenceKind;
  isBeforeKnown: boolean;
}

/**
 * Evidence `exact`, `renamed`, `loose`, `overwrite`: lines written at a path with the same text. A text that occurs
 * once in the file is matched first; of one that occurs more often, the places beside matched lines are served first,
 * with the written lines beside theirs.
 */
export function matchSamePath(
  changed: ChangedLines,
  pool: Pool,
  requestOf: (line: number) => Request,
  { by, path, kind, isBeforeKnown }: Comparison,
): void {
  const { lines } = changed;
  const keyOf = keyFinder(changed, pool, by, path);
  const keys = new Int32Array(lines.count).fill(-1);
  const occurrences = new Map<number, number>();
  for (let line = 0; line < lines.count; line++) {
    if (!isOpen(changed, line)) continue;
    const key = keyOf(line);
    keys[line] = key;
    if (key >= 0) occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
  }
  if (occurrences.size === 0) return;
  const take = (line: number, written: number): void => {
    pool.take(written, requestOf(line));
    setMatch(changed, line, written, kind);
  };
  const takeBest = (line: number): void => {
    const written = pool.best(by, keys[line] ?? -1, requestOf(line), isBeforeKnown);
    if (written >= 0) take(line, written);
  };
  const waiting: number[] = [];
  for (let line = 0; line < lines.count; line++) {
    if ((keys[line] ?? -1) < 0) continue;
    if (occurrences.get(keys[line] ?? -1) === 1) takeBest(line);
    else waiting.push(line);
  }
  const takeBeside = (line: number, step: 1 | -1): void => {
    if (changed.match[line] !== -1) return;
    const written = writtenBeside(changed, pool, line, step);
    const isSame = written >= 0 && pool.written[by][written] === keys[line];
    if (isSame && pool.isAvailable(written, requestOf(line), isBeforeKnown)) take(line, written);
  };
  for (const line of waiting) takeBeside(line, 1);
  for (const line of waiting.toReversed()) takeBeside(line, -1);
  for (const line of waiting) if (changed.match[line] === -1) takeBest(line);
}

function keyFinder(
  { lines }: ChangedLines,
  { written }: Pool,
  by: 'key' | 'looseKey',
  path: number,
): (line: number) => number {
  return by === 'key'
    ? (line) => written.keys.find(highKey(path, lines.exactHigh(line)), lowKey(path, lines.exactLow(line)))
    : (line) => written.looseKeys.find(highKey(path, lines.looseHigh(line)), lowKey(path, lines.looseLow(line)));
}

/**
 * The written line that would follow (`step` 1) or precede (-1) the one that explains the nearest telling line of the
 * hunk on that side; -1: none.
 */
function writtenBeside({ lines, hunks, match }: ChangedLines, { written }: Pool, line: number, step: 1 | -1): number {
  let neighbour = line - step;
  while (hunks[neighbour] === hunks[line] && !lines.isTelling(neighbour)) neighbour -= step;
  const anchor = hunks[neighbour] === hunks[line] ? (match[neighbour] ?? -1) : -1;
  if (anchor < 0) return -1;
  let beside = anchor + step;
  while (written.edit[beside] === written.edit[anchor] && written.key[beside] === -1) beside += step;
  return written.edit[beside] === written.edit[anchor] ? beside : -1;
}
