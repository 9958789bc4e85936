import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { forgetReading } from '../../extension/engine/database/schema';
import { contentOf, emptyDatabase, makeHome, now, pass } from './ingestHarness';
import { copied, lines, turns } from './sampleLogs';

const home = makeHome();
afterAll(() => home.remove());

it('reading everything anew keeps what was read of a log that is gone', async () => {
  const shared = turns('a', 2);
  const gone = home.log('-s/a.jsonl', lines([...shared, ...turns('a', 2, 30)]));
  home.log('-s/b.jsonl', lines([...copied(shared, 'b'), ...turns('b', 3, 600)]));
  const database = await emptyDatabase();
  await pass(database, home);
  rmSync(gone);
  await pass(database, home, { clock: () => now + 1 });
  const before = contentOf(database);
  expect(before['event_session']).toHaveLength(2);

  forgetReading(database);
  const { read } = await pass(database, home, { clock: () => now + 2 });
  expect(read).toBe(1);
  expect(contentOf(database)).toEqual(before);
  database.close();
});
