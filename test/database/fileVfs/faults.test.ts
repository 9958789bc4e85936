import { describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { DatabaseFileError } from '../../../extension/engine/database/fileVfs/explainFault';
import type { FileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { openDatabaseFile } from '../../../extension/engine/database/fileVfs/openDatabaseFile';
import { wasmFile } from '../../ingest/ingestHarness';
import { type FaultName, failAt, faults } from '../../support/disk/faultyFileSystem';
import { type SimulatedDisk, simulateDisk } from '../../support/disk/simulatedDisk';

const file = '/data/paceflow.db';
const open = (fileSystem: FileSystem): Promise<Database> =>
  openDatabaseFile(file, { wasmFile, fileSystem, access: 'write', journal: 'wal', mayWrite: () => true });

const contentOf = (database: Database): string =>
  database.get('select 1 from sqlite_schema')
    ? JSON.stringify(database.all('select id, version, length(bytes) as length from item order by id'))
    : 'nothing';

interface Outcome {
  /** The content after each transaction that was committed. */
  contents: string[];
  /** What the transaction that failed would have come to. */
  next: string | undefined;
  error: unknown;
}

/** Opens, writes, takes back, checkpoints, closes, opens again: all that a database does with its files. */
async function work(fileSystem: FileSystem): Promise<Outcome> {
  const outcome: Outcome = { contents: ['nothing'], next: undefined, error: undefined };
  let database: Database | undefined;
  try {
    for (let life = 0; life < 2; life++) {
      database = await open(fileSystem);
      // Little memory: pages are written before their transaction is committed, and read again.
      database.exec('pragma wal_autocheckpoint = 8; pragma cache_size = 4');
      for (let step = 0; step < 4; step++) {
        const version = outcome.contents.length;
        writeSome(database, version, (next) => {
          outcome.next = next;
        });
        outcome.contents.push(outcome.next ?? '');
        outcome.next = undefined;
      }
      database.close();
      database = undefined;
    }
  } catch (error) {
    outcome.error = error;
    try {
      database?.close();
    } catch {
      // What matters is how it is found again.
    }
  }
  return outcome;
}

function writeSome(database: Database, version: number, onNext: (next: string) => void): void {
  database.transaction(() => {
    if (version % 4 === 1)
      database.exec('create table if not exists item (id integer primary key, version integer, bytes blob) strict');
    for (let id = version; id < version + 5; id++) {
      database.run('insert or replace into item values (?, ?, ?)', [id, version, new Uint8Array(1500).fill(version)]);
    }
    onNext(contentOf(database));
  });
}

/** How the database is found when the disk is well again. */
async function found(disk: SimulatedDisk): Promise<{ integrity: string | undefined; content: string }> {
  const database = await open(disk);
  try {
    const integrity = database.get<{ integrity_check: string }>('pragma integrity_check')?.integrity_check;
    return { integrity, content: contentOf(database) };
  } finally {
    database.close();
  }
}

describe('at every call in turn', () => {
  it.each(Object.keys(faults) as FaultName[])(
    '%s: nothing committed is lost, and the error says why',
    async (fault) => {
      const counting = failAt(Number.POSITIVE_INFINITY, fault, simulateDisk());
      const undisturbed = await work(counting);
      expect([undisturbed.error, undisturbed.contents.length]).toEqual([undefined, 9]);

      let failed = 0;
      for (let call = 1; call <= counting.calls(); call++) {
        const disk = simulateDisk();
        const { contents, next, error } = await work(failAt(call, fault, disk));
        const { code } = faults[fault];
        if (error !== undefined) {
          failed += 1;
          expect({ call, error }).toEqual({ call, error: expect.any(DatabaseFileError) });
          expect(String(error)).toContain(code);
        }
        const after = await found(disk);
        expect({ call, ...after }).toMatchObject({ call, integrity: 'ok' });
        // A commit that failed may have come as far as the disk.
        expect([contents.at(-1), next]).toContain(after.content);
      }
      if (code(fault) === 'none') expect(failed).toBe(0);
      else expect(failed).toBeGreaterThan(10);
    },
  );
});

const code = (fault: FaultName): string => faults[fault].code;

describe('at every call in turn, before it is made,', () => {
  const ways = {
    removed: (disk: SimulatedDisk, path: string) => disk.unlink(path),
    replaced: (disk: SimulatedDisk, path: string) => disk.setBytes(path, Buffer.from('something else')),
  };
  /** The work on a disk where somebody takes a file away at that call; undefined: it was not there yet. */
  async function robbed(call: number, path: string, how: keyof typeof ways) {
    const disk = simulateDisk();
    let isRobbed = false;
    const rob = (made: number) => {
      if (made !== call || !disk.status(path)) return;
      isRobbed = true;
      ways[how](disk, path);
    };
    const outcome = await work(failAt(Number.POSITIVE_INFINITY, 'an error once', disk, rob));
    return isRobbed ? { disk, ...outcome } : undefined;
  }
  const allCalls = async () => {
    const counting = failAt(Number.POSITIVE_INFINITY, 'an error once', simulateDisk());
    await work(counting);
    return Array.from({ length: counting.calls() }, (_, index) => index + 1);
  };

  it.each(['removed', 'replaced'] as const)('the log is %s: closing saves what only it held', async (how) => {
    let noticed = 0;
    for (const call of await allCalls()) {
      const outcome = await robbed(call, `${file}-wal`, how);
      if (!outcome) continue;
      const { disk, contents, next, error } = outcome;
      if (error !== undefined) {
        noticed += 1;
        expect({ call, error }).toMatchObject({ call, error: { kind: 'vanished' } });
      }
      const after = await found(disk);
      expect({ call, ...after }).toMatchObject({ call, integrity: 'ok' });
      expect([contents.at(-1), next]).toContain(after.content);
    }
    expect(noticed).toBeGreaterThan(10);
  });

  it.each(['removed', 'replaced'] as const)('the database is %s: the next commit says so', async (how) => {
    let noticed = 0;
    for (const call of await allCalls()) {
      const outcome = await robbed(call, file, how);
      if (outcome?.error === undefined) continue;
      noticed += 1;
      expect(outcome.error).toBeInstanceOf(DatabaseFileError);
    }
    expect(noticed).toBeGreaterThan(10);
  });
});
