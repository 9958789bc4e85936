import { describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { type FactSource, salvageFacts } from '../../../extension/engine/database/facts/salvageFacts';
import { prepareSchema, readSetting, unfinishedPass, writeSetting } from '../../../extension/engine/database/schema';
import { given } from '../../support/given';
import { key } from '../../support/givenFacts';
import { createRandom, type Random } from '../../support/random';
import { grownWorld } from '../../support/randomWorld';
import { bareDatabase, catalogue, emptyDatabase, type Row } from '../../support/schema';

const factTables = catalogue.tables.map(({ name }) => name).filter((name) => name.startsWith('fact_'));
const pageBytes = 4096;

/** Facts by what they say, whatever ids SQLite gave to their owners. */
function factsOf(database: Database): Map<string, number> {
  const facts = new Map<string, number>();
  for (const table of factTables) {
    for (const row of database.all<Row>(`select * from ${table}`)) {
      const owners = Object.entries(row).filter(([column]) => !/_(id|offset)$/.test(column) || column === 'commit_id');
      const text = `${table} ${JSON.stringify(owners.map(([column, value]) => [column, readable(value)]))}`;
      facts.set(text, (facts.get(text) ?? 0) + 1);
    }
  }
  return facts;
}
const readable = (value: Row[string] | undefined) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
const count = (facts: Map<string, number>) => [...facts.values()].reduce((sum, n) => sum + n, 0);
const missing = (all: Map<string, number>, some: Map<string, number>) =>
  [...all].reduce((sum, [fact, n]) => sum + Math.max(0, n - (some.get(fact) ?? 0)), 0);

async function filled(seed = 5): Promise<Database> {
  const database = await emptyDatabase('Europe/Berlin');
  grownWorld(database, createRandom(seed), 400);
  return database;
}
async function salvaged(...sources: Uint8Array[]): Promise<Database> {
  const database = await bareDatabase();
  const open = sources.map<FactSource>((bytes) => async (reach) => {
    const source = await bareDatabase(bytes);
    if (reach === 'readable') source.exec('pragma writable_schema = on');
    return source;
  });
  await salvageFacts(database, open, { catalogue, zone: 'UTC' });
  return database;
}

describe('facts that are salvaged', () => {
  it('from a whole database are all of them, with its settings', async () => {
    const old = await filled();
    writeSetting(old, 'band.no_output_rate.good', '0.2');
    const all = factsOf(old);
    expect(count(all)).toBeGreaterThan(500);
    const database = await salvaged(old.toBytes());
    expect([missing(all, factsOf(database)), count(factsOf(database))]).toEqual([0, count(all)]);
    for (const name of ['zone', 'source_id', 'band.no_output_rate.good']) {
      expect(readSetting(database, name), name).toBe(readSetting(old, name));
    }
    expect(database.all('pragma foreign_key_check')).toEqual([]);
  });

  it('with a page in ruins are all but those on that page, and none is made up', async () => {
    const old = await filled();
    const all = factsOf(old);
    const bytes = old.toBytes();
    const random = createRandom(1);
    const losses: number[] = [];
    for (let page = 1; page < bytes.length / pageBytes; page += 3) {
      // Without its schema SQLite reads nothing at all of a database: then its copies serve.
      if (/create (table|view|index)/i.test(textOf(bytes, page))) continue;
      const database = await salvaged(ruined(bytes, page, random));
      const some = factsOf(database);
      // Of a page that is all blob SQLite can't tell that it is another one: the one row whose blob it is comes with it.
      expect(missing(some, all), `made up of page ${page}`).toBeLessThanOrEqual(isTree(bytes, page) ? 0 : 1);
      expect(database.get('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
      expect(database.all('pragma foreign_key_check')).toEqual([]);
      losses.push(missing(all, some));
      database.close();
    }
    // A page holds up to a hundred rows; some lead to the pages of others.
    expect(Math.max(...losses)).toBeLessThan(count(all) / 4);
    expect(losses.filter((loss) => loss > 100).length).toBeLessThan(losses.length / 6);
    // Pages of events and of indexes cost nothing.
    expect(losses.filter((loss) => loss === 0).length).toBeGreaterThan(losses.length / 3);
  });

  it('with the pages of all sessions in ruins still have their sessions: an index knows their names', async () => {
    const old = await filled();
    const bytes = leavesOf(old, 'metadata_session').reduce(
      (left, page) => ruined(left, page, createRandom(2)),
      old.toBytes(),
    );
    const database = await salvaged(bytes);
    const sessions =
      'select distinct session_key from metadata_session inner join fact_session_message using (session_id)';
    expect(new Set(database.all(sessions).map((row) => JSON.stringify(row)))).toEqual(
      new Set(old.all(sessions).map((row) => JSON.stringify(row))),
    );
    expect(missing(factsOf(old), factsOf(database))).toBe(0);
  });

  it('come from copies where the database has lost them, the newer first', async () => {
    const old = await filled();
    const copy = old.toBytes();
    old.exec("update metadata_session set title = 'newer'");
    given(old, 'fact_source_problem', [{ log_id: 1, place: 99, reason: 'newer' }]);
    const all = factsOf(old);
    // The schema's own page: nothing is left of the database itself.
    const lost = await salvaged(ruined(old.toBytes(), 0, createRandom(3)), copy);
    expect(missing(all, factsOf(lost))).toBe(1);
    const [damaged = 0] = leavesOf(old, 'fact_session_message');
    const most = await salvaged(ruined(old.toBytes(), damaged, createRandom(4)), copy);
    expect(missing(all, factsOf(most))).toBe(0);
    expect(most.all('select distinct title from metadata_session')).toEqual([{ title: 'newer' }]);
  });

  it('of two databases with other ids for the same names, and the same ids for others, keep their owners', async () => {
    const databases = await Promise.all(
      [
        ['a', 'b'],
        ['b', 'a', 'c'],
      ].map(async (names, which) => {
        const database = await emptyDatabase();
        const world = { metadata_repository: [{}], metadata_tool: names.map((name) => ({ name })) };
        for (const [table, rows] of Object.entries(world)) given(database, table as 'metadata_tool', rows);
        given(
          database,
          'metadata_session',
          names.map((native_id) => ({ native_id, session_key: `claude-code:${native_id}` })),
        );
        given(database, 'metadata_source', [{ real_path: `/log-${which}` }]);
        given(
          database,
          'fact_session_tool_call',
          names.map((_, index) => ({ call_key: key(100 * which + index), session_id: index + 1, tool_id: index + 1 })),
        );
        return database;
      }),
    );
    const database = await salvaged(...databases.map((one) => one.toBytes()));
    const calls = database.all<Row>(`
      select hex(call_key) as call, session_key, name, real_path
      from fact_session_tool_call
        inner join metadata_session using (session_id) inner join metadata_tool using (tool_id)
        inner join metadata_source using (log_id)
      order by 1`);
    expect(
      calls.map((call) => [
        Number.parseInt(String(call['call']), 16),
        call['session_key'],
        call['name'],
        call['real_path'],
      ]),
    ).toEqual([
      [0, 'claude-code:a', 'a', '/log-0'],
      [1, 'claude-code:b', 'b', '/log-0'],
      [100, 'claude-code:b', 'b', '/log-1'],
      [101, 'claude-code:a', 'a', '/log-1'],
      [102, 'claude-code:c', 'c', '/log-1'],
    ]);
  });

  it('leave the logs to be read anew, and events to be built', async () => {
    const old = await filled();
    old.exec('update metadata_source set resume_offset = 10, size = 10; update metadata_clone set tips = \'["x"]\'');
    const database = await salvaged(old.toBytes());
    expect(database.all('select distinct resume_offset, size from metadata_source')).toEqual([
      { resume_offset: 0, size: -1 },
    ]);
    expect(database.all('select distinct tips, is_complete from metadata_clone')).toEqual([
      { tips: '[]', is_complete: 0 },
    ]);
    expect(readSetting(database, unfinishedPass)).toBe('1');
    expect(prepareSchema(database, catalogue, 'UTC')).toEqual({ mustRebuildEvents: true });
  });
});

/** A page of a table or an index, by its first byte (sqlite.org/fileformat2.html, section 1.6). */
const isTree = (bytes: Uint8Array, page: number) => [2, 5, 10, 13].includes(bytes[page * pageBytes] ?? 0);

const textOf = (bytes: Uint8Array, page: number) =>
  Buffer.from(bytes.subarray(page * pageBytes, (page + 1) * pageBytes)).toString('latin1');

/** The same bytes, one page of them overwritten. */
function ruined(bytes: Uint8Array, page: number, random: Random): Uint8Array {
  const ruin = random.pick([() => 0, () => 255, () => random.between(0, 255)]);
  const after = Uint8Array.from(bytes);
  for (let at = page * pageBytes; at < (page + 1) * pageBytes; at++) after[at] = ruin();
  return after;
}

/** The leaf pages of a table, the first page being 0 (sqlite.org/fileformat2.html, section 1.6). */
function leavesOf(database: Database, table: string): number[] {
  const bytes = Buffer.from(database.toBytes());
  const below = (number: number): number[] => {
    const page = bytes.subarray((number - 1) * pageBytes, number * pageBytes);
    if (page[0] === 0x0d || page[0] === 0x0a) return [number - 1];
    const cells = Array.from({ length: page.readUInt16BE(3) }, (_, cell) => page.readUInt16BE(12 + 2 * cell));
    return [...cells.map((cell) => page.readUInt32BE(cell)), page.readUInt32BE(8)].flatMap(below);
  };
  const root = database.get<{ rootpage: number }>('select rootpage from sqlite_schema where name = ?', [table]);
  return below(root?.rootpage ?? 0);
}
