import { commaFlag, semicolonFlag } from '../lines';
import { endingTexts, joinLoose, type LooseText, longestLooseText } from '../looseText';
import type { PackedLines } from '../packed';

/** A formatter makes no more lines of one, or one of more. */
const mostLines = 16;
/** Shorter texts are equal by chance. */
const fewestCharacters = 8;

/** Neighbouring lines, [first, one past the last]. */
export type Stretch = readonly [first: number, end: number];

/**
 * Pairs of stretches whose texts are equal without white space, of which one at least has several lines: one text,
 * wrapped otherwise. A comma at the end of the last line but one may be missing on one side: formatters add it where
 * they break a list. Each line is in one pair at most; short stretches before long ones, in order.
 */
export function equalTexts(
  source: PackedLines,
  sources: readonly Stretch[],
  target: PackedLines,
  targets: readonly Stretch[],
): { source: Stretch; target: Stretch }[] {
  const places = new Map<number, Stretch[]>();
  for (const stretch of targets) {
    for (const { text, part } of textsOf(target, stretch)) {
      const known = places.get(text);
      if (known) known.push(part);
      else places.set(text, [part]);
    }
  }
  const pairs: { source: Stretch; target: Stretch }[] = [];
  const used = new Set<number>();
  if (places.size === 0) return pairs;
  for (const stretch of sources) {
    let free = stretch[0];
    for (const { text, part } of textsOf(source, stretch)) {
      if (part[0] < free) continue;
      const found = places.get(text)?.find((place) => isRewrap(part, place) && isFree(used, place));
      if (!found) continue;
      pairs.push({ source: part, target: found });
      for (let line = found[0]; line < found[1]; line++) used.add(line);
      free = part[1];
    }
  }
  return pairs;
}

const isRewrap = (one: Stretch, other: Stretch): boolean => one[1] - one[0] > 1 || other[1] - other[0] > 1;

function isFree(used: ReadonlySet<number>, [first, end]: Stretch): boolean {
  for (let line = first; line < end; line++) if (used.has(line)) return false;
  return true;
}

/** The texts of all parts of a stretch that begin and end with text and say something. */
function* textsOf(lines: PackedLines, [first, end]: Stretch): Generator<{ text: number; part: Stretch }> {
  for (let start = first; start < end; start++) {
    if (lengthOf(lines, start) === 0) continue;
    /** Lines before the last one with their endings; without that of the last but one. */
    let before: LooseText | undefined = nothing;
    let bare: LooseText | undefined;
    let isTelling = false;
    for (let last = start; last < Math.min(end, start + mostLines) && before; last++) {
      const own = looseOf(lines, last);
      isTelling ||= lines.isTelling(last);
      if (isTelling && lengthOf(lines, last) > 0) {
        const whole = joinLoose(before, own);
        if (whole && length(whole) >= fewestCharacters) yield { text: keyOf(whole), part: [start, last + 1] };
        const other = bare && joinLoose(bare, own);
        if (other && length(other) >= fewestCharacters) yield { text: keyOf(other), part: [start, last + 1] };
      }
      const joined: LooseText | undefined = joinLoose(before, own);
      const ending = endingOf(lines, last);
      bare = ending && joined;
      before = ending && joined ? joinLoose(joined, ending) : joined;
    }
  }
}

const nothing: LooseText = { high: 0, low: 0 };
const length = (text: LooseText): number => text.high & longestLooseText;
const lengthOf = (lines: PackedLines, line: number): number => lines.looseHigh(line) & longestLooseText;

function looseOf(lines: PackedLines, line: number): LooseText {
  return { high: lines.looseHigh(line), low: lines.looseLow(line) };
}

function endingOf(lines: PackedLines, line: number): LooseText | undefined {
  const flags = lines.flags(line);
  if ((flags & commaFlag) !== 0) return endingTexts[','];
  return (flags & semicolonFlag) !== 0 ? endingTexts[';'] : undefined;
}

/** 53 bits of the 56. */
function keyOf(text: LooseText): number {
  return (text.high & 0x1f_ffff) * 4_294_967_296 + (text.low >>> 0);
}

/** Which line of `source` holds the beginning of each line of `target`, their texts being equal. */
export function linesByOffset(
  source: PackedLines,
  [sourceFirst, sourceEnd]: Stretch,
  target: PackedLines,
  [targetFirst, targetEnd]: Stretch,
): [target: number, source: number][] {
  const pairs: [number, number][] = [];
  let from = sourceFirst;
  let sourceUntil = lengthOf(source, from);
  let offset = 0;
  for (let line = targetFirst; line < targetEnd; line++) {
    while (offset >= sourceUntil && from < sourceEnd - 1) {
      from++;
      sourceUntil += lengthOf(source, from);
    }
    pairs.push([line, from]);
    offset += lengthOf(target, line);
  }
  return pairs;
}
