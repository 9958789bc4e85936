import { type BothSides, type ChangedLines, isOpen, setMatch, stretches } from '../changedLines';
import { runLength } from '../matchInput';
import { indexTexts, linesByOffset } from './joinedText';
import { openStretches } from './rewrapped';
import { isSameText, runKey, tellingLines } from './runs';

/** What explained a line when it was committed; -1: nothing. */
export type OriginOf = (removed: ChangedLines, line: number) => number;

/**
 * Rule 8 within a commit: a line that the commit takes away and adds again, re-indented or wrapped in its hunk, or in a
 * run of three anywhere, was not written now. It keeps its writer: evidence `loose`, `rewrapped`, `moved`. Yields after each
 * file, to be done in slices.
 */
export function* matchCarried(files: readonly BothSides[], originOf: OriginOf): Generator<void, void> {
  for (const file of files) {
    matchInHunk(file, originOf);
    yield;
  }
  yield* matchMovedRuns(files, originOf);
  for (const file of files) {
    matchRewrappedInFile(file, originOf);
    yield;
  }
}

function matchInHunk({ added, removed }: BothSides, originOf: OriginOf): void {
  let from = 0;
  for (let line = 0; line < added.lines.count; line++) {
    if (!isOpen(added, line)) continue;
    const hunk = added.hunks[line] ?? 0;
    while (from < removed.lines.count && (removed.hunks[from] ?? 0) < hunk) from++;
    for (let old = from; removed.hunks[old] === hunk; old++) {
      if (removed.isCarried[old] === 1 || !isSameText(added.lines, line, removed.lines, old, 'loose')) continue;
      const origin = originOf(removed, old);
      if (origin < 0) continue;
      removed.isCarried[old] = 1;
      setMatch(added, line, origin, 'loose');
      break;
    }
  }
}

interface Place {
  removed: ChangedLines;
  telling: number[];
  position: number;
}

function* matchMovedRuns(files: readonly BothSides[], originOf: OriginOf): Generator<void, void> {
  const places = new Map<number, Place[]>();
  for (const { removed } of files) {
    for (const stretch of stretches(removed.lines.count, removed.hunks, (line) => removed.isCarried[line] === 0)) {
      const telling = tellingLines(removed.lines, stretch);
      for (let position = 0; ; position++) {
        const key = runKey(removed.lines, telling, position, 'loose');
        if (key === undefined) break;
        const known = places.get(key);
        if (known) known.push({ removed, telling, position });
        else places.set(key, [{ removed, telling, position }]);
      }
    }
    yield;
  }
  if (places.size === 0) return;
  for (const { added } of files) {
    for (const stretch of stretches(added.lines.count, added.hunks, () => true)) {
      const telling = tellingLines(added.lines, stretch);
      for (let position = 0; position < telling.length; ) {
        const key = runKey(added.lines, telling, position, 'loose');
        if (key === undefined) break;
        const place = places.get(key)?.find((candidate) => sameRun(added, telling, position, candidate) >= runLength);
        const length = place ? sameRun(added, telling, position, place) : 0;
        for (let index = 0; place && index < length; index++) {
          carry(
            added,
            telling[position + index] ?? 0,
            place.removed,
            place.telling[place.position + index] ?? 0,
            originOf,
          );
        }
        position += Math.max(1, length);
      }
    }
    yield;
  }
}

function carry(added: ChangedLines, line: number, removed: ChangedLines, old: number, originOf: OriginOf): void {
  removed.isCarried[old] = 1;
  if (added.match[line] !== -1) return;
  const origin = originOf(removed, old);
  if (origin >= 0) setMatch(added, line, origin, 'moved');
  else added.isCarried[line] = 1;
}

/** How many lines from here on are the same and not yet found elsewhere. */
function sameRun(added: ChangedLines, telling: readonly number[], position: number, place: Place): number {
  let length = 0;
  for (;;) {
    const line = telling[position + length];
    const old = place.telling[place.position + length];
    if (line === undefined || old === undefined || place.removed.isCarried[old] === 1) return length;
    if (!isSameText(added.lines, line, place.removed.lines, old, 'loose')) return length;
    length++;
  }
}

function matchRewrappedInFile({ added, removed }: BothSides, originOf: OriginOf): void {
  const isKnown = (line: number) =>
    removed.isCarried[line] === 0 && (!removed.lines.isTelling(line) || originOf(removed, line) >= 0);
  const sources = [...stretches(removed.lines.count, removed.hunks, isKnown)];
  if (sources.length === 0) return;
  for (const pair of indexTexts(added.lines, openStretches(added)).pairsWith(removed.lines, sources)) {
    if (removed.hunks[pair.source[0]] !== added.hunks[pair.target[0]]) continue;
    for (const [line, old] of linesByOffset(removed.lines, pair.source, added.lines, pair.target)) {
      const origin = originOf(removed, old);
      if (origin >= 0) setMatch(added, line, origin, 'rewrapped');
    }
  }
}
