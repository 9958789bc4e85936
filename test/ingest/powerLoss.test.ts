import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { openDatabaseFile } from '../../extension/engine/database/fileVfs/openDatabaseFile';
import { groupCommits } from '../../extension/engine/database/realFile/groupCommits';
import { prepareSchema } from '../../extension/engine/database/schema';
import { lossStyles, type SimulatedDisk, simulateDisk } from '../support/disk/simulatedDisk';
import { createRandom } from '../support/random';
import { catalogue, contentOf, makeHome, pass, readOnce, wasmFile } from './ingestHarness';
import { copied, edit, lines, turns } from './sampleLogs';

const home = makeHome();
afterAll(() => home.remove());

const file = '/data/paceflow.db';
async function open(disk: SimulatedDisk): Promise<Database> {
  const database = await openDatabaseFile(file, {
    ...{ wasmFile, fileSystem: disk, access: 'write', journal: 'wal', mayWrite: () => true },
  });
  database.exec('pragma wal_autocheckpoint = 30');
  prepareSchema(database, catalogue, 'UTC');
  return database;
}

/** One pass, committed every few milliseconds; how many messages are safe is told after each log. */
async function passOver(disk: SimulatedDisk, onCommitted: (messages: number) => void = () => undefined) {
  const database = await open(disk);
  const grouped = groupCommits(database, 3);
  await pass(grouped, home, {
    onCheckpoint: async () => {
      grouped.commit();
      onCommitted(messagesOf(database));
    },
  });
  grouped.commit();
  return database;
}
const messagesOf = (database: Database) =>
  database.get<{ n: number }>('select count(*) as n from fact_session_message')?.n ?? 0;

describe('a pass during which the power fails', () => {
  it('leaves a whole database with all that was committed, and the next pass completes it', async () => {
    const shared = turns('s0', 2);
    for (let index = 0; index < 5; index++) {
      const session = `s${index}`;
      const own = [...turns(session, 8, 60 + 300 * index), ...edit({ session, uuid: `${session}-e`, minute: 20 })];
      home.log(`-s/${session}.jsonl`, lines([...copied(shared, session), ...own]));
    }
    const expected = contentOf(await readOnce(home));
    const random = createRandom(7);
    const disk = simulateDisk();
    const losses: { after: SimulatedDisk; committed: number; style: string }[] = [];
    let committed = 0;
    disk.onChange = () => {
      if (!random.chance(0.1)) return;
      const style = random.pick(lossStyles);
      losses.push({ after: disk.afterPowerLoss(style, random), committed, style });
    };
    const undisturbed = await passOver(disk, (messages) => {
      committed = messages;
    });
    expect(contentOf(undisturbed)).toEqual(expected);
    undisturbed.close();

    expect(losses.length).toBeGreaterThan(30);
    for (const [index, { after, committed: promised, style }] of losses.entries()) {
      const found = await open(after);
      expect({ index, style, ...found.get('pragma integrity_check') }).toEqual({ index, style, integrity_check: 'ok' });
      expect(messagesOf(found)).toBeGreaterThanOrEqual(promised);
      found.close();
      const database = await passOver(after);
      expect({ index, style, ...contentOf(database) }).toEqual({ index, style, ...expected });
      database.close();
    }
  });
});
