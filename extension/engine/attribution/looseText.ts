/**
 * Hash of a text without white space, such that the hashes of two texts give the hash of both, one after the other:
 * polynomials, as Rabin and Karp's. So lines that a formatter broke or joined can be compared by their stored hashes.
 */
export interface LooseText {
  /** 24 bits: a polynomial modulo 4,093 (12 bits), and the length in UTF-16 code units, at most 4,095 (12 bits). */
  high: number;
  /** 32 bits: a polynomial modulo 2^32. */
  low: number;
}

/** Of a longer text the length is not known, so it can't be joined. */
export const longestLooseText = 4095;

const base = 0x9e3779b1;
const smallBase = 1319;
const smallModulus = 4093;

const powers = new Int32Array(longestLooseText + 1);
const smallPowers = new Uint16Array(longestLooseText + 1);
powers[0] = 1;
smallPowers[0] = 1;
for (let exponent = 1; exponent <= longestLooseText; exponent++) {
  powers[exponent] = Math.imul(powers[exponent - 1] ?? 0, base);
  smallPowers[exponent] = ((smallPowers[exponent - 1] ?? 0) * smallBase) % smallModulus;
}

/**
 * A line without any white space, with quotes unified, and without one comma or semicolon at its end. `ending`: the
 * flag of what was dropped there (4 comma, 8 semicolon, 0 nothing).
 */
export function looseTextOf(line: string): LooseText & { ending: number } {
  let low = 0;
  let small = 0;
  let length = 0;
  let last = -1;
  for (let index = 0; index < line.length; index++) {
    const unit = line.charCodeAt(index);
    if (isSpace(unit)) continue;
    if (last >= 0) {
      low = (Math.imul(low, base) + spread(last)) | 0;
      small = (small * smallBase + last) % smallModulus;
      length++;
    }
    last = isQuote(unit) ? doubleQuote : unit;
  }
  const ending = last === comma ? 4 : last === semicolon ? 8 : 0;
  if (ending === 0 && last >= 0) {
    low = (Math.imul(low, base) + spread(last)) | 0;
    small = (small * smallBase + last) % smallModulus;
    length++;
  }
  return { high: (small << 12) | Math.min(length, longestLooseText), low: low >>> 0, ending };
}

/** A hash that grows: texts are put behind it. */
export interface GrowingText {
  low: number;
  small: number;
  length: number;
}

/** Puts a text behind `text`, in place. `high`, `low` as in `LooseText`. */
export function appendLoose(text: GrowingText, high: number, low: number): void {
  const length = high & longestLooseText;
  text.low = (Math.imul(text.low, powers[length] ?? 0) + low) | 0;
  text.small = (text.small * (smallPowers[length] ?? 0) + (high >>> 12)) % smallModulus;
  text.length += length;
}

const comma = 0x2c;
const semicolon = 0x3b;
const doubleQuote = 0x22;

/** So that neighbouring characters are not neighbouring numbers. */
function spread(unit: number): number {
  const mixed = Math.imul(unit + 0x7f4a7c15, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** What `\s` matches. */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 9 && unit <= 13);
  if (unit < 0xa0) return false;
  return unit === 0xa0 || unit === 0xfeff || unit === 0x1680 || unit === 0x3000 || isGeneralSpace(unit);
}

function isGeneralSpace(unit: number): boolean {
  if (unit < 0x2000 || unit > 0x205f) return false;
  return unit <= 0x200a || unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f;
}

function isQuote(unit: number): boolean {
  if (unit < 0x80) return unit === 0x27 || unit === 0x60;
  if (unit <= 0xbb) return unit === 0xab || unit === 0xb4 || unit === 0xbb;
  return (unit >= 0x2018 && unit <= 0x201f) || unit === 0x2039 || unit === 0x203a;
}

/** The text of a single comma (4) or semicolon (8), as `ending` names them, to be put where lines are joined. */
export const endingTexts: Readonly<Record<4 | 8, LooseText>> = { 4: single(comma), 8: single(semicolon) };

function single(unit: number): LooseText {
  return { high: ((unit % smallModulus) << 12) | 1, low: spread(unit) >>> 0 };
}
