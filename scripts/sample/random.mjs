/** Chance that repeats: the same seed gives the same numbers on every machine. */

/**
 * A generator of numbers for one purpose; another purpose takes another name, so that a change here moves nothing
 * there.
 * @param {string} name seed and purpose, such as `1/sessions`
 */
export function createRandom(name) {
  let state = hash(name);
  /** 0 ≤ x < 1 (mulberry32, public domain, Tommy Ettinger). */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  /** A whole number, both ends included. */
  const whole = (from, to) => from + Math.floor(next() * (to - from + 1));
  const pick = (list) => list[whole(0, list.length - 1)];
  const letters = (alphabet, length) => Array.from({ length }, () => alphabet[whole(0, alphabet.length - 1)]).join('');
  const hex = (length) => letters('0123456789abcdef', length);
  return {
    next,
    whole,
    pick,
    hex,
    chance: (probability) => next() < probability,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${pick('89ab')}${hex(3)}-${hex(12)}`,
    /** An id as the API gives them: `msg_01` and 22 letters. */
    apiId: (prefix) => `${prefix}_01${letters('ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789', 22)}`,
  };
}

/** FNV-1a, 32 bits. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 0x01000193);
  return value >>> 0;
}
