/**
 * Writes simulated homes and repositories with the truth of every line, to look at or to measure with:
 *   node scripts/corpus.mjs --out DIR [--case TEXT] [--mix COMMITS] [--seed N]
 * All cases, those whose name contains TEXT, or with `--mix` alone a random history. The last line printed is JSON:
 * {"home", "truth", "repositories"}, where truth is a file. DIR must be new or empty.
 */
import { existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { importTypeScript } from './importTypeScript.mjs';

function readArguments() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      case: { type: 'string' },
      mix: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (values.out === undefined)
    throw new Error('usage: node scripts/corpus.mjs --out DIR [--case TEXT] [--mix COMMITS] [--seed N]');
  for (const name of ['mix', 'seed'])
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} ${values[name]} is no number`);
  const out = path.resolve(values.out);
  if (existsSync(out) && readdirSync(out).length > 0) throw new Error(`${out} is not empty: choose another folder`);
  return { out, wanted: values.case, mix: Number(values.mix), seed: Number(values.seed) };
}

async function main() {
  const { out, wanted, mix, seed } = readArguments();
  const { allCases, buildCorpus } = await importTypeScript('test/corpus/index.ts', 'test/corpus/cases/cases.ts');
  const cases = allCases.filter(({ name }) => (wanted === undefined ? mix === 0 : name.includes(wanted)));
  if (cases.length === 0 && mix === 0) throw new Error(`no case has ${wanted} in its name`);
  mkdirSync(out, { recursive: true });
  const folder = realpathSync(out);
  const { home, truth } = buildCorpus({ folder, seed, cases, mix });
  const file = path.join(folder, 'truth.json');
  writeFileSync(file, JSON.stringify(truth));
  console.log(JSON.stringify({ home, truth: file, repositories: truth.repositories.map((each) => each.folder) }));
}

try {
  await main();
} catch (problem) {
  console.error(`corpus: ${problem.message}`);
  process.exitCode = 1;
}
