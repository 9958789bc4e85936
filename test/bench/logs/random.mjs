/**
 * A small seeded generator (sfc32): the same seed gives the same numbers on every machine. Its state has 128 bits:
 * with 32, the streams of 5,000 files would run into each other and repeat ids.
 * @typedef {ReturnType<typeof createRandom>} Random
 * @param {number} seed any integer
 */
export function createRandom(seed) {
  let a = seed | 0;
  let b = Math.imul(seed, 0x9e3779b1) | 0;
  let c = 0x243f6a88;
  let counter = 1;
  const word = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round++) word();
  const unit = () => word() / 4294967296;
  const hex = (words) => {
    let text = '';
    for (let index = 0; index < words; index++) text += word().toString(16).padStart(8, '0');
    return text;
  };
  return {
    /** 0 (inclusive) to 1 (exclusive). */
    unit,
    /** A whole number from 0 to `limit` - 1. */
    below: (limit) => Math.floor(unit() * limit),
    chance: (probability) => unit() < probability,
    /** Hexadecimal digits, eight per word. */
    hex,
    uuid: () => {
      const digits = hex(4);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
    /** One standard normal number (Box and Muller). */
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    /** One of `[weight, value]` pairs. */
    pick: (pairs) => {
      let rest = unit() * pairs.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of pairs) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return pairs[pairs.length - 1][1];
    },
    /**
     * A whole number with the given quantiles at 0, .1, .25, .5, .75, .9, .99 and 1, straight in the logarithm between.
     * @param {readonly number[]} quantiles eight numbers
     */
    amount: (quantiles) => {
      const at = unit();
      let index = 1;
      while (index < levels.length - 1 && at >= levels[index]) index++;
      const share = (at - levels[index - 1]) / (levels[index] - levels[index - 1]);
      const low = Math.log(quantiles[index - 1] + 1);
      return Math.round(Math.exp(low + (Math.log(quantiles[index] + 1) - low) * share) - 1);
    },
  };
}

const levels = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1];

/** A seed for part `index` of a whole with seed `seed`, far from its neighbours'. */
export function partSeed(seed, index) {
  return Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
}
