import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DatabaseFile,
  type RealFile,
  realFile,
  snapshotFile,
} from '../../../extension/engine/database/databaseFile';
import { type FileSystem, nodeFileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { readSetting, writeSetting } from '../../../extension/engine/database/schema';
import { createStore, type Store } from '../../../extension/engine/database/store';
import { HumanError } from '../../../extension/engine/humanError';
import { catalogue, wasmFile } from '../../ingest/ingestHarness';
import { mountSmallDisk } from '../../support/disk/smallDisk';
import { given } from '../../support/given';

let folder: string;
let path: string;
const stores: Store[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-real-')));
  path = join(folder, 'paceflow.db');
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await unlocked();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<RealFile> = {}, at = path): Store {
  return openFile(realFile(at, { patienceMs: 100, ...options }));
}
function openFile(file: DatabaseFile): Store {
  const store = createStore({ file, catalogue, wasmFile, zone: 'UTC', rebuildEvents: () => undefined });
  stores.push(store);
  return store;
}
/** Closing lets go of the lock a moment later. */
async function unlocked(): Promise<void> {
  for (let tries = 0; existsSync(`${path}.lock`) && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
async function close(store: Store): Promise<void> {
  store.close();
  await unlocked();
}
const never = () => new AbortController().signal;
const nobody = () => undefined;
const put = (store: Store, value: string) =>
  store.write(never(), nobody, async (database) => writeSetting(database, 'test', value));
const value = async (store: Store) => readSetting(await store.read(), 'test');
const valueAfter = async (store: Store) => {
  await close(store);
  return value(open());
};
const humanError = async (work: Promise<unknown>): Promise<HumanError> => {
  const error: unknown = await work.catch((caught: unknown) => caught);
  if (!(error instanceof HumanError)) throw new Error(`no HumanError but ${String(error)}`);
  expect(error.next.length).toBeGreaterThan(10);
  return error;
};

describe('a store in a real file', () => {
  it('is not opened again by who comes after it was closed', async () => {
    const store = open();
    await store.write(
      new AbortController().signal,
      () => undefined,
      async (database) => writeSetting(database, 'x', '1'),
    );
    await store.close();
    await expect(store.read()).rejects.toThrow('was closed');
    await expect(store.copyFacts(Date.now())).rejects.toThrow('was closed');
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
  });

  it('makes no file by reading', async () => {
    const store = open();
    expect([await value(store), await value(store), store.mode()]).toEqual([undefined, undefined, 'real file']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps what was written, in one file once it is closed', async () => {
    const store = open();
    await put(store, 'kept');
    expect(await value(store)).toBe('kept');
    expect(await valueAfter(store)).toBe('kept');
    await close(stores.at(-1) ?? store);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
  });

  it.each([
    ['a folder', () => mkdirSync(path)],
    ['a pipe, which nobody ever writes', () => execFileSync('mkfifo', [path])],
  ])('is no file where there is %s', async (_, make) => {
    make();
    const store = open();
    for (const work of [() => store.read(), () => put(store, 'x')]) {
      expect((await humanError(work())).message).toBe(`The database ${path} is no file.`);
    }
  });

  it('is read by a process that keeps snapshots, and takes over what such a one has saved', async () => {
    const store = open();
    await put(store, 'real');
    await close(store);
    const snapshot = openFile(snapshotFile(path));
    expect(await value(snapshot)).toBe('real');
    await put(snapshot, 'snapshot');
    expect(await value(open())).toBe('snapshot');
  });

  it('tells a process that keeps snapshots that a part of it is in the log', async () => {
    await put(open(), 'in the log');
    expect((await humanError(openFile(snapshotFile(path)).read())).message).toContain('-wal');
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
    expect([await value(store), await valueAfter(store)]).toEqual(['kept', 'kept']);
  });

  it('lets one write at a time; who waits may give up', async () => {
    const store = open();
    const order: string[] = [];
    const barrier = new Promise((resolve) => setTimeout(resolve, 100));
    const first = store.write(never(), nobody, async (database) => {
      await barrier;
      writeSetting(database, 'test', 'first');
      order.push('first');
    });
    const cancel = new AbortController();
    const impatient = store.write(cancel.signal, nobody, async () => order.push('never'));
    const third = store.write(never(), nobody, async (database) => {
      order.push(`third after ${readSetting(database, 'test')}`);
    });
    cancel.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await Promise.all([first, third]);
    expect(order).toEqual(['first', 'third after first']);
  });

  it('answers readers with what is being written', async () => {
    const store = open();
    await store.write(never(), nobody, async (database) => {
      database.transaction(() => writeSetting(database, 'test', 'meanwhile'));
      expect(await value(store)).toBe('meanwhile');
    });
  });

  it('gives a copy to those who change what is not to be kept', async () => {
    const store = open();
    await put(store, 'kept');
    const copy = await store.readCopy();
    writeSetting(copy, 'test', 'mine');
    copy.close();
    expect([await value(store), await valueAfter(store)]).toEqual(['kept', 'kept']);
  });

  it('behind a link is the file that the link leads to, with the one lock of that', async () => {
    mkdirSync(join(folder, 'links'));
    symlinkSync(path, join(folder, 'links', 'other.db'));
    await put(open(), 'there');
    const linked = open({}, join(folder, 'links', 'other.db'));
    expect((await humanError(linked.read())).message).toContain('in use');
    expect(readdirSync(join(folder, 'links'))).toEqual(['other.db']);
  });
});

describe('a database that another process has', () => {
  it('is neither read nor written; it is free when that one ends', async () => {
    const first = open();
    await put(first, 'mine');
    const second = open();
    for (const work of [() => second.read(), () => put(second, 'yours')]) {
      expect((await humanError(work())).message).toContain(`in use by another Paceflow (process ${process.pid})`);
    }
    await close(first);
    await put(second, 'yours');
    expect(await value(second)).toBe('yours');
  });

  it('is waited for as long as the caller is patient', async () => {
    const first = open();
    await put(first, 'mine');
    const patient = open({ patienceMs: 20_000 });
    const waiting = value(patient);
    setTimeout(() => first.close(), 150);
    expect(await waiting).toBe('mine');
  });

  it('is not written by one who slept while another took over', async () => {
    const store = open();
    await put(store, 'before');
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.pid, host: 'elsewhere', token: 'other' }));
    const bytes = () => ['', '-wal'].map((suffix) => readFileSync(path + suffix).toString('base64'));
    const before = bytes();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await humanError(put(store, 'evicted'))).message).toContain('took over');
    store.close();
    expect(bytes()).toEqual(before);
    rmSync(`${path}.lock`);
    expect(await value(open())).toBe('before');
  });
});

describe('where real files do not work', () => {
  const strange: Record<string, (file: ReturnType<FileSystem['open']>) => Partial<ReturnType<FileSystem['open']>>> = {
    'a place in a file is not kept to': (file) => ({ write: (source, at) => file.write(source, at > 0 ? at + 1 : at) }),
    'what was written is not read': (file) => ({
      read: (target, at) => target.fill(7) && file.read(new Uint8Array(1), at),
    }),
    'a sync is refused': () => ({
      sync: () => {
        throw Object.assign(new Error('ENOTSUP: made up'), { code: 'ENOTSUP' });
      },
    }),
    'writing is a lie': () => ({ write: (source) => source.length }),
  };
  const strangely = (name: string): FileSystem => ({
    ...nodeFileSystem,
    open: (at, how) => {
      const file = nodeFileSystem.open(at, how);
      return { ...file, ...strange[name]?.(file) };
    },
  });

  it.each(Object.keys(strange))('(%s) a snapshot is kept instead, and said so', async (name) => {
    const store = open({ fileSystem: strangely(name) });
    await put(store, 'safe');
    expect(await value(store)).toBe('safe');
    expect(store.mode()).toMatch(/^atomic snapshot.*at most 30 s.*a real file does not work here: .+/);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
    await put(store, 'still');
    expect(await value(openFile(snapshotFile(path)))).toBe('still');
  });

  it('a full disk is no reason for that', async () => {
    const full: FileSystem = {
      ...nodeFileSystem,
      open: (at, how) => ({
        ...nodeFileSystem.open(at, how),
        write: () => {
          throw Object.assign(new Error('ENOSPC: made up'), { code: 'ENOSPC' });
        },
      }),
    };
    const store = open({ fileSystem: full });
    expect((await humanError(put(store, 'x'))).message).toContain('the disk is full');
    expect(store.mode()).toBe('real file');
  });
});

describe('a disk', () => {
  it('that is full: what is committed stays and is read; writing goes on when there is space', async (context) => {
    const disk = mountSmallDisk(folder, 'size=3m');
    if (!disk) return context.skip('no right to mount a small disk');
    try {
      const store = open({}, join(disk.path, 'paceflow.db'));
      await put(store, 'before');
      const fill = join(disk.path, 'fill');
      try {
        writeFileSync(fill, Buffer.alloc(4_000_000));
      } catch {
        // Full is what it should be.
      }
      const error = await humanError(
        store.write(never(), nobody, async (database) => {
          for (let n = 0; n < 500; n++) writeSetting(database, `test.${n}`, 'x'.repeat(5_000));
        }),
      );
      expect(error.message).toContain('the disk is full');
      expect(await value(store)).toBe('before');
      rmSync(fill);
      await put(store, 'after');
      expect(await value(store)).toBe('after');
      store.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      disk.end();
    }
  });

  it('that is read-only: the database is read, and who writes is told', async (context) => {
    const disk = mountSmallDisk(folder, 'size=3m');
    if (!disk) return context.skip('no right to mount a small disk');
    try {
      const at = join(disk.path, 'paceflow.db');
      const store = open({}, at);
      await put(store, 'there');
      store.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      execFileSync('mount', ['-o', 'remount,ro', disk.path]);
      const reader = open({}, at);
      expect(await value(reader)).toBe('there');
      expect(reader.mode()).toMatch(/^real file, read-only: .*EROFS/);
      expect((await humanError(put(reader, 'x'))).message).toMatch(/EROFS|read-only/);
      execFileSync('mount', ['-o', 'remount,rw', disk.path]);
      await put(reader, 'again');
      expect(await value(reader)).toBe('again');
      reader.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      disk.end();
    }
  });
});

describe('a file that', () => {
  it('vanished is missed at the next commit, and made anew by the one after', async () => {
    const store = open();
    await put(store, 'before');
    rmSync(path);
    expect((await humanError(put(store, 'x'))).message).toContain('was taken away while it was open');
    await put(store, 'anew');
    expect(await valueAfter(store)).toBe('anew');
  });

  it('was made by a newer program is read as far as it is understood, and not written', async () => {
    const store = open();
    await store.write(never(), nobody, async (database) => {
      writeSetting(database, 'test', 'from tomorrow');
      database.exec(`pragma user_version = ${catalogue.schemaVersion + 1}; drop view view_cost_day`);
    });
    await close(store);
    const bytes = readFileSync(path);
    const reader = open();
    expect(await value(reader)).toBe('from tomorrow');
    expect(reader.mode()).toMatch(/^real file, read-only: .*newer/);
    const asked = async () => (await reader.read()).all('select * from view_cost_day');
    for (const work of [asked, () => put(reader, 'x')]) {
      expect((await humanError(work())).next).toContain('Update');
    }
    await close(reader);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
  });

  it.each([
    ['another kind of file', 'notes.db', 'my own notes, and more of them than a header holds'],
    ['another program’s database', 'other.db', undefined],
  ])('is %s is left as it is', async (_, name, content) => {
    const other = join(folder, name);
    if (content === undefined) {
      const { Database } = await (await import('sql.js')).default();
      const made = new Database();
      made.run('create table theirs (a)');
      writeFileSync(other, made.export());
    } else writeFileSync(other, content);
    const bytes = readFileSync(other);
    for (const work of [(store: Store) => store.read(), (store: Store) => put(store, 'x')]) {
      expect((await humanError(work(open({}, other)))).message).toMatch(/is no database|not made by Paceflow/);
    }
    expect(readFileSync(other).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual([name]);
  });
});

describe('a damaged database', () => {
  /** A database with a fact whose log is gone. */
  async function damagedBy(damage: (whole: Buffer) => Buffer): Promise<Buffer> {
    const store = open();
    await store.write(never(), nobody, async (database) => {
      writeSetting(database, 'test', 'old');
      given(database, 'metadata_repository', [{}]);
      given(database, 'metadata_session', [{}]);
      given(database, 'metadata_source', [{}]);
      given(database, 'fact_session_message', [{}, {}, {}]);
    });
    await close(store);
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    return damaged;
  }
  const messages = async (store: Store) =>
    (await store.read()).get<{ n: number }>('select count(*) as n from fact_session_message')?.n;

  it.each<[string, (whole: Buffer) => Buffer, number]>([
    ['random bytes', () => Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251)), 0],
    ['half of it', (whole) => whole.subarray(0, Math.floor(whole.length / 2)), 0],
    ['another SQLite file’s head on it', (whole) => Buffer.concat([Buffer.alloc(100), whole.subarray(100)]), 0],
    ['its last page cut', (whole) => whole.subarray(0, whole.length - 1000), 3],
  ])('%s: a reader is told what to do; a writer saves what is readable', async (_, damage, left) => {
    const damaged = await damagedBy(damage);
    const store = open();
    const error = await humanError(messages(store));
    expect([error.message, error.next]).toEqual([
      expect.stringContaining('is damaged'),
      expect.stringContaining('Refresh'),
    ]);
    expect(readFileSync(path).equals(damaged)).toBe(true);

    await put(store, 'new');
    expect([await value(store), await messages(store)]).toEqual(['new', left]);
    expect(store.setAside()).toHaveLength(1);
    expect(readFileSync(store.setAside()[0] ?? '').equals(damaged)).toBe(true);
    await close(store);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(await value(open())).toBe('new');
  });
});
