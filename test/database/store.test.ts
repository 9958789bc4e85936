import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseFile, snapshotFile } from '../../extension/engine/database/databaseFile';
import { readSetting, writeSetting } from '../../extension/engine/database/schema';
import { createStore, type Store } from '../../extension/engine/database/store';
import { HumanError } from '../../extension/engine/humanError';
import { catalogue, wasmFile } from '../ingest/ingestHarness';
import { given } from '../support/given';

let folder: string;
let path: string;
const stores: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paceflow-store-'));
  path = join(folder, 'paceflow.db');
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(file: DatabaseFile = snapshotFile(path)): Store {
  const store = createStore({ file, catalogue, wasmFile, zone: 'UTC', rebuildEvents: () => undefined });
  stores.push(store);
  return store;
}
const never = () => new AbortController().signal;
const nobody = () => undefined;
const put = (store: Store, value: string) =>
  store.write(never(), nobody, async (database) => writeSetting(database, 'test', value));
const value = async (store: Store) => readSetting(await store.read(), 'test');
const humanError = async (work: Promise<unknown>): Promise<HumanError> => {
  const error: unknown = await work.catch((caught: unknown) => caught);
  if (!(error instanceof HumanError)) throw new Error(`no HumanError but ${String(error)}`);
  return error;
};

describe('a store', () => {
  it('makes no file by reading', async () => {
    expect(await value(open())).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('shows what another process saved', async () => {
    const [one, other] = [open(), open()];
    await put(one, 'first');
    expect(await value(other)).toBe('first');
    await put(one, 'second');
    expect(await value(other)).toBe('second');
    await put(other, 'third');
    expect(await value(one)).toBe('third');
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
  });

  it('writes on the newest state: writers that wait for each other lose nothing', async () => {
    const writers = Array.from({ length: 4 }, () => open());
    await Promise.all(
      writers.map((store) =>
        store.write(never(), nobody, async (database) =>
          writeSetting(database, 'test', `${readSetting(database, 'test') ?? ''}x`),
        ),
      ),
    );
    expect(await value(open())).toBe('xxxx');
  });

  it('keeps what was saved in the middle, and drops what was not, where the work fails', async () => {
    const store = open();
    const work = store.write(never(), nobody, async (database, save) => {
      writeSetting(database, 'test', 'kept');
      await save();
      writeSetting(database, 'test', 'lost');
      throw new Error('crash');
    });
    await expect(work).rejects.toThrow('crash');
    expect([await value(store), await value(open())]).toEqual(['kept', 'kept']);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('shows what is being written to the process that writes, and only to it', async () => {
    const [writer, other] = [open(), open()];
    await put(writer, 'before');
    await writer.write(never(), nobody, async (database) => {
      writeSetting(database, 'test', 'meanwhile');
      expect([await value(writer), await value(other)]).toEqual(['meanwhile', 'before']);
    });
    expect(await value(other)).toBe('meanwhile');
  });

  it('answers readers that come while a writer loads: both have one database', async () => {
    await put(open(), 'there');
    const file = snapshotFile(path);
    const waiting: (() => void)[] = [];
    // Every load waits until it is let go: readers and the writer are inside at once.
    const store = open({
      ...file,
      load: async () => {
        const bytes = await file.load();
        await new Promise<void>((resolve) => waiting.push(resolve));
        return bytes;
      },
    });
    const next = async () => {
      while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return waiting.shift()?.();
    };
    let read: Promise<string | undefined> | undefined;
    const written = store.write(never(), nobody, async (database) => {
      await read;
      writeSetting(database, 'test', 'written');
    });
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    read = value(store);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await next();
    const rest = setInterval(() => waiting.shift()?.(), 10);
    expect(await read).toBe('there');
    await written;
    clearInterval(rest);
    expect(await value(open())).toBe('written');
  });

  it('does not save where another process took the lock meanwhile', async () => {
    const store = open();
    await put(store, 'before');
    const work = store.write(never(), nobody, async (database) => {
      writeSetting(database, 'test', 'evicted');
      writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.pid, host: 'elsewhere', token: 'other' }));
    });
    expect((await humanError(work)).message).toContain('took over');
    expect(await value(open())).toBe('before');
  });
});

describe('a damaged database', () => {
  it.each<[string, (whole: Buffer) => Buffer]>([
    ['random bytes', () => Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251))],
    ['half of it', (whole) => whole.subarray(0, Math.floor(whole.length / 2))],
    ['cut in a page', (whole) => whole.subarray(0, whole.length - 1000)],
    [
      'a page overwritten',
      (whole) => Buffer.concat([whole.subarray(0, 8192), Buffer.alloc(4096, 7), whole.subarray(12_288)]),
    ],
    ['another SQLite file’s head on it', (whole) => Buffer.concat([Buffer.alloc(100), whole.subarray(100)])],
  ])('%s: a reader is told what to do; a writer sets it aside and begins anew', async (_, damage) => {
    await put(open(), 'old');
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);

    const store = open();
    const error = await humanError(store.read());
    expect([error.message, error.next]).toEqual([
      expect.stringContaining('is damaged'),
      expect.stringContaining('Refresh'),
    ]);
    expect(readFileSync(path).equals(damaged)).toBe(true);

    await put(store, 'new');
    expect(await value(open())).toBe('new');
    expect(store.setAside()).toHaveLength(1);
    expect(readFileSync(store.setAside()[0] ?? '').equals(damaged)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('gives up its readable facts before the logs are read anew, and its copies give up theirs', async () => {
    const first = open();
    await first.write(never(), nobody, async (database) => {
      given(database, 'metadata_repository', [{}]);
      given(database, 'metadata_session', [{}]);
      given(database, 'metadata_source', [{ first_read_at: 0 }]);
      given(database, 'fact_session_message', [{}, {}]);
    });
    await first.copyFacts(Date.parse('2026-05-08'));
    await first.write(never(), nobody, async (database) => {
      given(database, 'fact_session_message', [{}]);
      // The last page, which gets lost, shall be one of these.
      for (let index = 0; index < 500; index++) writeSetting(database, `filler ${index}`, 'x'.repeat(20));
    });
    expect(readdirSync(folder).sort()).toEqual(['paceflow.db', 'paceflow.db.facts-2026-05-08']);
    const messages = async (store: Store) =>
      (await store.read()).get<{ n: number }>('select count(*) as n from fact_session_message')?.n;

    writeFileSync(path, readFileSync(path).subarray(0, -100));
    const store = open();
    await put(store, 'repaired');
    expect([await messages(store), await messages(open()), store.setAside().length]).toEqual([3, 3, 1]);
    writeFileSync(path, Buffer.alloc(9999, 'x'));
    await put(store, 'again');
    expect([await messages(open()), store.setAside().length]).toEqual([2, 2]);
    rmSync(path);
    await put(open(), 'lost and found');
    expect(await messages(open())).toBe(2);
  });

  it('an empty file is an empty database, not a damaged one', async () => {
    writeFileSync(path, '');
    const store = open();
    await put(store, 'new');
    expect([await value(open()), store.setAside()]).toEqual(['new', []]);
  });

  it('cut to nothing between two passes of one process: read anew', async () => {
    const store = open();
    await put(store, 'old');
    truncateSync(path, 100);
    await put(store, 'new');
    expect([await value(open()), store.setAside().length]).toEqual(['new', 1]);
  });

  it('made by a newer program is read as far as it is understood, and not written', async () => {
    const store = open();
    await store.write(never(), nobody, async (database) => {
      writeSetting(database, 'test', 'from tomorrow');
      database.exec(`pragma user_version = ${catalogue.schemaVersion + 1}; drop view view_cost_day`);
    });
    const bytes = readFileSync(path);
    const reader = open();
    expect(await value(reader)).toBe('from tomorrow');
    expect(reader.mode()).toContain('read-only: made by a newer Paceflow');
    const asked = async () => (await reader.read()).all('select * from view_cost_day');
    for (const work of [asked, () => put(reader, 'x'), () => put(open(), 'x')]) {
      const error = await humanError(work());
      expect([error.message, error.next]).toEqual([
        expect.stringContaining('newer'),
        expect.stringContaining('Update'),
      ]);
    }
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
  });
});
