import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { buildEvents } from '../../extension/engine/ingest/buildEvents';
import { duckdbTwin, type Twin } from '../support/duckdb';
import { createRandom } from '../support/random';
import { grownWorld } from '../support/randomWorld';
import { catalogue, emptyDatabase, type Row } from '../support/schema';

const seeds = [11, 12];

describe.each(seeds)('views on the random world %i', (seed) => {
  let database: Database;
  let twin: Twin;

  beforeAll(async () => {
    database = await emptyDatabase('Europe/Berlin');
    const world = grownWorld(database, createRandom(seed), 250);
    buildEvents(world.database, { sessions: 'all', commits: 'all', logs: 'all' }, 1);
    // Retracted rows are part of what views must deal with.
    database.run('update event_session set is_retracted = 1 where event_rev % 7 = 0');
    database.run('update event_usage set is_retracted = 1 where event_rev % 7 = 0');
    twin = await duckdbTwin(database);
    for (const view of catalogue.views) {
      await twin.exec(view.text);
    }
  });
  afterAll(() => {
    twin.close();
    database.close();
  });

  it.each(catalogue.views.map((view) => [view.name, view.grain.join(', ')]))(
    '%s says the same in SQLite and in DuckDB',
    async (name, grain) => {
      const query = `select * from ${name} order by ${grain}`;
      const here = database.all<Row>(query);
      const there = await twin.all(query);
      expect(here.length).toBeGreaterThan(5);
      expect(there).toHaveLength(here.length);
      for (const [index, row] of here.entries()) {
        expectSameRow(there[index] ?? {}, row);
      }
    },
  );
});

/** Equal values under equal names; doubles may differ in the last digits, since sums run in another order. */
function expectSameRow(actual: Row, expected: Row): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    const other = actual[name];
    if (typeof value === 'number' && typeof other === 'number') {
      expect(Math.abs(other - value), name).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    } else {
      expect(other, name).toEqual(value);
    }
  }
}
