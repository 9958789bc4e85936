// Measures the matcher alone, in memory and without git: 30,000 commits and 5,000 sessions of one repository.
//   node --expose-gc test/bench/matcher.mjs [--commits 30000] [--sessions 5000] [--seed 1]
// Ends with 1 where it takes over 10 s or 250 MB beyond its input.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { createRandom } from './logs/random.mjs';
import { root } from './steps/build.mjs';

const { values } = parseArgs({
  options: {
    commits: { type: 'string', default: '30000' },
    sessions: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
  },
});
const [commitCount, sessionCount] = [Number(values.commits), Number(values.sessions)];
const limits = { seconds: 10, bytes: 250e6 };
const work = mkdtempSync(join(tmpdir(), 'paceflow-matcher-'));
try {
  process.exitCode = await measure(await load());
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function load() {
  const outfile = join(work, 'matcher.mjs');
  const folder = join(root, 'extension/engine/attribution');
  await build({
    stdin: {
      contents: `export * from './matchCommits'; export * from './lines'; export * from './changes';`,
      resolveDir: folder,
      loader: 'ts',
    },
    ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' },
  });
  return import(pathToFileURL(outfile).href);
}

async function measure({ matchCommits, findChanges, packLines }) {
  const { edits, commits } = makeHistory(packLines);
  const lines = (items, side) => items.reduce((sum, item) => sum + item[side].length / 16, 0);
  const files = commits.flatMap((commit) => commit.files);
  console.log(`${commits.length} commits, ${files.length} files, ${lines(files, 'added')} added lines`);
  console.log(`${sessionCount} sessions, ${edits.length} edits, ${lines(edits, 'added')} written lines`);
  globalThis.gc?.();
  const before = memory();
  let peak = before;
  const startedAt = processorSeconds();
  const candidates = commits.map((commit, index) => ({
    commit: String(index),
    parents: index === 0 ? [] : [String(index - 1)],
    committedAt: commit.committedAt,
    patchId: String(index % 29_000),
    ...{ isOnMainline: index % 50 !== 0, isReachable: true },
  }));
  findChanges(candidates, [], (commit) =>
    commits[Number(commit)].files.map(({ path, added }) => ({ path: String(path), added })),
  );
  const classified = processorSeconds();
  const matches = matchCommits(edits, commits);
  peak = Math.max(peak, memory());
  globalThis.gc?.();
  const kept = memory() - before;
  const seconds = processorSeconds() - startedAt;
  let matched = 0;
  for (const index of commits.keys()) {
    for (const file of matches.of(index)) for (const edit of file.added.edits) if (edit >= 0) matched++;
  }
  console.log(`${matched} lines matched in ${seconds.toFixed(2)} s of the processor`);
  console.log(`of it ${(classified - startedAt).toFixed(2)} s for copies of changes`);
  console.log(
    `${((peak - before) / 1e6).toFixed(0)} MB beyond the input at the end, ${(kept / 1e6).toFixed(0)} MB of it in use`,
  );
  return seconds > limits.seconds || kept > limits.bytes ? 1 : 0;
}

/** Not the clock: other programs run beside. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function memory() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Sessions write blocks at paths; commits hold most of them, beside lines of people. */
function makeHistory(packLines) {
  const random = createRandom(Number(values.seed));
  const start = Date.parse('2026-01-01T00:00:00Z');
  const step = 600_000;
  const paths = 3000;
  let serial = 0;
  const text = () => {
    serial++;
    return serial % 5 === 0 ? '  }' : `  const value${serial % 400_000} = compute(${serial % 97}, input);`;
  };
  const block = (count) => Array.from({ length: count }, text);
  const edits = [];
  const waiting = new Map();
  for (let index = 0; index < sessionCount * 25; index++) {
    const at = start + Math.floor((index / (sessionCount * 25)) * commitCount * step);
    const path = random.chance(0.05) ? 0 : random.below(paths);
    const added = block(8);
    edits.push({
      ...{ session: Math.floor(index / 25), at, path, place: 0, isBeforeKnown: !random.chance(0.05) },
      ...{
        added: packLines(added),
        removed: packLines(random.chance(0.3) ? added.slice(0, 2) : []),
        proposed: undefined,
      },
    });
    if (waiting.has(path)) waiting.get(path).push({ at, added });
    else waiting.set(path, [{ at, added }]);
  }
  const commits = Array.from({ length: commitCount }, (_, index) => {
    const committedAt = start + index * step;
    const files = Array.from({ length: 3 }, () => {
      const path = random.chance(0.05) ? 0 : random.below(paths);
      const written = [];
      for (const left = waiting.get(path) ?? []; left[0]?.at <= committedAt; ) written.push(...left.shift().added);
      const added = [...written.filter(() => random.chance(0.8)), ...block(12)];
      const hunks = new Uint8Array(16);
      new DataView(hunks.buffer).setUint32(12, added.length);
      return { path, oldPaths: [], hunks, added: packLines(added), removed: new Uint8Array() };
    });
    const copy = index % 100 === 99 ? index - 1 : index;
    return { change: copy, committedAt, place: -1, preferred: new Set(), isRestoring: false, files };
  });
  return { edits, commits };
}
