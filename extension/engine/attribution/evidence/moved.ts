import { type ChangedLines, isOpen, setMatch, stretches } from '../changedLines';
import { runLength, type WrittenEdit } from '../matchInput';
import { PackedLines } from '../packed';
import type { Pool, Request } from '../pool';
import { isSameText, runKey, tellingLines } from './runs';

interface Place {
  edit: number;
  telling: number[];
  position: number;
}

/** Written lines that no commit has at their own path, by runs of three. */
export interface LeftRuns {
  places: Map<number, Place[]>;
}

/**
 * To be asked for when all paths are matched: what is left was never committed where it was written. Yields after each
 * edit, to be done in slices.
 */
export function* leftRuns(edits: readonly WrittenEdit[], pool: Pool): Generator<void, LeftRuns> {
  const places = new Map<number, Place[]>();
  for (const [index, edit] of edits.entries()) {
    yield;
    const lines = new PackedLines(edit.added);
    const start = pool.written.start[index] ?? 0;
    if (pool.left(index) < runLength) continue;
    const isLeft = (line: number) => pool.written.key[start + line] !== -1 && !pool.isTaken(start + line);
    const telling = tellingLines(lines, [0, lines.count]);
    let inRow = 0;
    for (const [end, line] of telling.entries()) {
      inRow = isLeft(line) ? inRow + 1 : 0;
      if (inRow < runLength) continue;
      const position = end + 1 - runLength;
      const key = runKey(lines, telling, position, 'exact');
      if (key === undefined) break;
      const known = places.get(key);
      if (known) known.push({ edit: index, telling, position });
      else places.set(key, [{ edit: index, telling, position }]);
    }
  }
  return { places };
}

/** Whether a run of the lines was written anywhere and is left: a quick question before the long one. */
export function mayBeMoved({ lines, hunks }: ChangedLines, { places }: LeftRuns): boolean {
  if (places.size === 0 || lines.count < runLength) return false;
  for (const stretch of stretches(lines.count, hunks, () => true)) {
    const telling = tellingLines(lines, stretch);
    for (let position = 0; position + runLength <= telling.length; position++) {
      const key = runKey(lines, telling, position, 'exact');
      if (key !== undefined && places.has(key)) return true;
    }
  }
  return false;
}

/** Evidence `moved`: a run of three telling lines that was written elsewhere and is not there. */
export function matchMoved(
  changed: ChangedLines,
  { places }: LeftRuns,
  pool: Pool,
  edits: readonly WrittenEdit[],
  requestOf: (line: number) => Request,
): void {
  if (places.size === 0) return;
  for (const stretch of stretches(changed.lines.count, changed.hunks, () => true)) {
    const telling = tellingLines(changed.lines, stretch);
    for (let position = 0; position + runLength <= telling.length; ) {
      const key = isOpen(changed, telling[position] ?? -1)
        ? runKey(changed.lines, telling, position, 'exact')
        : undefined;
      const run =
        key === undefined ? [] : longestRun(changed, telling, position, places.get(key), pool, edits, requestOf);
      for (const [index, written] of run.entries()) {
        const line = telling[position + index] ?? -1;
        pool.take(written, requestOf(line));
        setMatch(changed, line, written, 'moved');
      }
      position += Math.max(1, run.length);
    }
  }
}

/** The written lines of the latest place that explains at least a run; empty: none does. */
function longestRun(
  changed: ChangedLines,
  telling: readonly number[],
  position: number,
  candidates: readonly Place[] | undefined,
  pool: Pool,
  edits: readonly WrittenEdit[],
  requestOf: (line: number) => Request,
): number[] {
  for (const place of candidates?.toReversed() ?? []) {
    const edit = edits[place.edit];
    if (!edit) continue;
    const source = new PackedLines(edit.added);
    const run: number[] = [];
    for (;;) {
      const line = telling[position + run.length];
      const from = place.telling[place.position + run.length];
      if (line === undefined || from === undefined || !isOpen(changed, line)) break;
      if (!isSameText(changed.lines, line, source, from, 'exact')) break;
      const written = (pool.written.start[place.edit] ?? 0) + from;
      if (pool.written.key[written] === -1 || !pool.isAvailable(written, requestOf(line), edit.isBeforeKnown)) break;
      run.push(written);
    }
    if (run.length >= runLength) return run;
  }
  return [];
}
