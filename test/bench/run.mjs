// Measures Paceflow on logs of any size and writes docs/benchmarks.md.
//   npm run bench [-- --full] [--bytes 2e8] [--files 1000] [--pairs 5] [--rounds 5] [--seed 1] [--no-ccusage] [--no-docs]
// Ends with 1 where the totals that were read are not those that were written.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';
import { buildPrograms, root } from './steps/build.mjs';
import { installCcusage, runCcusage } from './steps/ccusage.mjs';
import { checkTruth } from './steps/checkTruth.mjs';
import { describeMachine, describeTree, printTable, tableRows, writeDocument } from './steps/results.mjs';
import { median, runProgram } from './steps/runProgram.mjs';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    bytes: { type: 'string' },
    files: { type: 'string' },
    pairs: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    'no-ccusage': { type: 'boolean', default: false },
    'no-docs': { type: 'boolean', default: false },
  },
});
const size = {
  bytes: Number(values.bytes ?? (values.full ? 1e9 : 2e8)),
  files: Number(values.files ?? (values.full ? 5000 : 1000)),
  seed: Number(values.seed),
};
const pairs = Number(values.pairs);
const work = mkdtempSync(join(tmpdir(), 'paceflow-bench-'));
const say = (text) => process.stderr.write(`${text}\n`);
try {
  process.exitCode = await measure();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function measure() {
  const machine = describeMachine();
  const programs = await buildPrograms(join(work, 'program'), { isMinified: true });
  const ccusage = values['no-ccusage'] ? {} : installCcusage(join(work, 'ccusage'));
  if (ccusage.reason) say(`ccusage is left out: ${ccusage.reason}`);
  const home = join(work, 'home');
  const startedAt = performance.now();
  const truth = generate({ out: home, ...size });
  const took = (performance.now() - startedAt) / 1000;
  say(`generated ${(truth.bytes / 1e6).toFixed(0)} MB at ${(truth.bytes / 1e6 / took).toFixed(0)} MB/s`);

  const database = join(work, 'paceflow.db');
  const words = ['ingest', '--home', home, '--database', database, '--timezone', 'UTC', '--json'];
  const ingest = () => runProgram([process.execPath, programs.cli, ...words], { home });
  const cold = async () => {
    rmSync(database, { force: true });
    return ingest();
  };
  const { ours, theirs } = await runPairs(cold, ccusage.program && (() => runCcusage(ccusage.program, home)));

  const floors = [];
  for (let pair = 0; pair < pairs; pair++) floors.push(await runFloor(home));
  const warm = [];
  for (let round = 0; round < Number(values.rounds); round++) warm.push((await ingest()).seconds);
  const probe = await runProbe({ ...programs, home, database, rounds: Number(values.rounds) });
  const result = {
    truth,
    cold: {
      seconds: median(ours.map((run) => run.seconds)),
      peakBytes: median(ours.map((run) => run.peakBytes)),
      ratio: theirs.length > 0 ? median(ours.map((run, index) => run.seconds / theirs[index].seconds)) : undefined,
    },
    ccusage: theirs.length > 0 ? medians(theirs) : undefined,
    floor: { seconds: median(floors) },
    warmProgram: { seconds: median(warm) },
    probe,
    problems: checkTruth(truth, probe.facts, theirs[0]?.totals),
    options: {
      ...{ machine, pairs, tree: describeTree(), ccusageReason: ccusage.reason },
      command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
      date: new Date().toISOString().slice(0, 10),
    },
  };
  const rows = tableRows(result);
  printTable(rows);
  for (const { name, rows: count, bytes } of probe.tables.slice(0, 16)) {
    console.log(`${(bytes / 1e6).toFixed(2).padStart(8)} MB  ${name}${count === undefined ? '' : ` (${count} rows)`}`);
  }
  if (!values['no-docs']) writeDocument(join(root, 'docs/benchmarks.md'), result, rows);
  for (const problem of result.problems.ours) say(`wrong: ${problem}`);
  for (const problem of result.problems.ccusage) say(`ccusage differs: ${problem}`);
  return result.problems.ours.length === 0 ? 0 : 1;
}

/** Both programs by turns, the first one changing, so that what else the machine does falls on both. */
async function runPairs(cold, other) {
  const ours = [];
  const theirs = [];
  for (let pair = 0; pair < pairs; pair++) {
    const steps = [async () => ours.push(await cold()), async () => other && theirs.push(await other())];
    for (const step of pair % 2 === 0 ? steps : steps.reverse()) await step();
    say(`pair ${pair + 1}: ${ours.at(-1).seconds.toFixed(2)} s, ccusage ${theirs.at(-1)?.seconds.toFixed(2) ?? '-'} s`);
  }
  return { ours, theirs };
}

function medians(runs) {
  return { seconds: median(runs.map((run) => run.seconds)), peakBytes: median(runs.map((run) => run.peakBytes)) };
}

function stepFile(name) {
  return join(fileURLToPath(new URL('.', import.meta.url)), 'steps', name);
}

async function runFloor(home) {
  const { output } = await runProgram([process.execPath, stepFile('floor.mjs'), home], { home });
  return Number(output);
}

async function runProbe(options) {
  const script = stepFile('probe.mjs');
  const { output } = await runProgram([process.execPath, script, JSON.stringify(options)], { home: options.home });
  return JSON.parse(output);
}
