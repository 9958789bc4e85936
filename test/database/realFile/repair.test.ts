import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realFile } from '../../../extension/engine/database/databaseFile';
import type { FileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { readSetting, writeSetting } from '../../../extension/engine/database/schema';
import { createStore, type Store } from '../../../extension/engine/database/store';
import { HumanError } from '../../../extension/engine/humanError';
import { catalogue, wasmFile } from '../../ingest/ingestHarness';
import { type FaultName, failAt } from '../../support/disk/faultyFileSystem';
import { lossStyles, type SimulatedDisk, simulateDisk } from '../../support/disk/simulatedDisk';
import { given } from '../../support/given';
import { createRandom } from '../../support/random';

let folder: string;
/** Locks are on the real disk, all else on a simulated one. */
let path: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-repair-')));
  path = join(folder, 'paceflow.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const day = Date.parse('2026-05-01T12:00:00Z');
const weeks = (n: number) => n * 7 * 86_400_000;

async function withStore<Result>(fileSystem: FileSystem, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = createStore({
    file: realFile(path, { fileSystem, patienceMs: 5_000 }),
    ...{ catalogue, wasmFile, zone: 'UTC', rebuildEvents: () => undefined },
  });
  try {
    return await work(store);
  } finally {
    store.close();
    while (existsSync(`${path}.lock`)) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
const put = (store: Store, value: string) =>
  store.write(
    new AbortController().signal,
    () => undefined,
    async (database) => writeSetting(database, 'test', value),
  );
const stateOf = async (store: Store) => {
  const database = await store.read();
  return {
    test: readSetting(database, 'test'),
    messages: database.get<{ n: number }>('select count(*) as n from fact_session_message')?.n,
    integrity: database.get<{ integrity_check: string }>('pragma integrity_check')?.integrity_check,
  };
};
const names = (disk: SimulatedDisk) => disk.list(folder).sort();

/** A database with some facts. */
async function filled(): Promise<SimulatedDisk> {
  const disk = simulateDisk();
  await withStore(disk, async (store) => {
    await store.write(
      new AbortController().signal,
      () => undefined,
      async (database) => {
        given(database, 'metadata_repository', [{}]);
        given(database, 'metadata_session', [{}]);
        given(database, 'metadata_source', [{ first_read_at: day }]);
        given(database, 'fact_session_message', Array(20).fill({}));
      },
    );
  });
  return disk;
}

/** Overwrites what lies under the schema: the database opens no more. */
function damage(disk: SimulatedDisk): void {
  const bytes = disk.bytes(path);
  bytes.fill(0, 0, 4096);
  disk.setBytes(path, bytes);
}

describe('copies of facts', () => {
  it('are made a week after the first reading and weekly from then on; two are kept', async () => {
    const disk = await filled();
    const copiesAfter = (at: number) =>
      withStore(disk, async (store) => {
        await store.copyFacts(day + at);
        return names(disk).filter((name) => name.includes('facts'));
      });
    const hour = 3_600_000;
    expect(await copiesAfter(weeks(1) - hour)).toEqual([]);
    expect(await copiesAfter(weeks(1))).toEqual(['paceflow.db.facts-2026-05-08']);
    expect(await copiesAfter(weeks(2) - 13 * hour)).toEqual(['paceflow.db.facts-2026-05-08']);
    expect(await copiesAfter(weeks(2))).toHaveLength(2);
    expect(await copiesAfter(weeks(3) + hour)).toEqual([
      'paceflow.db.facts-2026-05-15',
      'paceflow.db.facts-2026-05-22',
    ]);
  });

  it('bring back what a damaged database has lost, with what came since as far as it is readable', async () => {
    const disk = await filled();
    await withStore(disk, async (store) => {
      await store.copyFacts(day + weeks(1));
      await put(store, 'newer');
    });
    damage(disk);
    await withStore(disk, async (store) => {
      await put(store, 'repaired');
      expect(await stateOf(store)).toEqual({ test: 'repaired', messages: 20, integrity: 'ok' });
    });
  });

  it('bring back a database that was taken away', async () => {
    const disk = await filled();
    await withStore(disk, (store) => store.copyFacts(day + weeks(1)));
    disk.unlink(path);
    await withStore(disk, async (store) => {
      await put(store, 'again');
      expect(await stateOf(store)).toEqual({ test: 'again', messages: 20, integrity: 'ok' });
      expect(store.setAside()).toEqual([]);
    });
  });

  it('are not replaced by one of a database that can not be read whole', async () => {
    const disk = await filled();
    await withStore(disk, (store) => store.copyFacts(day + weeks(1)));
    const before = names(disk);
    const bytes = disk.bytes(path);
    const at = bytes.lastIndexOf(Buffer.from('claude')); // in a row of some table
    expect(at).toBeGreaterThan(4096);
    await withStore(disk, async (store) => {
      const database = await store.read();
      const root = database.get<{ rootpage: number }>(
        "select rootpage from sqlite_schema where name = 'fact_session_message'",
      )?.rootpage;
      bytes.fill(255, 4096 * ((root ?? 0) - 1), 4096 * (root ?? 0));
    });
    disk.setBytes(path, bytes);
    await withStore(disk, async (store) => {
      const error: unknown = await store.copyFacts(day + weeks(2)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(HumanError);
      expect(String(error)).toContain('fact_session_message');
    });
    expect(names(disk)).toEqual(before);
  });
});

describe('a database that was not closed', () => {
  it('is looked through before it is written: damage that opening did not meet is repaired', async () => {
    const disk = await filled();
    await withStore(disk, (store) => store.copyFacts(day + weeks(1)));
    let killed = simulateDisk();
    await withStore(disk, async (store) => {
      await put(store, 'before the end');
      killed = disk.copy();
      const root = (await store.read()).get<{ rootpage: number }>(
        "select rootpage from sqlite_schema where name = 'fact_session_message'",
      )?.rootpage;
      const bytes = killed.bytes(path);
      bytes.fill(255, 4096 * ((root ?? 0) - 1), 4096 * (root ?? 0));
      killed.setBytes(path, bytes);
    });
    await withStore(killed, async (store) => {
      await put(store, 'after it');
      expect(await stateOf(store)).toEqual({ test: 'after it', messages: 20, integrity: 'ok' });
      expect(store.setAside()).toHaveLength(1);
    });
  });
});

describe('a repair', () => {
  /** A damaged database with a copy of its facts. */
  async function damaged(): Promise<SimulatedDisk> {
    const disk = await filled();
    await withStore(disk, (store) => store.copyFacts(day + weeks(1)));
    damage(disk);
    return disk;
  }
  async function expectRepaired(disk: SimulatedDisk, where: object): Promise<void> {
    await withStore(disk, async (store) => {
      await put(store, 'at last');
      expect({ ...where, ...(await stateOf(store)) }).toEqual({
        ...where,
        ...{ test: 'at last', messages: 20, integrity: 'ok' },
      });
    });
    expect(names(disk).some((name) => name.includes('.damaged-'))).toBe(true);
    expect(names(disk).filter((name) => /new|rebuilt|selftest/.test(name))).toEqual([]);
  }

  it.each<FaultName>(['an error once', 'a full disk'])('met by %s at any call is done by the next', async (fault) => {
    const disk = await damaged();
    const counting = failAt(Number.POSITIVE_INFINITY, fault, disk.copy());
    await withStore(counting, (store) => put(store, 'first try'));
    const random = createRandom(11);
    for (let round = 0; round < 25; round++) {
      const after = disk.copy();
      const call = random.between(1, counting.calls());
      await withStore(failAt(call, fault, after), async (store) => {
        const error: unknown = await put(store, 'first try').catch((caught: unknown) => caught);
        expect(error === undefined || error instanceof HumanError).toBe(true);
      });
      await expectRepaired(after, { call });
    }
  });

  it.each(['killed', 'without power'])('that is %s at any write is done by the next', async (how) => {
    const disk = await damaged();
    const random = createRandom(12);
    const left: { after: SimulatedDisk; change: number }[] = [];
    let changes = 0;
    const trying = disk.copy();
    trying.onChange = () => {
      changes += 1;
      if (!random.chance(0.08)) return;
      left.push({
        after: how === 'killed' ? trying.copy() : trying.afterPowerLoss(random.pick(lossStyles), random),
        change: changes,
      });
    };
    await withStore(trying, (store) => put(store, 'first try'));
    trying.onChange = () => undefined;
    expect(left.length).toBeGreaterThan(10);
    for (const { after, change } of left) await expectRepaired(after, { change });
  });
});
