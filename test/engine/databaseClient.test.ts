import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createDatabaseClient,
  type DatabaseClient,
  type DatabaseConnection,
  DatabaseFailure,
} from '../../extension/engine/databaseClient';
import { engineRequests } from '../../shared/contract';
import { projectRoot } from '../ingest/ingestHarness';

let folder: string;
let database: DatabaseClient;
let client: DatabaseConnection;
let heard: unknown[];
let lost: string[];
let logged: [string, string][];
const asker = { home: '', variables: {}, folders: [], isTrusted: false, identities: [], prices: null };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'paceflow-client-'));
  await build({
    absWorkingDir: projectRoot,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outdir: folder,
    entryPoints: ['test/engine/programs/strangeWorker.ts'],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  heard = [];
  logged = [];
  writeFileSync(join(folder, 'starts'), '');
  lost = [];
  database = createDatabaseClient(
    join(folder, 'strangeWorker.js'),
    { database: join(folder, 'starts'), root: '', zone: 'UTC' },
    {
      onProgress: (progress) => heard.push(progress),
      onDataChanged: (version) => heard.push(version),
      onLog: (level, text) => logged.push([level, text]),
      onLost: (detail) => lost.push(detail),
    },
  );
  client = database.connect(asker);
});
afterEach(async () => {
  vi.useRealTimers();
  await database.close();
});

const scope = { scope: 'all', range: 'all' } as const;
const crash = () => client.request('sidebar', scope);
const exit = () => client.request('doctor', {});
const silence = (onCancel?: (cancel: () => void) => void) =>
  client.request('commits', { ...scope, limit: 1 }, onCancel);
const state = async () => {
  const result = await client.request('rows', { ...scope, metric: 'm', limit: 1, offset: 0 });
  return { starts: result.total, cancelled: result.rows.length };
};
const failureOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((caught: unknown) => caught);
  if (!(error instanceof DatabaseFailure)) throw new Error(`no DatabaseFailure but ${String(error)}`);
  return error.failure;
};

describe('the client of the database worker', () => {
  it('starts a worker that died again where somebody looks on and asks nothing, and nowhere else', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await failureOf(crash());
    vi.advanceTimersByTime(3_600_000);
    client.setVisible(true);
    await failureOf(crash());
    logged = [];
    vi.advanceTimersByTime(29_000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(logged).toEqual([['info', 'visible: true']]), { timeout: 15_000 });
    expect(await state()).toMatchObject({ starts: 3 });
  });

  it('passes failures, progress and changes on', async () => {
    expect(await failureOf(client.request('sql', { ...scope, metric: 'm' }))).toEqual({
      message: 'No.',
      next: null,
      detail: 'why',
    });
    expect(heard).toEqual([{ text: 'on it', done: 1, total: 2 }, 7]);
    expect(await state()).toEqual({ starts: 1, cancelled: 0 });
  });

  it.each([
    ['crashes', crash, /crash in the worker/],
    ['exits', exit, /exit code 3/],
  ])('answers all that is pending when the worker %s, and starts another for the next', async (_, end, detail) => {
    const pending = [silence(), silence(), end()].map(failureOf);
    for (const failure of await Promise.all(pending)) {
      expect(failure).toMatchObject({
        message: 'The database worker stopped.',
        next: expect.stringContaining('again'),
      });
      expect(failure.detail).toMatch(detail);
    }
    expect(lost).toEqual([expect.stringMatching(detail)]);
    expect(await state()).toEqual({ starts: 2, cancelled: 0 });
  });

  it('tells the next worker who is connected', async () => {
    const other = database.connect(asker);
    const connected = () => client.request('session', { sessionKey: 's' });
    expect(await connected()).toBe(2);
    await failureOf(crash());
    expect(await connected()).toBe(2);
    other.leave();
    expect(await connected()).toBe(1);
  });

  it('does not blame the next worker for the end of the last', async () => {
    // Asked again at once, before the first worker has said its last word.
    const again = crash().catch(() => state());
    expect(await again).toEqual({ starts: 2, cancelled: 0 });
  });

  it('tells every worker whether somebody looks, also one that is started later', async () => {
    client.setVisible(true);
    await state();
    expect(logged).toEqual([['info', 'visible: true']]);
    await failureOf(exit());
    await state();
    client.setVisible(false);
    await state();
    expect(logged.slice(1)).toEqual([
      ['info', 'visible: true'],
      ['info', 'visible: false'],
    ]);
  });

  it('cancels in the worker', async () => {
    let cancel: (() => void) | undefined;
    const asked = failureOf(silence((given) => (cancel = given)));
    expect(await state()).toEqual({ starts: 1, cancelled: 0 });
    cancel?.();
    expect(await asked).toMatchObject({ message: 'Cancelled.' });
    expect(await state()).toEqual({ starts: 1, cancelled: 1 });
  });

  it('gives up after the time of the contract, and tells the worker', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = failureOf(silence());
    vi.advanceTimersByTime(engineRequests.commits.timeoutMs - 1);
    vi.advanceTimersByTime(1);
    expect((await asked).message).toBe('No answer to "commits" within 10 s.');
    vi.useRealTimers();
    expect(await state()).toEqual({ starts: 1, cancelled: 1 });
  });

  it('closed, answers what is pending', async () => {
    const pending = failureOf(silence());
    await state();
    await database.close();
    expect(lost).toEqual([]);
    expect((await pending).message).toBe('The database worker stopped.');
  });
});
