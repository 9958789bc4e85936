// Where the time of a cold ingest goes: generates logs, runs the terminal program under `node --cpu-prof`, and prints
// the functions by the time spent in themselves.
//   node test/bench/profile.mjs [--bytes 2e8] [--files 1000] [--top 40] [--home DIR with logs] [--keep FILE.cpuprofile]
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';
import { buildPrograms } from './steps/build.mjs';
import { runProgram } from './steps/runProgram.mjs';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '2e8' },
    files: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    top: { type: 'string', default: '40' },
    home: { type: 'string' },
    keep: { type: 'string' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'paceflow-profile-'));
try {
  const programs = await buildPrograms(join(work, 'program'), { isMinified: false });
  const home = values.home ?? join(work, 'home');
  if (!values.home) {
    generate({ out: home, bytes: Number(values.bytes), files: Number(values.files), seed: Number(values.seed) });
  }
  const profiles = join(work, 'profiles');
  const flags = ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', profiles];
  const ingest = ['ingest', '--home', home, '--database', join(work, 'paceflow.db'), '--timezone', 'UTC', '--json'];
  const { seconds } = await runProgram([process.execPath, ...flags, programs.cli, ...ingest], { home });
  const file = join(profiles, readdirSync(profiles)[0]);
  if (values.keep) copyFileSync(file, values.keep);
  console.log(`${seconds.toFixed(1)} s under the profiler`);
  print(JSON.parse(readFileSync(file, 'utf8')), Number(values.top));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Prints functions by self time, with the share that ran below them. */
function print(profile, top) {
  const rows = summarise(profile);
  const total = rows.reduce((sum, row) => sum + row.self, 0);
  const share = (time) => `${((100 * time) / total).toFixed(1).padStart(5)} %`;
  console.log('self ms   self    with callees  function');
  for (const row of rows.slice(0, top)) {
    const self = (row.self / 1000).toFixed(0).padStart(7);
    console.log(`${self} ${share(row.self)}  ${share(row.whole)}      ${row.name}`);
  }
}

/**
 * Time per function, in microseconds: in itself, and with what it called (recursion counted once).
 * @param {{ nodes: any[], samples: number[], timeDeltas: number[] }} profile V8's format
 */
function summarise({ nodes, samples, timeDeltas }) {
  const selfOf = new Map();
  for (const [index, id] of samples.entries()) selfOf.set(id, (selfOf.get(id) ?? 0) + timeDeltas[index]);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = new Map();
  const visit = (node, above) => {
    const name = nameOf(node.callFrame);
    const row = rows.get(name) ?? { name, self: 0, whole: 0 };
    rows.set(name, row);
    const isOuter = !above.has(name);
    if (isOuter) above.add(name);
    const self = selfOf.get(node.id) ?? 0;
    let whole = self;
    for (const child of node.children ?? []) whole += visit(byId.get(child), above);
    row.self += self;
    if (isOuter) {
      row.whole += whole;
      above.delete(name);
    }
    return whole;
  };
  visit(nodes[0], new Set());
  return [...rows.values()].sort((a, b) => b.self - a.self);
}

function nameOf({ functionName, url, lineNumber }) {
  return `${functionName || '(anonymous)'} ${url ? `${basename(url)}:${lineNumber + 1}` : ''}`;
}
