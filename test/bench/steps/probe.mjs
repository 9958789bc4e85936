// Runs in a process of its own: what an engine that stays does with a database that was just filled. Takes one JSON
// argument { engine, wasm, root, home, database, rounds }, prints one JSON object. Times in seconds.
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { partSeed } from '../logs/random.mjs';
import { createSession } from '../logs/session.mjs';
import { createTexts } from '../logs/texts.mjs';
import { median } from './runProgram.mjs';

const options = JSON.parse(process.argv[2]);
const engine = createRequire(import.meta.url)(options.engine);

async function timed(work) {
  const startedAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - startedAt) / 1000, value };
}

/** Median of `rounds` runs. */
async function often(rounds, work) {
  const times = [];
  for (let round = 0; round < rounds; round++) times.push((await timed(() => work(round))).seconds);
  return median(times);
}

function makeApplication() {
  return engine.createApplication({
    ...{
      file: engine.realFile(options.database),
      root: options.root,
      wasmFile: options.wasm,
      version: '0',
    },
    ...{ providers: engine.providers, prices: engine.bundledPrices(), clock: Date.now, zone: 'UTC' },
    ...{ onProgress: () => undefined, onDataChanged: () => undefined },
    log: engine.silentLog,
  });
}

async function measureReports(client) {
  const times = {};
  for (const report of ['session', 'cost']) {
    for (const groupBy of ['none', 'day', 'model']) {
      const ask = () =>
        client.handle('report', { report, filters: {}, groupBy, zone: null }, new AbortController().signal);
      times[`${report} by ${groupBy}`] = await often(20, ask);
    }
  }
  const sidebar = { scope: 'all', range: '30d' };
  times.sidebar = await often(20, () => client.handle('sidebar', sidebar, new AbortController().signal)).catch(
    () => undefined,
  );
  return times;
}

/** What the facts say, in the shape of the generator's truth. */
function readFacts(database) {
  const usage = database.get(`
    select count(*) as responses, sum(input_tokens) as input, sum(cache_write_5m_tokens) as cacheWrite5m,
      sum(cache_write_1h_tokens) as cacheWrite1h, sum(cache_read_tokens) as cacheRead, sum(output_tokens) as output
    from fact_session_usage`);
  const { responses, ...tokens } = usage;
  const count = (sql) => database.get(sql).n ?? 0;
  const changes = "fact_session_code_change where via in ('edit', 'overwrite')";
  const edits = { ok: 0, failed: 0, rejected: 0 };
  for (const row of database.all(`select outcome, count(*) as n from ${changes} group by 1`))
    edits[row.outcome] = row.n;
  return {
    ...{ responses, tokens, edits },
    prompts: count('select sum(is_human_prompt) as n from fact_session_message'),
    calls: count('select count(*) as n from fact_session_tool_call'),
    records: count('select sum(records) as n from fact_source_record'),
    linesAdded: count(`select sum(added_lines) as n from ${changes} and outcome = 'ok'`),
    linesRemoved: count(`select sum(removed_lines) as n from ${changes} and outcome = 'ok'`),
  };
}

/** Bytes of every table and index: the pages that come free when it is dropped, one after the other. */
function measureTables(database) {
  database.exec('pragma foreign_keys = off');
  const page = database.get('pragma page_size').page_size;
  const free = () => database.get('pragma freelist_count').freelist_count;
  const drop = (type, name) => {
    const before = free();
    database.exec(`drop ${type} "${name}"`);
    return (free() - before) * page;
  };
  const objects = database.all("select type, name, tbl_name, sql from sqlite_master where type <> 'view'");
  for (const view of database.all("select name from sqlite_master where type = 'view'")) {
    database.exec(`drop view "${view.name}"`);
  }
  const sizes = [];
  for (const index of objects.filter(({ type, sql }) => type === 'index' && sql !== null)) {
    sizes.push({ name: index.name, bytes: drop('index', index.name) });
  }
  for (const { name } of objects.filter(({ type }) => type === 'table')) {
    const { rows } = database.get(`select count(*) as rows from "${name}"`);
    sizes.push({ name, rows, bytes: drop('table', name) });
  }
  return sizes.sort((a, b) => b.bytes - a.bytes);
}

/** Ten more lines in the last session, as an agent at work writes them. */
function growLog(texts, round) {
  const projects = join(options.home, '.claude', 'projects');
  const folder = readdirSync(projects)[0];
  const name = readdirSync(join(projects, folder)).find((entry) => entry.endsWith('.jsonl'));
  const plan = {
    ...{ seed: partSeed(77, round), sessionId: name.slice(0, -6), agentId: undefined, cwd: '/nowhere/bench/grown' },
    ...{ startsAt: Date.now(), rewinds: 0 },
  };
  const lines = [];
  const nothing = () => undefined;
  const sink = { response: nothing, prompt: nothing, count: nothing, edit: nothing };
  const record = (value) => lines.push(`${JSON.stringify(value)}\n`);
  createSession(plan, texts).writeUntil(
    {
      ...sink,
      record,
      get bytes() {
        return lines.length;
      },
    },
    10,
  );
  appendFileSync(join(projects, folder, name), lines.slice(0, 10).join(''));
}

const texts = createTexts(77);
const loading = await timed(async () =>
  engine.openDatabase(options.wasm, await engine.snapshotFile(options.database).load()),
);
const database = loading.value;
const facts = readFacts(database);
const databaseBytes = statSync(options.database).size;
const tables = measureTables(database);
database.close();

const application = makeApplication();
const client = application.connect({
  ...{ home: options.home, variables: {}, folders: [], isTrusted: true, identities: [], prices: null },
});
const signal = () => new AbortController().signal;
const firstAnswer = await timed(() =>
  client.handle('report', { report: 'session', filters: {}, groupBy: 'none', zone: null }, signal()),
);
const reports = await measureReports(client);
const warm = await often(options.rounds, () => client.handle('ingest', {}, signal()));
const grown = await often(options.rounds, async (round) => {
  growLog(texts, round);
  const summary = await client.handle('ingest', {}, signal());
  if (summary.read !== 1 || summary.records !== 10) throw new Error(`grown file: ${JSON.stringify(summary)}`);
});
await application.close();
console.log(
  JSON.stringify({
    facts,
    databaseBytes,
    firstAnswer: firstAnswer.seconds,
    reports,
    warm,
    grown,
    tables,
  }),
);
