import { commaFlag, semicolonFlag } from '../lines';
import { appendLoose, endingTexts, type GrowingText, longestLooseText } from '../looseText';
import type { PackedLines } from '../packed';

/** A formatter makes no more lines of one, or one of more. */
const mostLines = 16;
/** Shorter texts are equal by chance. */
const fewestCharacters = 8;

/** Neighbouring lines, [first, one past the last]. */
export type Stretch = readonly [first: number, end: number];

/** Texts of the parts of some stretches, to be compared with others. */
export interface TextIndex {
  /**
   * Pairs of stretches whose texts are equal without white space, of which one at least has several lines: one text,
   * wrapped otherwise. A comma at the end of the last line but one may be missing on one side: formatters add it where
   * they break a list. Each line is in one pair at most; short stretches before long ones, in order.
   */
  pairsWith(source: PackedLines, sources: readonly Stretch[]): { source: Stretch; target: Stretch }[];
}

export function indexTexts(target: PackedLines, targets: readonly Stretch[]): TextIndex {
  // Texts are many, and most are once there: the others hang on the one before.
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  const places: Stretch[] = [];
  const next: number[] = [];
  const lengths = new Uint8Array(longestLooseText);
  for (const stretch of targets) {
    eachText(target, stretch, undefined, (text, part, length) => {
      lengths[length] = 1;
      const number = places.push(part()) - 1;
      const before = last.get(text) ?? first.get(text);
      if (before === undefined) {
        first.set(text, number);
        return;
      }
      next[before] = number;
      last.set(text, number);
    });
  }
  const used = new Set<number>();
  const freePlace = (text: number, own: Stretch): Stretch | undefined => {
    for (let number = first.get(text); number !== undefined; number = next[number]) {
      const place = places[number];
      if (place && isRewrap(own, place) && isFree(used, place)) return place;
    }
    return undefined;
  };
  const pairsIn = (source: PackedLines, stretch: Stretch, pairs: { source: Stretch; target: Stretch }[]): void => {
    let free = stretch[0];
    eachText(source, stretch, lengths, (text, part) => {
      if (!first.has(text)) return;
      const own = part();
      const found = own[0] < free ? undefined : freePlace(text, own);
      if (!found) return;
      pairs.push({ source: own, target: found });
      for (let line = found[0]; line < found[1]; line++) used.add(line);
      free = own[1];
    });
  };
  return {
    pairsWith(source, sources) {
      const pairs: { source: Stretch; target: Stretch }[] = [];
      if (places.length > 0) for (const stretch of sources) pairsIn(source, stretch, pairs);
      return pairs;
    },
  };
}

const isRewrap = (one: Stretch, other: Stretch): boolean => one[1] - one[0] > 1 || other[1] - other[0] > 1;

function isFree(used: ReadonlySet<number>, [first, end]: Stretch): boolean {
  for (let line = first; line < end; line++) if (used.has(line)) return false;
  return true;
}

/**
 * Visits the texts of all parts of a stretch that begin and end with text and say something, of the wanted lengths
 * (default: all).
 */
function eachText(
  lines: PackedLines,
  [first, end]: Stretch,
  wanted: Uint8Array | undefined,
  visit: (text: number, part: () => Stretch, length: number) => void,
): void {
  /** All lines up to here; and without the ending of the last but one. */
  const whole: GrowingText = { low: 0, small: 0, length: 0 };
  const bare: GrowingText = { low: 0, small: 0, length: 0 };
  for (let start = first; start < end; start++) {
    if (lengthOf(lines, start) === 0) continue;
    const until = Math.min(end, start + mostLines);
    let isTelling = false;
    let ending: 0 | typeof commaFlag | typeof semicolonFlag = 0;
    clear(whole);
    for (let last = start; last < until; last++) {
      copy(bare, whole);
      const hadEnding = ending !== 0;
      if (ending !== 0) append(whole, endingTexts[ending]);
      const [high, low] = [lines.looseHigh(last), lines.looseLow(last)];
      appendLoose(whole, high, low);
      if (whole.length >= longestLooseText) break;
      ending = endingOf(lines, last);
      isTelling ||= lines.isTelling(last);
      if (!isTelling || (high & longestLooseText) === 0) continue;
      const part = (): Stretch => [start, last + 1];
      if (isWanted(whole, wanted)) visit(keyOf(whole), part, whole.length);
      if (!hadEnding) continue;
      appendLoose(bare, high, low);
      if (isWanted(bare, wanted)) visit(keyOf(bare), part, bare.length);
    }
  }
}

function isWanted({ length }: GrowingText, wanted: Uint8Array | undefined): boolean {
  return length >= fewestCharacters && (!wanted || wanted[length] === 1);
}

function append(text: GrowingText, { high, low }: { high: number; low: number }): void {
  appendLoose(text, high, low);
}

function clear(text: GrowingText): void {
  text.low = 0;
  text.small = 0;
  text.length = 0;
}

function copy(to: GrowingText, from: GrowingText): void {
  to.low = from.low;
  to.small = from.small;
  to.length = from.length;
}

const lengthOf = (lines: PackedLines, line: number): number => lines.looseHigh(line) & longestLooseText;

function endingOf(lines: PackedLines, line: number): 0 | typeof commaFlag | typeof semicolonFlag {
  const flags = lines.flags(line);
  if ((flags & commaFlag) !== 0) return commaFlag;
  return (flags & semicolonFlag) !== 0 ? semicolonFlag : 0;
}

/** 53 bits of the 56. */
function keyOf({ low, small, length }: GrowingText): number {
  return (((small & 0x1ff) << 12) | length) * 4_294_967_296 + (low >>> 0);
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
