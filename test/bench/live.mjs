// Measures the engine's database thread as editors use it: how long a question waits while a first reading goes on,
// how soon an appended line is told of, and what the process takes of the processor while nothing happens.
//   node test/bench/live.mjs [--bytes 2e8] [--files 5000] [--seed 1] [--idle 60]
// Writes nothing but what it prints.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { generate } from './generate.mjs';
import { buildPrograms } from './steps/build.mjs';
import { median } from './steps/runProgram.mjs';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '2e8' },
    files: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    idle: { type: 'string', default: '60' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'paceflow-live-'));
try {
  await measure();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function measure() {
  const { root, worker } = await buildPrograms(join(work, 'program'), { isMinified: true });
  const home = join(work, 'home');
  generate({ out: home, bytes: Number(values.bytes), files: Number(values.files), seed: Number(values.seed) });
  console.log(`${values.files} logs, ${values.bytes} bytes, load ${loadavg()[0].toFixed(1)}`);
  const engine = startEngine(worker, { root, home, database: join(work, 'paceflow.db') });
  engine.setVisible(true);
  await engine.ask('doctor', {});

  const waits = await waitsDuring(engine, engine.ask('ingest', {}));
  const at = (share) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))].toFixed(0);
  console.log(`a question during a first reading waits: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
  await pause(5_000);

  const log = firstLog(join(home, '.claude/projects'));
  const told = [];
  const drawn = [];
  for (let round = 0; round < 10; round++) {
    const startedAt = performance.now();
    const changed = engine.nextChange();
    appendFileSync(log, prompt(round));
    await changed;
    told.push(performance.now() - startedAt);
    await engine.ask('sidebar', { scope: 'all', range: 30 });
    drawn.push(performance.now() - startedAt);
    await pause(2_000);
  }
  console.log(`an appended line is told of after ${median(told).toFixed(0)} ms, its numbers are there after`);
  console.log(`  ${median(drawn).toFixed(0)} ms (medians of ten, most ${Math.max(...drawn).toFixed(0)} ms)`);

  for (const isVisible of [true, false]) {
    engine.setVisible(isVisible);
    await pause(2_000);
    const before = processorMs();
    await pause(Number(values.idle) * 1_000);
    const share = (processorMs() - before) / (Number(values.idle) * 10);
    console.log(`idle for ${values.idle} s while ${isVisible ? 'somebody' : 'nobody'} looks: ${share.toFixed(2)} %`);
  }
  await engine.end();
}

function startEngine(script, { database, root, home }) {
  const worker = new Worker(script, { workerData: { database, root, zone: 'UTC' } });
  const client = 1;
  const asker = { home, variables: {}, folders: [], isTrusted: true, identities: [], prices: null };
  worker.postMessage({ type: 'connect', client, asker });
  const pending = new Map();
  let lastId = 0;
  let onChange = () => undefined;
  worker.on('message', (message) => {
    if (message.type === 'dataChanged') onChange();
    if (message.type === 'failure') throw new Error(JSON.stringify(message.failure));
    if (message.type === 'result') pending.get(message.id)?.(message.result);
  });
  return {
    setVisible: (isVisible) => worker.postMessage({ type: 'visible', client, isVisible }),
    ask: (method, params) =>
      new Promise((resolve) => {
        const id = ++lastId;
        pending.set(id, resolve);
        worker.postMessage({ type: 'request', client, id, method, params });
      }),
    nextChange: () =>
      new Promise((resolve) => {
        onChange = resolve;
      }),
    end: () => worker.terminate(),
  };
}

/** Milliseconds that questions waited for their answer, in ascending order. */
async function waitsDuring(engine, reading) {
  let isOver = false;
  void reading.then(() => {
    isOver = true;
  });
  const waits = [];
  while (!isOver) {
    const startedAt = performance.now();
    await engine.ask('commit', { commit: 'feedbeef12' });
    waits.push(performance.now() - startedAt);
    await pause(5);
  }
  return waits.sort((a, b) => a - b);
}

function firstLog(projects) {
  const [folder] = readdirSync(projects);
  const name = readdirSync(join(projects, folder)).find((entry) => entry.endsWith('.jsonl'));
  return join(projects, folder, name);
}

function prompt(round) {
  return `${JSON.stringify({
    ...{ type: 'user', uuid: `live-${round}`, parentUuid: null, isSidechain: false, userType: 'external' },
    ...{ cwd: '/nowhere/bench', sessionId: 'live', version: '2.1.200', timestamp: new Date().toISOString() },
    message: { role: 'user', content: 'once more' },
  })}\n`;
}

/** Of this process and its threads, user and system; the clock of /proc ticks a hundred times a second. */
function processorMs() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
