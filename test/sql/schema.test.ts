import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../extension/engine/database/catalogue';
import type { Database } from '../../extension/engine/database/database';
import { snapshotFile } from '../../extension/engine/database/databaseFile';
import { noteEventsBuilt, prepareSchema, readSetting, writeSetting } from '../../extension/engine/database/schema';
import { createStore } from '../../extension/engine/database/store';
import { HumanError } from '../../extension/engine/humanError';
import { buildEvents } from '../../extension/engine/ingest/buildEvents';
import { given } from '../support/given';
import { createRandom } from '../support/random';
import { grownWorld } from '../support/randomWorld';
import { bareDatabase, catalogue, emptyDatabase, type Row, wasmFile } from '../support/schema';
import { shapeOf } from '../support/shape';

const everything = { sessions: 'all', commits: 'all', logs: 'all' } as const;
const version = (database: Database) => database.get<{ user_version: number }>('pragma user_version')?.user_version;
const objects = (database: Database) =>
  database.all<Row>('select type, name, tbl_name, sql from sqlite_schema order by type, name');

/** The repository's catalogue with other texts of some tables, and migrations. */
function changed(tables: Record<string, (text: string) => string>, migrations: Record<number, string>): Catalogue {
  const steps = Object.entries(migrations).map(([number, text]) => ({
    version: Number(number),
    name: 'made-up',
    text,
  }));
  return {
    ...catalogue,
    tables: catalogue.tables.map((table) => ({ ...table, text: tables[table.name]?.(table.text) ?? table.text })),
    migrations: steps,
    schemaVersion: steps.at(-1)?.version ?? 1,
  };
}

describe('an empty database', () => {
  it('gets every table, every view, the version and the settings', async () => {
    const database = await bareDatabase();
    expect(prepareSchema(database, catalogue, 'Asia/Kathmandu')).toEqual({ mustRebuildEvents: true });
    const names = (type: string) =>
      database
        .all<{ name: string }>('select name from sqlite_schema where type = ? order by name', [type])
        .map((row) => row.name);
    expect(names('table')).toEqual(catalogue.tables.map((table) => table.name).sort());
    expect(names('view')).toEqual(catalogue.views.map((view) => view.name).sort());
    expect(version(database)).toBe(catalogue.schemaVersion);
    expect(readSetting(database, 'zone')).toBe('Asia/Kathmandu');
    expect(readSetting(database, 'event_rev')).toBe('0');
    expect(readSetting(database, 'source_id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is its own source: no two databases have one name', async () => {
    const [one, two] = [await bareDatabase(), await bareDatabase()];
    prepareSchema(one, catalogue, 'UTC');
    prepareSchema(two, catalogue, 'UTC');
    expect(readSetting(one, 'source_id')).not.toBe(readSetting(two, 'source_id'));
  });

  it('has a good and a watch threshold for every metric with a band', async () => {
    const database = await emptyDatabase();
    const bands = database.all<{ name: string }>("select name from metadata_setting where name like 'band.%.%'");
    for (const { name } of bands) {
      const [, metric = '', which] = name.split('.');
      expect(catalogue.metrics.has(metric), name).toBe(true);
      expect(readSetting(database, `band.${metric}.${which === 'good' ? 'watch' : 'good'}`), name).toBeDefined();
    }
    expect(bands).toHaveLength(6);
  });
});

describe('a database of this version', () => {
  it('stays as it is: rows, settings, a changed threshold, the zone', async () => {
    const database = await emptyDatabase('Europe/Berlin');
    grownWorld(database, createRandom(71), 40);
    buildEvents(database, everything, 1);
    writeSetting(database, 'band.no_output_rate.good', '0.2');
    const state = () => [
      objects(database),
      ...catalogue.tables.map((table) => database.all<Row>(`select * from ${table.name}`)),
    ];
    const before = state();
    const pages = database.toBytes();
    expect(prepareSchema(database, catalogue, 'UTC')).toEqual({ mustRebuildEvents: false });
    expect(state()).toEqual(before);
    // Not even written again as it was: opening an idle database costs the disk nothing.
    expect(Buffer.from(database.toBytes()).equals(pages)).toBe(true);
  });

  it('has views made anew, and those that are no more taken away', async () => {
    const database = await emptyDatabase();
    database.exec(
      'drop view view_usage; create view view_usage as select 1 as one; create view view_old as select * from view_usage',
    );
    prepareSchema(database, catalogue, 'UTC');
    expect(objects(database).map((row) => ({ ...row }))).toEqual(objects(await emptyDatabase()));
  });

  it.each([2, 99])('of version %i, made by a newer program, is left alone', async (newer) => {
    const database = await emptyDatabase();
    database.exec(`pragma user_version = ${newer}`);
    const before = objects(database);
    expect(() => prepareSchema(database, catalogue, 'UTC')).toThrow(HumanError);
    expect(() => prepareSchema(database, catalogue, 'UTC')).toThrow(new RegExp(`schema ${newer}`));
    expect([objects(database), version(database)]).toEqual([before, newer]);
  });
});

describe('another definition of events', () => {
  const wider: Catalogue = {
    ...changed(
      { event_commit: (text) => text.replace('agent text,', "agent text,\n  mood text not null default 'calm',") },
      {},
    ),
    eventDefinition: 'another one',
  };
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'paceflow-schema-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes event tables anew, drops those that are no more, and asks for a rebuild', async () => {
    const database = await emptyDatabase();
    grownWorld(database, createRandom(72), 60);
    buildEvents(database, everything, 1);
    database.exec('create table event_old (a integer) strict; create table eventful (a integer) strict');
    const facts = database.all<Row>('select * from fact_commit');
    expect(prepareSchema(database, wider, 'UTC')).toEqual({ mustRebuildEvents: true });
    expect(database.all<Row>('select * from event_commit')).toEqual([]);
    expect(database.all<Row>("select name from sqlite_schema where name in ('event_old', 'eventful')")).toEqual([
      { name: 'eventful' },
    ]);
    expect(database.all<Row>('select * from fact_commit')).toEqual(facts);
    // A program that ended before it had built them is made up for.
    expect(prepareSchema(database, wider, 'UTC')).toEqual({ mustRebuildEvents: true });
    noteEventsBuilt(database);
    expect(prepareSchema(database, wider, 'UTC')).toEqual({ mustRebuildEvents: false });
  });

  it('a store fills them from facts, under revisions that no copy has seen', async () => {
    const file = snapshotFile(path.join(folder, 'paceflow.db'));
    const open = (of: Catalogue) =>
      createStore({
        file,
        catalogue: of,
        wasmFile,
        zone: 'UTC',
        rebuildEvents: (database) => buildEvents(database, everything, 5),
      });
    const first = open(catalogue);
    await first.write(
      new AbortController().signal,
      () => undefined,
      async (database) => {
        grownWorld(database, createRandom(73), 60);
        buildEvents(database, everything, 1);
      },
    );
    const before = (await first.read()).get<{ n: number; rev: number }>(
      'select count(*) as n, max(event_rev) as rev from event_commit',
    );
    const highest = Number(readSetting(await first.read(), 'event_rev'));
    first.close();
    const second = open(wider);
    const rows = (await second.read()).all<{ mood: string; built_at: number; event_rev: number }>(
      'select mood, built_at, event_rev from event_commit',
    );
    expect(rows).toHaveLength(before?.n ?? -1);
    expect(rows.every((row) => row.mood === 'calm' && row.built_at === 5 && row.event_rev > highest)).toBe(true);
    second.close();
  });
});

describe('migrations', () => {
  const migrations = {
    2: "alter table metadata_tool add column vendor text; update metadata_tool set vendor = 'known' where name = 'Edit';",
    // A table that others refer to is made anew, as SQLite's manual has it for all that "alter table" cannot do.
    3: `
      create table metadata_repository_new (
        repository_id integer primary key,
        repository_key text not null unique,
        name text not null,
        colour text not null
      ) strict;
      insert into metadata_repository_new select repository_id, repository_key, name, 'blue' from metadata_repository;
      drop table metadata_repository;
      alter table metadata_repository_new rename to metadata_repository;`,
  };
  const newest = changed(
    {
      metadata_tool: (text) => text.replace('name text not null unique', 'name text not null unique, vendor text'),
      metadata_repository: () =>
        'create table metadata_repository (repository_id integer primary key, repository_key text not null unique, name text not null, colour text not null) strict',
    },
    migrations,
  );

  async function oldDatabase(): Promise<Database> {
    const database = await emptyDatabase();
    given(database, 'metadata_tool', [{ name: 'Edit' }, { name: 'Bash' }]);
    given(database, 'metadata_repository', [{}, { repository_key: 'host/own/other' }]);
    given(database, 'metadata_clone', [{ repository_id: 2 }]);
    given(database, 'metadata_session', [{ repository_id: 2 }]);
    return database;
  }

  it('bring an old database to the schema that a new one has, and keep its rows', async () => {
    const old = await oldDatabase();
    const fresh = await bareDatabase();
    prepareSchema(old, newest, 'UTC');
    prepareSchema(fresh, newest, 'UTC');
    expect([version(old), version(fresh)]).toEqual([3, 3]);
    expect(shapeOf(old)).toEqual(shapeOf(fresh));
    expect(shapeOf(old)).not.toEqual(shapeOf(await emptyDatabase()));
    expect(old.all<Row>('select name, vendor from metadata_tool order by tool_id')).toEqual([
      { name: 'Edit', vendor: 'known' },
      { name: 'Bash', vendor: null },
    ]);
    expect(old.all<Row>('select repository_key, colour from metadata_repository order by 1')).toEqual([
      { repository_key: 'host/own/other', colour: 'blue' },
      { repository_key: 'host/own/paceflow', colour: 'blue' },
    ]);
    expect(old.all<Row>('pragma foreign_key_check')).toEqual([]);
    expect(old.get<Row>('pragma foreign_keys')).toEqual({ foreign_keys: 1 });
  });

  it('begin where the database is, and do not run twice', async () => {
    const database = await oldDatabase();
    const half = changed({}, { 2: migrations[2] });
    prepareSchema(database, half, 'UTC');
    expect(version(database)).toBe(2);
    prepareSchema(database, newest, 'UTC');
    expect(version(database)).toBe(3);
    prepareSchema(database, newest, 'UTC');
    expect(database.all<Row>("select name, vendor from metadata_tool where vendor = 'known'")).toHaveLength(1);
  });

  it.each([
    ['does not run', 'alter table nobody add column a text;'],
    ['leaves rows without the row that they refer to', 'delete from metadata_repository;'],
  ])('that %s leaves the database as it was', async (_, text) => {
    const database = await oldDatabase();
    const before = [objects(database), database.all<Row>('select * from metadata_setting')];
    expect(() => prepareSchema(database, changed({}, { 2: migrations[2], 3: text }), 'UTC')).toThrow();
    expect([objects(database), database.all<Row>('select * from metadata_setting')]).toEqual(before);
    expect(version(database)).toBe(1);
    expect(database.get<Row>('pragma foreign_keys')).toEqual({ foreign_keys: 1 });
  });

  it('of the repository are numbered from 2 on without a gap', () => {
    expect(catalogue.migrations.map((step) => step.version)).toEqual(catalogue.migrations.map((_, index) => index + 2));
    expect(catalogue.schemaVersion).toBe(catalogue.migrations.length + 1);
  });
});
