import { type ChangedLines, setMatch, stretches } from '../changedLines';
import { clockToleranceMs, singleLineMs, type WrittenEdit } from '../matchInput';
import { type PackedLines, readPacked } from '../packed';
import type { Pool, Request } from '../pool';
import { equalTexts, linesByOffset, type Stretch } from './joinedText';

/** Formatters run before the commit: of a file that is edited all day the latest edits are enough. */
const mostEdits = 50;

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
): void {
  const targets = openStretches(changed);
  if (targets.length === 0) return;
  let asked = 0;
  for (let position = editsOfPath.length - 1; position >= 0 && asked < mostEdits; position--) {
    const index = editsOfPath[position] ?? -1;
    const edit = edits[index];
    const { until } = requestOf(targets[0]?.[0] ?? 0);
    if (!edit || edit.at > until + clockToleranceMs) continue;
    if (edit.at < until - singleLineMs) break;
    const lines = readPacked(edit.added);
    const sources = freeStretches(pool, index, lines, requestOf(targets[0]?.[0] ?? 0));
    if (sources.length === 0) continue;
    asked++;
    for (const pair of equalTexts(lines, sources, changed.lines, openStretches(changed))) {
      for (const [line, from] of linesByOffset(lines, pair.source, changed.lines, pair.target)) {
        setMatch(changed, line, (pool.written.start[index] ?? 0) + from, 'rewrapped');
      }
      takeAll(pool, index, pair.source, requestOf(pair.target[0]));
    }
  }
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
