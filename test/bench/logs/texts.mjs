import { createRandom } from './random.mjs';

/** Invented words; code and prose are made of them, nobody's text. */
const syllables = 'ba ce di fo gu ka le mi no pu ra se ti vo xu ly men tor sil dan ver qui'.split(' ');

/**
 * A pool of prose and of code lines, of which texts of any length are cut: cutting is all that a text costs later.
 * Code has quotes, backslashes and every so often a letter beyond ASCII (0.7 % of bytes), as in real logs.
 */
export function createTexts(seed) {
  const random = createRandom(seed);
  const words = Array.from({ length: 2000 }, () => word(random));
  const any = () => words[random.below(words.length)];
  const code = Array.from({ length: 24_000 }, () => codeLine(random, any));
  const codePool = joinLines(code);
  const prosePool = joinLines(Array.from({ length: 12_000 }, () => sentence(random, any)));
  return {
    /** Running text of about `length` characters. */
    prose: (from, length) => cut(prosePool, from, length),
    /** Whole lines of code with about `length` characters. */
    code: (from, length) => cut(codePool, from, length),
    /** Exactly `count` lines of code. */
    lines: (from, count) => {
      const start = from.below(code.length - count);
      return code.slice(start, start + count);
    },
    words: any,
  };
}

function joinLines(lines) {
  let length = 0;
  const starts = lines.map((line) => {
    const start = length;
    length += line.length + 1;
    return start;
  });
  // A flat string: slices of it are references, not copies.
  return { text: Buffer.from(`${lines.join('\n')}\n`).toString('utf8'), starts };
}

function cut({ text, starts }, random, length) {
  const last = starts.findLastIndex((start) => start + length <= text.length);
  const start = starts[random.below(Math.max(1, last + 1))];
  return text.slice(start, start + length);
}

function word(random) {
  let made = '';
  for (let count = 1 + random.below(3); count >= 0; count--) made += syllables[random.below(syllables.length)];
  return made;
}

function sentence(random, any) {
  const made = Array.from({ length: 4 + random.below(14) }, any);
  if (random.chance(0.25)) made[0] = `«${made[0]}» —`;
  return `${made.join(' ')}.`;
}

function codeLine(random, any) {
  const indent = '  '.repeat(random.below(6));
  switch (random.below(9)) {
    case 0:
      return '';
    case 1:
      return `${indent}}`;
    case 2:
      return `${indent}const ${any()} = ${any()}("${any()}", { ${any()}: ${random.below(1000)} });`;
    case 3:
      return `${indent}if (${any()}.${any()} === '${any()}\\n') {`;
    case 4:
      return `${indent}// ${any()} ${any()} ${random.chance(0.5) ? '→' : ''} ${any()} ${any()} ${any()}`;
    case 5:
      return `${indent}return await this.${any()}.${any()}(${any()}, ${any()});`;
    case 6:
      return `${indent}<${any()} className="${any()} ${any()}" onClick={() => ${any()}(${random.below(99)})}>`;
    case 7:
      return `${indent}def ${any()}_${any()}(self, ${any()}: str, ${any()}: int = ${random.below(9)}) -> ${any()}:`;
    default:
      return `${indent}${any()}: ${any()},`;
  }
}
