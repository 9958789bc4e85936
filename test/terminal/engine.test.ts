import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentMs } from '../../extension/rendezvous/note';
import { placeOf } from '../../extension/rendezvous/place';
import { wireName } from '../../shared/contract';
import { costReportSchema, doctorReportSchema, ingestSummarySchema } from '../../shared/report';
import { connectTo, type EngineClient, type EngineProcess, lookAt, pause, startEngine } from '../engine/engineProcess';
import { temporaryHome } from '../git/makeRepository';
import { type Home, makeHome } from '../ingest/ingestHarness';
import { lines, prompt, response, turns } from '../ingest/sampleLogs';
import { buildPrograms } from './program';

const programs = buildPrograms();
const machine = temporaryHome();
let home: Home;
let engine: EngineProcess | undefined;
let window: EngineClient | undefined;

beforeEach(() => {
  home = makeHome();
  // Half an hour before midnight UTC: another day in Berlin.
  const late = 13 * 60 + 30;
  const at = { session: 'late', minute: late };
  home.log('-s/late.jsonl', lines([prompt({ ...at, uuid: 'p' }), response({ ...at, uuid: 'r' })]));
});
afterEach(async () => {
  window?.close();
  engine?.process.kill('SIGKILL');
  await engine?.ended;
  engine = undefined;
  window = undefined;
  home.remove();
});

const database = () => join(machine(), 'storage', 'paceflow.db');
const here = (...words: string[]) => [...words, '--home', home.path, '--database', database()];
const json = async (...words: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await programs.paceflow([...here(...words), '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};
const manyLogs = () => {
  for (let index = 0; index < 30; index++) home.log(`-s/many-${index}.jsonl`, lines(turns(`many-${index}`, 40, index)));
};

async function startWindow(): Promise<EngineClient> {
  engine = startEngine({ root: programs.root(), emptyHome: programs.emptyHome(), database: database() });
  window = await connectTo(database(), {
    ...{ home: home.path, variables: {}, folders: [], isTrusted: true, richHover: true, identities: [], prices: null },
  });
  await window.initialize();
  return window;
}

describe('paceflow beside a window', () => {
  it('asks the engine that runs, and the window hears what was read', async () => {
    const { heard } = await startWindow();
    expect(ingestSummarySchema.parse(await json('ingest'))).toMatchObject({ read: 1, sessions: 1, set_aside: [] });
    expect(heard.map(([name]) => name)).toContain(wireName('dataChanged'));
    const report = doctorReportSchema.parse(await json('doctor'));
    expect(report.engine).toMatchObject({
      pid: engine?.process.pid,
      connections: [{ role: 'window', pid: process.pid }, { role: 'terminal' }],
    });
    const shown = await programs.paceflow(here('doctor'));
    expect(shown.stdout).toContain(`engine    process ${engine?.process.pid}, version 1.2.3-test`);
  });

  it('gives the numbers that it gives alone, errors included', async () => {
    const words = [
      ['session'],
      ['cost', '--group-by', 'day'],
      ['cost', '--timezone', 'Europe/Berlin', '--group-by', 'day'],
      ['commit', 'fffffff'],
      ['session', '--repo', '/elsewhere'],
    ];
    const answers = () => Promise.all(words.map((each) => programs.paceflow([...here(...each), '--json'])));
    await json('ingest');
    const alone = await answers();
    expect(alone.map(({ code }) => code)).toEqual([0, 0, 0, 1, 1]);
    await startWindow();
    expect(await answers()).toEqual(alone);
  });

  it('counts the days of another zone for itself alone', async () => {
    await startWindow();
    await json('ingest');
    const days = async (...words: string[]) =>
      costReportSchema.parse(await json('cost', '--group-by', 'day', ...words)).rows.map(({ group }) => group);
    expect(await days('--timezone', 'Europe/Berlin')).toEqual(['2026-03-02']);
    expect(await days()).toEqual(['2026-03-01']);
    await json('ingest', '--timezone', 'Europe/Berlin');
    expect(await days()).toEqual(['2026-03-02']);
  });

  it('says so where the engine ends before it answers', async () => {
    manyLogs();
    const { heard } = await startWindow();
    const running = programs.paceflow(here('ingest'));
    while (heard.length === 0) await pause(10);
    engine?.process.kill('SIGKILL');
    expect(await running).toEqual({
      ...{ code: 1, stdout: '', stderr: 'The engine ended before it answered. Run the command again.\n' },
    });
  });
});

describe('paceflow without an engine', () => {
  it('waits for another run of it', async () => {
    manyLogs();
    const runs = await Promise.all([json('ingest'), json('ingest'), json('doctor')]);
    const read = runs.slice(0, 2).map((summary) => ingestSummarySchema.parse(summary).read);
    expect(read.sort((a, b) => a - b)).toEqual([0, 31]);
    expect(doctorReportSchema.parse(runs[2]).engine).toBeNull();
    expect(await lookAt(database())).toEqual({ kind: 'nobody' });
  });

  it('keeps an engine from starting, which comes once it is done', async () => {
    manyLogs();
    const running = json('ingest');
    while ((await lookAt(database())).kind !== 'terminal') await pause(10);
    const early = startEngine({ root: programs.root(), emptyHome: programs.emptyHome(), database: database() });
    expect(await early.ended).toBe(0);
    await running;
    expect(await (await startWindow()).request('sidebar', { scope: 'all', range: 'all' })).toMatchObject({
      state: 'ready',
    });
  });

  it('opens nothing that is in use on another host', async () => {
    await json('ingest');
    const note = { role: 'engine', version: '1', address: '/x', token: 't', startedAt: 0 };
    writeFileSync(placeOf(database()).note, JSON.stringify({ ...note, host: 'elsewhere', pid: 4711 }));
    expect(silentMs).toBeGreaterThan(30_000);
    for (const command of ['ingest', 'cost', 'doctor']) {
      const { code, stderr } = await programs.paceflow(here(command));
      expect([command, code, stderr]).toEqual([
        ...[command, 1, expect.stringMatching(/^The database is in use on elsewhere \(process 4711\)\. Close/)],
      ]);
    }
  });
});
