import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import type { FileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { openDatabaseFile } from '../../../extension/engine/database/fileVfs/openDatabaseFile';
import { type GroupedDatabase, groupCommits } from '../../../extension/engine/database/realFile/groupCommits';
import { wasmFile } from '../../ingest/ingestHarness';
import { type SimulatedDisk, simulateDisk } from '../../support/disk/simulatedDisk';

let disk: SimulatedDisk;
let database: Database;
let grouped: GroupedDatabase;
const open = (fileSystem: FileSystem = disk) =>
  openDatabaseFile('/data/paceflow.db', {
    wasmFile,
    fileSystem,
    access: 'write',
    journal: 'wal',
    mayWrite: () => true,
  });
const itemsOf = (of: Database) => of.all<{ a: number }>('select a from item order by a').map(({ a }) => a);
const insert = (into: Database, a: number) => into.run('insert into item values (?)', [a]);
/** What is there after a crash now. */
async function committed(): Promise<number[]> {
  const after = await open(disk.copy());
  const items = itemsOf(after);
  after.close();
  return items;
}
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  disk = simulateDisk();
  database = await open();
  database.exec('create table item (a integer primary key)');
  grouped = groupCommits(database, 1000);
});
afterEach(() => {
  vi.useRealTimers();
  database.close();
});

describe('transactions that are gathered', () => {
  it('are seen at once, and committed together when they are asked to be', async () => {
    insert(grouped, 1);
    grouped.transaction(() => insert(grouped, 2));
    expect([itemsOf(grouped), itemsOf(database), await committed()]).toEqual([[1, 2], [1, 2], []]);
    grouped.commit();
    expect(await committed()).toEqual([1, 2]);
  });

  it('are committed by the next that comes when their time is up', async () => {
    insert(grouped, 1);
    insert(grouped, 2);
    expect(await committed()).toEqual([]);
    // A long piece of work let no timer run.
    const late = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1000);
    insert(grouped, 3);
    late.mockRestore();
    expect(await committed()).toEqual([1, 2, 3]);
  });

  it('are committed when their time is up and nobody comes', async () => {
    insert(grouped, 1);
    vi.advanceTimersByTime(1000);
    expect(await committed()).toEqual([1]);
    insert(grouped, 2);
    expect(await committed()).toEqual([1]);
  });

  it('are each whole or not there', async () => {
    insert(grouped, 1);
    expect(() =>
      grouped.transaction(() => {
        insert(grouped, 2);
        insert(grouped, 1);
      }),
    ).toThrow(/UNIQUE/);
    expect(() => insert(grouped, 1)).toThrow(/UNIQUE/);
    insert(grouped, 3);
    grouped.commit();
    expect(await committed()).toEqual([1, 3]);
  });

  it('are forgotten together', async () => {
    insert(grouped, 1);
    grouped.commit();
    insert(grouped, 2);
    grouped.rollBack();
    expect([itemsOf(grouped), await committed()]).toEqual([[1], [1]]);
    insert(grouped, 3);
    grouped.commit();
    expect(await committed()).toEqual([1, 3]);
  });

  it('that SQLite took back for want of space are not written on: all that follows is refused', async () => {
    database.close();
    let isFull = false;
    const writing: FileSystem = {
      ...disk,
      open: (path, how) => {
        const real = disk.open(path, how);
        return {
          ...real,
          write: (source, position) => {
            if (isFull) throw Object.assign(new Error('ENOSPC: made up'), { code: 'ENOSPC' });
            return real.write(source, position);
          },
        };
      },
    };
    database = await open(writing);
    grouped = groupCommits(database, 1000);
    insert(grouped, 1);
    grouped.commit();
    insert(grouped, 2);
    isFull = true;
    expect(() => grouped.commit()).toThrow(/disk is full/);
    isFull = false;
    expect(() => insert(grouped, 3)).toThrow(/disk is full/);
    expect(() => grouped.commit()).toThrow(/disk is full/);
    expect([itemsOf(database), await committed()]).toEqual([[1], [1]]);
  });

  it('that SQLite took back for another question are missed by the next that comes', async () => {
    insert(grouped, 1);
    database.exec('rollback');
    expect(() => insert(grouped, 2)).toThrow(/took back/);
    expect(() => grouped.commit()).toThrow(/took back/);
    expect(await committed()).toEqual([]);
  });

  it('that could not be committed when their time was up are missed by the next that comes', async () => {
    insert(grouped, 1);
    database.exec('rollback');
    vi.advanceTimersByTime(1000);
    expect(() => insert(grouped, 2)).toThrow(/no transaction is active/);
    expect(await committed()).toEqual([]);
  });

  it('that change nothing cost the disk nothing', () => {
    grouped.commit();
    let changes = 0;
    disk.onChange = () => {
      changes += 1;
    };
    grouped.run('delete from item where a = 99');
    grouped.transaction(() => grouped.run('update item set a = 98 where a = 99'));
    grouped.commit();
    expect(changes).toBe(0);
  });
});
