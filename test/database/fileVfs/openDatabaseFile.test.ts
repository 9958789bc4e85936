import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { nodeFileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { openDatabaseFile } from '../../../extension/engine/database/fileVfs/openDatabaseFile';
import { wasmFile } from '../../ingest/ingestHarness';

let folder: string;
let file: string;
const opened: Database[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-vfs-')));
  file = join(folder, 'paceflow.db');
});
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(access: 'read' | 'write' = 'write', at = file): Promise<Database> {
  const database = await openDatabaseFile(at, {
    ...{ wasmFile, fileSystem: nodeFileSystem, access, journal: 'wal', mayWrite: () => true },
  });
  opened.push(database);
  return database;
}
function close(database: Database): void {
  opened.splice(opened.indexOf(database), 1);
  database.close();
}
const make = (database: Database) =>
  database.exec("create table item (a integer primary key, b text); insert into item values (1, 'one')");
const items = (database: Database) => database.all<{ b: string }>('select b from item order by a').map(({ b }) => b);

describe('a database in a real file', () => {
  it('is a plain SQLite file for its owner only, and a log while it is open', async () => {
    const database = await open();
    make(database);
    expect(readdirSync(folder).sort()).toEqual(['paceflow.db', 'paceflow.db-wal']);
    expect(database.get('pragma journal_mode')).toEqual({ journal_mode: 'wal' });
    close(database);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
    expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(items(await open())).toEqual(['one']);
  });

  it('is one of several, beside those in memory', async () => {
    const [one, two] = [await open(), await open('write', join(folder, 'two.db'))];
    make(one);
    make(two);
    one.run("update item set b = 'first'");
    expect([items(one), items(two)]).toEqual([['first'], ['one']]);
  });

  it('gives its bytes as a database that needs no log', async () => {
    const database = await open();
    make(database);
    writeFileSync(join(folder, 'copy.db'), database.toBytes());
    expect(items(await open('write', join(folder, 'copy.db')))).toEqual(['one']);
    database.run("insert into item values (2, 'two')");
    expect(items(database)).toEqual(['one', 'two']);
  });

  it('rolls back what throws, and goes on', async () => {
    const database = await open();
    make(database);
    expect(() =>
      database.transaction(() => {
        database.run('delete from item');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(items(database)).toEqual(['one']);
  });

  it('reaches beyond four gigabytes', async (context) => {
    const first = await open();
    make(first);
    close(first);
    // As if it had grown so far: a hole in the file, and the number of pages in its header.
    const pages = (5 * 1024 ** 3) / 4096;
    truncateSync(file, pages * 4096);
    if (statSync(file).blocks * 512 > 100_000_000) return context.skip('this file system has no holes');
    const handle = openSync(file, 'r+');
    const count = Buffer.alloc(4);
    count.writeUInt32BE(pages);
    writeSync(handle, count, 0, 4, 28);
    closeSync(handle);
    const grown = await open();
    for (let n = 2; n < 40; n++) grown.run('insert into item values (?, ?)', [n, 'far away '.repeat(200)]);
    close(grown);
    expect(statSync(file).size).toBeGreaterThan(pages * 4096 + 10 * 4096);
    expect(statSync(file).blocks * 512).toBeLessThan(1_000_000);
    const again = await open();
    expect(new Set(items(again))).toEqual(new Set(['one', 'far away '.repeat(200)]));
    expect(again.get<{ n: number }>('pragma page_count')).toMatchObject({ page_count: expect.any(Number) });
  });
});

describe('opened to be read', () => {
  it('has what a killed writer left in the log, and leaves no trace', async () => {
    const database = await open();
    make(database);
    const killed = join(folder, 'killed.db');
    copyFileSync(file, killed);
    copyFileSync(`${file}-wal`, `${killed}-wal`);
    const bytes = () => ['', '-wal'].map((suffix) => readFileSync(killed + suffix).toString('base64'));
    const before = bytes();
    const reader = await open('read', killed);
    expect(items(reader)).toEqual(['one']);
    expect(() => reader.run('delete from item')).toThrow(/readonly/);
    close(reader);
    expect(bytes()).toEqual(before);
  });

  it('needs no log, and makes none', async () => {
    const database = await open();
    make(database);
    close(database);
    const reader = await open('read');
    expect(items(reader)).toEqual(['one']);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
  });

  it('makes no file', async () => {
    await expect(open('read')).rejects.toThrow(/ENOENT/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('no SQL and no file beside it', () => {
  it.each([
    '/paceflow-files/1/../../escaped.db',
    '/paceflow-files/1/other.db',
    '/paceflow-files/99/database',
    '/paceflow-files/',
    'escaped.db',
    '../escaped.db',
    '/tmp/paceflow-escaped.db',
    'file:escaped.db?vfs=unix',
  ])('leads elsewhere: %s', async (name) => {
    const database = await open();
    make(database);
    const mount = database.get<{ file: string }>('pragma database_list')?.file ?? '';
    for (const path of [name, name.replace('/1/', mount.replace('/paceflow-files', '').replace('database', ''))]) {
      try {
        database.run('attach ? as elsewhere', [path]);
        // A name that is none of ours is a file in memory.
        database.exec('create table if not exists elsewhere.item (a); detach elsewhere');
      } catch (error) {
        expect(String(error)).toMatch(/unable to open/);
      }
    }
    close(database);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
    expect([existsSync('escaped.db'), existsSync('/tmp/paceflow-escaped.db')]).toEqual([false, false]);
  });

  it.runIf(process.platform !== 'win32')('is a link to another file: its log is not followed', async () => {
    const database = await open();
    make(database);
    close(database);
    const other = join(folder, 'other');
    writeFileSync(other, 'not to be touched');
    symlinkSync(other, `${file}-wal`);
    await expect(open()).rejects.toThrow(/ELOOP/);
    expect(readFileSync(other, 'utf8')).toBe('not to be touched');
  });

  it('is taken for its own: a log that somebody put in place of ours stays', async () => {
    const database = await open();
    make(database);
    renameSync(`${file}-wal`, join(folder, 'ours'));
    writeFileSync(`${file}-wal`, 'theirs');
    close(database);
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('theirs');
  });
});
