/**
 * Makes a home folder with logs of a coding agent, and the git repositories that they belong to, for who has none:
 *   node scripts/sample.mjs --out DIR [--today YYYY-MM-DD] [--seed N]
 * The same arguments give the same logs (but for paths) and the same commits. Who wrote each line of each commit is
 * told in DIR/truth.json, as test/corpus/truth.ts says. The last line printed is JSON:
 * {"home", "repository", "repositories", "today"}. An older sample in DIR is replaced.
 */
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { importTypeScript } from './importTypeScript.mjs';
import { replaceFolder } from './replaceFolder.mjs';

function readArguments() {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, today: { type: 'string' }, seed: { type: 'string', default: '1' } },
  });
  if (values.out === undefined)
    throw new Error('usage: node scripts/sample.mjs --out DIR [--today YYYY-MM-DD] [--seed N]');
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  const midnight = Date.parse(`${today}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== today)
    throw new Error(`--today ${today} is no day: YYYY-MM-DD`);
  if (!/^\d+$/.test(values.seed)) throw new Error(`--seed ${values.seed} is no number`);
  return { out: realFolder(path.resolve(values.out)), today, midnight, seed: Number(values.seed) };
}

/** Logs name folders as the system does: links on the way are followed, as far as the way is there. */
function realFolder(folder) {
  if (existsSync(folder)) return realpathSync(folder);
  const parent = path.dirname(folder);
  return parent === folder ? folder : path.join(realFolder(parent), path.basename(folder));
}

async function main() {
  const { out, today, midnight, seed } = readArguments();
  const { buildSample } = await importTypeScript('test/corpus/sample/story.ts');
  const { home, repositories, truth } = replaceFolder(out, (folder) => {
    const made = buildSample({ place: out, folder, today: midnight, seed });
    writeFileSync(path.join(folder, 'truth.json'), JSON.stringify(made.truth));
    return made;
  });
  console.log(`Sample of ${truth.sessions.length} sessions in ${out}`);
  for (const { name, commits } of truth.repositories) console.log(`  ${name}: ${commits.length} commits`);
  console.log(JSON.stringify({ home, repository: repositories[0], repositories, today }));
}

try {
  await main();
} catch (problem) {
  console.error(`sample: ${problem.message}`);
  process.exitCode = 1;
}
