import { describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { openDatabaseFile } from '../../../extension/engine/database/fileVfs/openDatabaseFile';
import { wasmFile } from '../../ingest/ingestHarness';
import { type LossStyle, lossStyles, type SimulatedDisk, simulateDisk } from '../../support/disk/simulatedDisk';
import { createRandom, type Random } from '../../support/random';

const file = '/data/paceflow.db';
const open = (disk: SimulatedDisk): Promise<Database> =>
  openDatabaseFile(file, { wasmFile, fileSystem: disk, access: 'write', journal: 'wal', mayWrite: () => true });

/** All that a database holds, as text. */
const contentOf = (database: Database): string =>
  database.get('select 1 from sqlite_schema')
    ? JSON.stringify(database.all('select id, version, hex(bytes) as bytes from item order by id'))
    : 'nothing';

/** One transaction: rows come, change and go, some over many pages. */
function change(database: Database, random: Random, version: number): void {
  database.transaction(() => {
    if (version === 1) database.exec('create table item (id integer primary key, version integer, bytes blob) strict');
    for (let step = random.between(1, 6); step > 0; step--) {
      const bytes = new Uint8Array(random.between(1, random.chance(0.1) ? 20_000 : 900)).fill(version);
      database.run('insert or replace into item values (?, ?, ?)', [random.between(1, 60), version, bytes]);
    }
    if (random.chance(0.2)) database.run('delete from item where id % 7 = ?', [random.between(0, 6)]);
  });
}

interface Loss {
  disk: SimulatedDisk;
  style: LossStyle;
  /** How many transactions were committed when the power went. */
  committed: number;
}

describe('a database whose power fails', () => {
  it.each([1, 2, 3])(
    'at any write has every committed transaction, whole, and none in part (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const disk = simulateDisk();
      const losses: Loss[] = [];
      const contents: string[] = ['nothing'];
      disk.onChange = () => {
        const style = random.pick(lossStyles);
        losses.push({ disk: disk.afterPowerLoss(style, random), style, committed: contents.length - 1 });
      };
      for (let life = 0; life < 3; life++) {
        const database = await open(disk);
        // Often enough that the power fails amid each step of it.
        database.exec('pragma wal_autocheckpoint = 12; pragma journal_size_limit = 20000');
        for (let transaction = 0; transaction < 14; transaction++) {
          change(database, random, contents.length);
          contents.push(contentOf(database));
        }
        database.close();
      }

      for (const [index, { disk: after, style, committed }] of losses.entries()) {
        const database = await open(after);
        const found = contentOf(database);
        const whole = database.get('pragma integrity_check');
        database.close();
        expect({ index, style, ...whole }).toEqual({ index, style, integrity_check: 'ok' });
        // The transaction that was being committed may be there or not.
        expect([contents[committed], contents[committed + 1]]).toContain(found);
      }
      expect(losses.length).toBeGreaterThan(400);
    },
  );
});
