/**
 * `npm start`: builds Paceflow, reads this machine's logs (or sample data where there are none), prints the reports
 * and opens VS Code with the extension.
 *   npm start -- [--home DIR] [--database FILE] [--no-open] [anything else: passed on to the reports]
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findEditor, whyNoWindow } from './editor.mjs';
import { excerpt, root, run } from './process.mjs';
import { makeSampleData } from './sampleData.mjs';
import { parts, requireNode } from './setup.mjs';

const paceflow = path.join(root, 'dist/paceflow.js');

/** What a person can act on; anything else thrown here is a bug and keeps its stack. */
class HumanError extends Error {}

/** Takes our own options out of the arguments. */
function readArguments(words) {
  const choice = { home: undefined, database: undefined, open: true, rest: [] };
  const left = [...words];
  const value = (word) => {
    const next = left.shift();
    if (next === undefined) throw new HumanError(`${word} needs a value`);
    return path.resolve(next);
  };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--home') choice.home = value(word);
    else if (word === '--database') choice.database = value(word);
    else if (word === '--no-open') choice.open = false;
    else choice.rest.push(word);
  }
  return choice;
}

async function must(what, running) {
  const { ok, reason, problem, output } = await running;
  if (!ok) throw new HumanError(`${what}: ${reason ?? problem}${output ? `\n${excerpt(output)}` : ''}`);
}

/** Whether the engine finds logs of any agent below this home folder. */
async function hasLogs(home) {
  const result = await run(process.execPath, [paceflow, 'doctor', '--json', '--home', home], {
    output: 'capture',
    timeoutMs: 120_000,
  });
  try {
    const report = JSON.parse(result.output.slice(result.output.indexOf('{')));
    // Places are looked into now; sources are what a database remembers.
    return report.places.some(({ logs }) => logs > 0);
  } catch {
    throw new HumanError(`paceflow doctor --json --home ${home} did not answer:\n${excerpt(result.output)}`);
  }
}

/** The home folder with logs, and the name of the database that belongs to it. */
async function chooseHome(given) {
  if (given !== undefined) return { home: given, name: path.basename(given) || 'given' };
  if (await hasLogs(homedir())) return { home: homedir(), name: 'own' };
  console.log('No agent has left logs on this machine: making sample data.');
  const made = await makeSampleData();
  if (!made.ok) throw new HumanError(made.reason);
  return { home: made.home, repository: made.repository, name: 'sample' };
}

/** Opens VS Code with this folder as an extension under development, or says how to. */
function openEditor({ home, repository }, wanted) {
  const editor = findEditor();
  const why = wanted ? (editor === undefined ? 'no VS Code was found' : whyNoWindow()) : 'as asked for';
  const words = [`--extensionDevelopmentPath=${root}`, ...(repository === undefined ? [] : [repository])];
  if (why !== undefined) {
    const shown = words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
    console.log(`\nVS Code was not opened (${why}). By hand, in VS Code: open ${root} and press F5.`);
    console.log(`Or in a terminal: ${home === homedir() ? '' : `PACEFLOW_HOME="${home}" `}code ${shown}`);
    return;
  }
  console.log(`\nOpening ${editor}: Paceflow is the icon in the activity bar.`);
  const shell = process.platform === 'win32' && editor.endsWith('.cmd');
  const [program, ...programArguments] = shell ? [editor, ...words].map((word) => `"${word}"`) : [editor, ...words];
  const child = spawn(program, programArguments, {
    detached: true,
    stdio: 'ignore',
    shell,
    windowsHide: true,
    env: { ...process.env, ...(home === homedir() ? {} : { PACEFLOW_HOME: home }) },
  });
  child.once('error', (error) => console.error(`${editor} could not be started: ${error.message}`));
  child.unref();
}

async function main() {
  requireNode();
  const choice = readArguments(process.argv.slice(2));
  await must('set-up', parts.dependencies());
  await must('set-up', parts.git());
  await must('build', run(process.execPath, [path.join(root, 'scripts/build.mjs')], { output: 'capture' }));
  const chosen = await chooseHome(choice.home);
  const database = choice.database ?? path.join(root, '.cache/start', `${chosen.name}.db`);
  mkdirSync(path.dirname(database), { recursive: true });
  const where = ['--home', chosen.home, '--database', database];
  console.log(`Reading the logs below ${chosen.home} into ${database}`);
  await must('ingest', run(process.execPath, [paceflow, 'ingest', ...where], { timeoutMs: 60 * 60_000 }));
  for (const report of ['session', 'cost']) {
    console.log('');
    await must(report, run(process.execPath, [paceflow, report, ...where, ...choice.rest]));
  }
  openEditor(chosen, choice.open);
}

main().catch((problem) => {
  console.error(problem instanceof HumanError ? `start: ${problem.message}` : problem);
  process.exitCode = 1;
});
