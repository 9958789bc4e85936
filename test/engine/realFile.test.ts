import { existsSync, mkdtempSync, realpathSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Application, createApplication } from '../../extension/engine/application';
import { realFile, snapshotFile } from '../../extension/engine/database/databaseFile';
import { HumanError } from '../../extension/engine/humanError';
import { silentLog } from '../../extension/engine/log';
import { bundledPrices } from '../../extension/engine/pricing/prices';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import type { EngineMethod, EngineParams } from '../../shared/contract';
import { type Home, makeHome, now, projectRoot, wasmFile } from '../ingest/ingestHarness';
import { lines, prompt, response, turns } from '../ingest/sampleLogs';

let home: Home;
let folder: string;
let path: string;
const applications: Application[] = [];
beforeAll(() => {
  home = makeHome();
  home.log('-s/work.jsonl', lines(turns('work', 3)));
  const late = { session: 'late', minute: 13 * 60 + 30 };
  home.log('-s/late.jsonl', lines([prompt({ ...late, uuid: 'p' }), response({ ...late, uuid: 'r' })]));
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-application-')));
  path = join(folder, 'paceflow.db');
});
afterEach(async () => {
  for (const application of applications.splice(0)) await application.close();
  await unlocked();
});
afterAll(() => {
  home.remove();
  rmSync(folder, { recursive: true, force: true });
});

function open(file: Parameters<typeof createApplication>[0]['file'] = realFile(path, { patienceMs: 50 })): Application {
  const application = createApplication({
    ...{ file, root: projectRoot, wasmFile, version: '0', providers: [claudeCode], prices: bundledPrices() },
    ...{ clock: () => now, zone: 'UTC', log: silentLog },
    ...{ onProgress: () => undefined, onDataChanged: () => undefined },
  });
  applications.push(application);
  return application;
}
/** Closing lets go of the lock a moment later. */
async function unlocked(): Promise<void> {
  while (existsSync(`${path}.lock`)) await new Promise((resolve) => setTimeout(resolve, 5));
}
const asker = { variables: {}, folders: [], isTrusted: true, identities: [], prices: null };
const ask = <M extends EngineMethod>(application: Application, method: M, params: EngineParams<M>) =>
  application.connect({ ...asker, home: home.path }).handle(method, params, new AbortController().signal);
const days = async (application: Application, zone: string | null = null) => {
  const report = await ask(application, 'report', { report: 'session', filters: {}, groupBy: 'day', zone });
  return JSON.stringify(report);
};

describe('the application on a real file', () => {
  it('reads, answers as one on a snapshot does, and says how its database is kept', async () => {
    const real = open();
    expect(await ask(real, 'ingest', {})).toMatchObject({ sources: 2, read: 2, sessions: 2 });
    const snapshot = open(snapshotFile(join(folder, 'snapshot.db')));
    await ask(snapshot, 'ingest', {});
    expect(await days(real)).toBe(await days(snapshot));
    const sidebar = { scope: 'all', range: 'all' } as const;
    const [one, other] = [await ask(real, 'sidebar', sidebar), await ask(snapshot, 'sidebar', sidebar)];
    expect({ ...one, dataVersion: 0 }).toEqual({ ...other, dataVersion: 0 });
    const modes = await Promise.all(
      [real, snapshot].map(async (each) => (await ask(each, 'doctor', {})).database.mode),
    );
    expect(modes).toEqual(['real file', 'atomic snapshot, a crash costs at most 30 s of work']);
  });

  it('writes nothing in a pass without news', async () => {
    const first = open();
    await ask(first, 'ingest', {});
    const touchedAt = () => [path, `${path}-wal`].map((file) => statSync(file).mtimeMs);
    const before = touchedAt();
    expect(await ask(first, 'ingest', {})).toMatchObject({ read: 0 });
    expect(touchedAt()).toEqual(before);
  });

  it('keeps days of another zone to the report that asks for them', async () => {
    const first = open();
    await ask(first, 'ingest', {});
    const utc = await days(first);
    expect(await days(first, 'Asia/Tokyo')).not.toBe(utc);
    await first.close();
    await unlocked();
    const second = open();
    expect(await days(second)).toBe(utc);
    await ask(second, 'setZone', { zone: 'Asia/Tokyo' });
    const tokyo = await days(second);
    expect(tokyo).not.toBe(utc);
    await second.close();
    await unlocked();
    expect(await days(open())).toBe(tokyo);
  });

  it('is one at a time', async () => {
    await ask(open(), 'ingest', {});
    const error: unknown = await days(open()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HumanError);
    expect(String(error)).toContain('in use by another Paceflow');
  });

  it('sets a damaged database aside, and says so where people look', async () => {
    const first = open();
    await ask(first, 'ingest', {});
    await first.close();
    await unlocked();
    truncateSync(path, 5000);
    const second = open();
    await expect(days(second)).rejects.toThrow('is damaged');
    const { set_aside, ...summary } = await ask(second, 'ingest', {});
    expect(summary).toMatchObject({ sources: 2, read: 2, sessions: 2 });
    expect(set_aside).toHaveLength(1);
    const { problems } = await ask(second, 'doctor', {});
    expect(problems).toMatchObject([{ provider: 'database', reason: 'damaged', path: set_aside[0] }]);
  });
});
