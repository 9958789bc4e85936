import type { Random } from '../../support/random';

const nouns = 'account address basket batch bill budget cache card cart claim client count coupon credit customer'
  .concat(' date delivery device discount draft email entry event export factor fee file filter flag folder form goal')
  .concat(' group history index invoice item job journal key label ledger level limit list lock member message meter')
  .split(' ');
const verbs = 'add apply ask build call check claim clean close collect compare copy count create cut drop fetch fill'
  .concat(' find fix format group hold join keep list load lock make merge move note open order pack parse pick plan')
  .split(' ');

/** Lines that any program has: nobody can be told by them. */
const common = [
  '  if (result === undefined) return undefined;',
  '  const result = [];',
  '  return result;',
  '    continue;',
  '  // nothing to do',
  "  throw new Error('not found');",
  '  for (const item of items) {',
];

/** Names that are new, and lines as programs have them: most of them of their own, some as everywhere. */
export interface Content {
  /** A function: a head, steps, an end that says nothing alone, and perhaps an empty line. */
  block(steps: number): string[];
  /** One line of its own. */
  statement(): string;
  path(): string;
  sentence(): string;
}

export function createContent(random: Random): Content {
  let made = 0;
  const name = () => {
    const noun = random.pick(nouns);
    return `${random.pick(verbs)}${noun.charAt(0).toUpperCase()}${noun.slice(1)}${made++}`;
  };
  const ways = [
    () => `  const ${name()} = ${random.pick(verbs)}(${random.pick(nouns)}, ${random.between(0, 999)});`,
    () => `  ${random.pick(nouns)}.${name()}(${random.pick(nouns)});`,
    () => `  if (${name()} > ${random.between(1, 99)}) return ${random.pick(nouns)};`,
    () => `  // ${name()}: ${random.pick(verbs)} the ${random.pick(nouns)} before the ${random.pick(nouns)}`,
  ];
  const statement = () => random.pick(ways)();
  return {
    statement,
    block: (steps) => [
      `export function ${name()}(${random.pick(nouns)}: Value): Value {`,
      ...Array.from({ length: steps }, () => (random.chance(0.07) ? random.pick(common) : statement())),
      '}',
      ...(random.chance(0.5) ? [''] : []),
    ],
    path: () => `src/${random.pick(['api', 'core', 'jobs', 'page', 'store', 'text'])}/${name()}.ts`,
    sentence: () => `${random.pick(verbs)} the ${random.pick(nouns)} of ${name()}`,
  };
}
