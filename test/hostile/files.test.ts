import { afterEach, describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { contentOf, emptyDatabase, type Home, makeHome, pass, readOnce } from '../ingest/ingestHarness';
import { createRandom } from '../support/random';
import { catalogue } from '../support/schema';
import { damagedLog } from './damage';
import { differences } from './expected';
import { seeds } from './seeds';

const logsPerHome = 50;

let home: Home;
afterEach(() => home.remove());

describe('a home of damaged logs: nothing intact is lost, every problem is counted, twice is once', () => {
  it.each(seeds(60))('seed %i', async (seed) => {
    const random = createRandom(seed);
    home = makeHome();
    const logs = Array.from({ length: logsPerHome }, (_, index) => {
      const name = `s${index}`;
      const { log, done } = damagedLog(name, random);
      return { name, log, done, path: home.log(`-shop/${name}.jsonl`, log.bytes) };
    });
    const database = await readOnce(home);
    const wrong = logs.flatMap(({ name, path, log, done }) => {
      const found = differences(database, claudeCode, path, { kind: 'session', nativeSessionId: name }, log);
      return found.map((difference) => `${name} (${done.join(', ')}): ${difference}`);
    });
    expect(wrong).toEqual([]);
    expect(catalogue.checks.flatMap((check) => database.all(check.text))).toEqual([]);
    const before = contentOf(database);
    expect(await pass(database, home)).toMatchObject({ read: 0 });
    expect(contentOf(database)).toEqual(before);
    database.close();
  });
});

describe('a home of damaged logs that grew: the same as read at once', () => {
  it.each(seeds(10))('seed %i', async (seed) => {
    const random = createRandom(seed);
    home = makeHome();
    const logs = Array.from({ length: 10 }, (_, index) => damagedLog(`s${index}`, random).log);
    const database = await emptyDatabase();
    for (const share of [random.next(), random.next(), 1].sort()) {
      logs.forEach((log, index) => {
        home.log(`-shop/s${index}.jsonl`, log.bytes.subarray(0, Math.floor(share * log.bytes.length)));
      });
      await pass(database, home);
    }
    expect(contentOf(database)).toEqual(contentOf(await readOnce(home)));
    database.close();
  });
});
