// Measures the matcher without git, on a database in memory: 30,000 commits and 5,000 sessions of one repository.
//   node --expose-gc test/bench/matcher.mjs [--commits 30000] [--sessions 5000] [--seed 1] [--more 20]
// Ends with 1 where all of it takes over 10 s or 250 MB.
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
    /** New commits after it, each matched by itself. */
    more: { type: 'string', default: '20' },
  },
});
const [commitCount, sessionCount] = [Number(values.commits), Number(values.sessions)];
const limits = { seconds: 10, bytes: 250e6 };
const folder = '/work/shop';
const pathCount = 3000;
const start = Date.parse('2026-01-01T00:00:00Z');
const step = 600_000;
/** As in ingest/slices.ts. */
const sliceMs = 15;

/** What is measured, as one module. */
const parts = `
  export { packLines } from './extension/engine/attribution/lines';
  export { readCatalogue } from './extension/engine/database/catalogue';
  export { openDatabase } from './extension/engine/database/database';
  export { prepareSchema } from './extension/engine/database/schema';
  export { matchLines } from './extension/engine/ingest/match/matchLines';
`;

const work = mkdtempSync(join(tmpdir(), 'paceflow-matcher-'));
try {
  process.exitCode = await measure(await load());
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function load() {
  const outfile = join(work, 'matcher.cjs');
  await build({
    stdin: { contents: parts, resolveDir: root, loader: 'ts' },
    ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20', outfile, logLevel: 'error' },
  });
  return import(pathToFileURL(outfile).href);
}

async function measure({ matchLines, openDatabase, packLines, prepareSchema, readCatalogue }) {
  const database = await openDatabase(join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'));
  prepareSchema(database, readCatalogue(join(root, 'sql')), 'UTC');
  const history = createHistory(database, packLines);
  database.transaction(() => history.write());
  globalThis.gc?.();

  const before = memory();
  const whole = run(database, matchLines(database, { commits: 'all', sessions: new Set() }));
  const { lines } = database.get('select sum(ai_added_lines) as lines from fact_commit_line_match');
  console.log(
    `all: ${lines} lines matched in ${whole.seconds.toFixed(2)} s of the processor, reading and writing included`,
  );
  const longestStep = Math.max(0, whole.longest - sliceMs);
  console.log(
    `all: nobody is answered for ${whole.longest.toFixed(0)} ms at most, longest step ${longestStep.toFixed(0)} ms`,
  );
  console.log(`all: ${((whole.peak - before) / 1e6).toFixed(0)} MB at most`);

  const times = Array.from({ length: Number(values.more) }, () => {
    database.transaction(() => history.writeOneMore());
    return 1000 * run(database, matchLines(database, { commits: 'changed', sessions: new Set() })).seconds;
  }).sort((a, b) => a - b);
  const median = times[times.length >> 1];
  if (median !== undefined) {
    console.log(`one commit more: median ${median.toFixed(0)} ms of the processor, most ${times.at(-1).toFixed(0)} ms`);
    database.transaction(() => history.moveMainline());
    const moved = run(database, matchLines(database, { commits: 'changed', sessions: new Set() }));
    console.log(`a mainline that catches up: ${(1000 * moved.seconds).toFixed(0)} ms of the processor`);
  }
  return whole.seconds > limits.seconds || whole.peak - before > limits.bytes ? 1 : 0;
}

/** Does the work as `inSlices` does, and asks beside how long nobody is answered. */
function run(database, work) {
  const startedAt = processorSeconds();
  let [longest, peak] = [0, 0];
  for (let isDone = false; !isDone; ) {
    const sliceAt = processorSeconds();
    database.transaction(() => {
      const until = performance.now() + sliceMs;
      while (!isDone && performance.now() < until) isDone = work.next().done;
    });
    longest = Math.max(longest, 1000 * (processorSeconds() - sliceAt));
    peak = Math.max(peak, memory());
  }
  return { seconds: processorSeconds() - startedAt, longest, peak };
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
function createHistory(database, packLines) {
  const random = createRandom(Number(values.seed));
  const waiting = new Map();
  const insert = (table, row) => {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(', ');
    database.run(`insert into ${table} (${names.join(', ')}) values (${marks})`, Object.values(row));
  };
  let serial = 0;
  const text = () => {
    serial++;
    return serial % 5 === 0 ? '  }' : `  const value${serial % 400_000} = compute(${serial % 97}, input);`;
  };
  const block = (count) => Array.from({ length: count }, text);
  const anyPath = () => (random.chance(0.05) ? 0 : random.below(pathCount));

  const writeFrame = () => {
    const log = { log_id: 1, provider: 'claude-code', real_path: '/logs', kind: 'session', status: 'read' };
    insert('metadata_source', { ...log, first_read_at: start, last_read_at: start });
    insert('metadata_person', { person_id: 'other', identities: '[]', is_me: 0, is_bot: 0 });
    const tip = nameOf(isBeside(commitCount - 1) ? commitCount - 2 : commitCount - 1);
    insert('metadata_repository', { repository_id: 1, repository_key: 'shop', name: 'shop', mainline_tip: tip });
    const clone = { clone_id: 1, common_dir: folder, repository_id: 1, worktrees: JSON.stringify([folder]) };
    insert('metadata_clone', { ...clone, is_shallow: 0, is_partial: 0, is_complete: 1, observed_at: start });
    for (let path = 0; path < pathCount; path++) {
      insert('metadata_path', { path_id: path, path: `src/file${path}.ts` });
      insert('metadata_path', { path_id: pathCount + path, path: `${folder}/src/file${path}.ts` });
    }
  };
  const writeSession = (id) => {
    const session = { session_id: id, provider: 'claude-code', native_id: `${id}`, session_key: `claude-code:${id}` };
    insert('metadata_session', { ...session, person_id: 'me', repository_id: 1, cwd: folder, resolved_by: 'folder' });
  };
  const writeEdit = (index) => {
    const at = start + Math.floor((index / (sessionCount * 25)) * commitCount * step);
    const path = anyPath();
    const added = block(8);
    const removed = random.chance(0.3) ? added.slice(0, 2) : [];
    const callKey = new Uint8Array(12);
    new DataView(callKey.buffer).setUint32(0, Math.imul(index, 0x9e3779b1));
    new DataView(callKey.buffer).setUint32(8, index);
    insert('fact_session_code_change', {
      ...{ call_key: callKey, ordinal: 0, session_id: 1 + Math.floor(index / 25), log_id: 1, record_offset: index, at },
      ...{ path_id: pathCount + path, stage: 'applied', outcome: 'ok', via: 'edit', is_user_modified: 0 },
      ...{ is_before_known: random.chance(0.05) ? 0 : 1, added_lines: added.length, removed_lines: removed.length },
      ...{ added: packLines(added), removed: packLines(removed) },
    });
    if (waiting.has(path)) waiting.get(path).push({ at, added });
    else waiting.set(path, [{ at, added }]);
  };
  /** Each fiftieth lies beside the mainline, and half of those are copies of their neighbour there. */
  const isBeside = (index) => index % 50 === 49;
  let last = [];
  const writeCommit = (index) => {
    const committedAt = start + index * step;
    const commit = { repository_id: 1, commit_id: nameOf(index) };
    const parent = isBeside(index) || isBeside(index - 1) ? index - 2 : index - 1;
    const parents = parent < 0 ? [] : [nameOf(parent)];
    const isCopy = index % 100 === 99;
    insert('fact_commit', {
      ...{ ...commit, author_person_id: 'other', committer_person_id: 'other', author_name: 'A', subject: 'Work' },
      ...{ authored_at: committedAt, committed_at: committedAt, parents: JSON.stringify(parents) },
      ...{ parent_count: parents.length, is_pushed: 0, is_reachable: 1, first_seen_at: start },
      patch_id: nameOf(isCopy ? index - 1 : index),
    });
    if (!isCopy) last = [...new Set([anyPath(), anyPath(), anyPath()])].map((path) => writtenFile(path, committedAt));
    for (const { path, added } of last) {
      const hunks = new Uint8Array(16);
      new DataView(hunks.buffer).setUint32(12, added.byteLength / 16);
      insert('fact_commit_file_change', {
        ...{ ...commit, path_id: path, change: 'modified', added_lines: added.byteLength / 16, removed_lines: 0 },
        ...{ is_binary: 0, hunks, added, removed: new Uint8Array() },
      });
    }
    return nameOf(index);
  };
  const writtenFile = (path, committedAt) => {
    const written = [];
    for (const left = waiting.get(path) ?? []; left[0]?.at <= committedAt; ) written.push(...left.shift().added);
    return { path, added: packLines([...written.filter(() => random.chance(0.8)), ...block(12)]) };
  };

  let commits = 0;
  return {
    write() {
      writeFrame();
      for (let session = 1; session <= sessionCount; session++) writeSession(session);
      for (let index = 0; index < sessionCount * 25; index++) writeEdit(index);
      while (commits < commitCount) writeCommit(commits++);
      console.log(`${commitCount} commits, ${sessionCount} sessions with ${sessionCount * 25} edits`);
    },
    /** The mainline takes in its last commit as if that had lain beside it until now. */
    moveMainline() {
      const tip = '(select mainline_tip from metadata_repository)';
      const { parent } = database.get(`select parents ->> '$[0]' as parent from fact_commit where commit_id = ${tip}`);
      database.run('update metadata_repository set matched_tip = ?', [parent]);
    },
    /** At the tip of the mainline. */
    writeOneMore() {
      while (isBeside(commits) || isBeside(commits - 1)) commits++;
      database.run('update metadata_repository set mainline_tip = ?', [writeCommit(commits++)]);
    },
  };
}

/** As git names commits: in no order. */
function nameOf(index) {
  return (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + index.toString(16).padStart(32, '0');
}
