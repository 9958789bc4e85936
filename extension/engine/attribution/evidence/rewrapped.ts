import { type ChangedLines, isOpen, setMatch, stretches } from '../changedLines';
import { clockToleranceMs, singleLineMs, type WrittenEdit } from '../matchInput';
import { PackedLines } from '../packed';
import type { Pool, Request } from '../pool';
import { indexTexts, linesByOffset, type Stretch, type TextIndex } from './joinedText';

/** Formatters run before the commit: of a file that is edited all day the latest edits are enough. */
const mostEdits = 20;

/**
 * Evidence `rewrapped`: the whitespace-free text of neighbouring lines equals that of neighbouring written lines of the
 * same path, which a formatter broke or joined.
 */
export function matchRewrapped(
  changed: ChangedLines,
  pool: Pool,
  edits: readonly WrittenEdit[],
  editsOfPath: readonly number[],
  requestOf: (line: number) => Request,
  hasCopies: boolean,
): void {
  const first = firstOpen(changed);
  if (first === undefined || editsOfPath.length === 0) return;
  let texts: TextIndex | undefined;
  let asked = 0;
  const request = requestOf(first);
  const { until } = request;
  const atOf = (position: number) => edits[editsOfPath[position] ?? -1]?.at ?? 0;
  for (let position = countUntil(editsOfPath.length, atOf, until + clockToleranceMs) - 1; position >= 0; position--) {
    const index = editsOfPath[position] ?? -1;
    const edit = edits[index];
    if (!edit || edit.at < until - singleLineMs || asked === mostEdits) break;
    // Of another copy of the change the lines are taken already, and are there to be found all the same.
    if (pool.left(index) === 0 && !hasCopies) continue;
    const lines = new PackedLines(edit.added);
    const sources = freeStretches(pool, index, lines, request);
    if (sources.length === 0) continue;
    asked++;
    texts ??= indexTexts(changed.lines, openStretches(changed));
    for (const pair of texts.pairsWith(lines, sources)) {
      for (const [line, from] of linesByOffset(lines, pair.source, changed.lines, pair.target)) {
        setMatch(changed, line, (pool.written.start[index] ?? 0) + from, 'rewrapped');
      }
      takeAll(pool, index, pair.source, requestOf(pair.target[0]));
    }
  }
}

function firstOpen(changed: ChangedLines): number | undefined {
  for (let line = 0; line < changed.lines.count; line++) if (isOpen(changed, line)) return line;
  return undefined;
}

/** How many of the first `count` instants, which rise, are not later than `until`. */
function countUntil(count: number, atOf: (position: number) => number, until: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (atOf(middle) <= until) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lines that look for their writer, with what is trivial between and beside them: brackets are part of a wrap. */
export function openStretches(changed: ChangedLines): Stretch[] {
  const isOpen = (line: number) => changed.match[line] === -1 && changed.isCarried[line] === 0;
  return [...stretches(changed.lines.count, changed.hunks, isOpen)].filter((stretch) => isTellingOn(changed, stretch));
}

function isTellingOn({ lines }: ChangedLines, [first, end]: Stretch): boolean {
  for (let line = first; line < end; line++) if (lines.isTelling(line)) return true;
  return false;
}

function freeStretches(pool: Pool, index: number, lines: PackedLines, request: Request): Stretch[] {
  const start = pool.written.start[index] ?? 0;
  const free: Stretch[] = [];
  let first = -1;
  let isTelling = false;
  for (let line = 0; line <= lines.count; line++) {
    const isPart = line < lines.count && !isSpent(pool, start + line, lines.isTelling(line), request);
    if (isPart) {
      if (first < 0) first = line;
      isTelling ||= lines.isTelling(line);
      continue;
    }
    if (first >= 0 && isTelling) free.push([first, line]);
    first = -1;
    isTelling = false;
  }
  return free;
}

function isSpent(pool: Pool, written: number, isTelling: boolean, request: Request): boolean {
  if (!isTelling) return false;
  return pool.written.key[written] === -1 || !pool.isAvailable(written, request, true);
}

function takeAll({ written, take }: Pool, index: number, [first, end]: Stretch, request: Request): void {
  for (let line = first; line < end; line++) take((written.start[index] ?? 0) + line, request);
}
