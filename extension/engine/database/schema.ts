import { randomUUID } from 'node:crypto';
import { HumanError } from '../humanError';
import type { Catalogue } from './catalogue';
import type { Database, SqlParams } from './database';
import type { StoreOptions } from './store';

/** Thresholds and windows that the SQL reads; a person's change is a row, not code. */
const settings: Record<string, string> = {
  'band.minimum_units': '10',
  'band.time_to_first_edit.good': '900000',
  'band.time_to_first_edit.watch': '2700000',
  'band.no_output_rate.good': '0.15',
  'band.no_output_rate.watch': '0.35',
  'band.session_to_commit.good': '0.5',
  'band.session_to_commit.watch': '0.25',
  'threshold.ai_heavy_share': '0.5',
  'threshold.ai_heavy_lines': '5',
  'threshold.session_to_commit_lines': '3',
  'window.session_to_commit_ms': '14400000',
  'window.idle_ms': '1800000',
  'window.commit_lookback_days': '30',
};

/** A database whose schema this program does not know: it may be read as far as that goes, never written. */
export class NewerDatabase extends HumanError {
  constructor(version: number, known: number) {
    super(
      `The database was made by a newer Paceflow (schema ${version}, this one knows ${known}).`,
      'Update Paceflow, or name another database.',
    );
  }
}

/**
 * Makes an opened database one of this program: its schema, its views, and its events where they no longer follow from
 * facts. Throws NewerDatabase.
 */
export function bringUpToDate(database: Database, { catalogue, zone, rebuildEvents }: StoreOptions): void {
  const { mustRebuildEvents } = prepareSchema(database, catalogue, zone);
  if (mustRebuildEvents) {
    rebuildEvents(database);
    noteEventsBuilt(database);
  }
}

/** A database that was not brought up to date: questions that it has no answer to say `why`. */
export function readWithin(database: Database, why: HumanError): Database {
  const asked = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw error instanceof Error && /no such (table|column)/.test(error.message) ? why : error;
    }
  };
  return {
    ...database,
    all: <Row extends object>(sql: string, params?: SqlParams) => asked(() => database.all<Row>(sql, params)),
    get: <Row extends object>(sql: string, params?: SqlParams) => asked(() => database.get<Row>(sql, params)),
  };
}

/**
 * Brings a database to this program's schema: tables on an empty one, migrations on an older one, views as they are
 * now. Writes nothing where nothing is to be changed. Returns whether events have to be built from facts; until
 * `noteEventsBuilt` is called, the next opening says so again. `zone` is used where the database has none yet. Throws
 * NewerDatabase on one that a newer program made.
 */
export function prepareSchema(database: Database, catalogue: Catalogue, zone: string): { mustRebuildEvents: boolean } {
  const { schemaVersion } = catalogue;
  const version = refuseUnknown(database, catalogue);
  const isNew = version === 0;
  const migrations = isNew ? [] : catalogue.migrations.filter((step) => step.version > version);
  // A migration may make a table anew that others refer to: references are checked when all are done, not in between.
  database.exec('pragma foreign_keys = off');
  try {
    return database.transaction(() => {
      const hasViews = version === schemaVersion && areViewsCurrent(database, catalogue);
      if (!hasViews) {
        dropViews(database);
      }
      if (isNew) {
        for (const table of catalogue.tables.filter((object) => !object.name.startsWith('event_'))) {
          database.exec(table.text);
        }
      }
      for (const migration of migrations) {
        database.exec(migration.text);
      }
      if (migrations.length > 0) {
        checkReferences(database);
      }
      if (version !== schemaVersion) {
        database.exec(`pragma user_version = ${schemaVersion}`);
      }
      for (const [name, value] of Object.entries({ ...settings, zone, source_id: randomUUID(), event_rev: '0' })) {
        database.run('insert or ignore into metadata_setting (name, value) values (?, ?)', [name, value]);
      }
      const hasNewEvents = prepareEvents(database, catalogue);
      if (hasNewEvents && !isNew) {
        noteEventsStale(database);
      }
      for (const view of hasViews ? [] : catalogue.views) {
        database.exec(view.text);
      }
      return { mustRebuildEvents: hasNewEvents || readSetting(database, staleEvents) !== undefined };
    });
  } finally {
    database.exec('pragma foreign_keys = on');
  }
}

/** A setting that is there while a pass runs, and afterwards where it did not come to its end. */
export const unfinishedPass = 'pass_unfinished';

/**
 * Makes the next pass read all that is still on disk from its start. What is known stays, also where its log is gone:
 * facts are keyed, so that reading them again changes nothing.
 */
export function forgetReading(database: Database): void {
  database.transaction(() => {
    database.run(
      'update metadata_source set resume_offset = 0, size = -1, head_fingerprint = null, tail_fingerprint = null',
    );
    database.run("update metadata_clone set tips = '[]', commits_since = null, is_complete = 0");
    writeSetting(database, unfinishedPass, '1');
  });
}

/** A setting that is there from when events no longer follow from facts until they do again. */
const staleEvents = 'events_stale';

/** To be called in the transaction that makes events untrue: a crash before they are built again is made up for. */
export function noteEventsStale(database: Database): void {
  writeSetting(database, staleEvents, '1');
}

/** All events are built. */
export function noteEventsBuilt(database: Database): void {
  database.run('delete from metadata_setting where name = ?', [staleEvents]);
}

function checkReferences(database: Database): void {
  const broken = database.get<{ table: string; parent: string }>('pragma foreign_key_check');
  if (broken) {
    throw new Error(`a migration left rows of ${broken.table} without their ${broken.parent}`);
  }
}

/** Event tables are never migrated: where their definition changed they are made anew and filled from facts. */
function prepareEvents(database: Database, catalogue: Catalogue): boolean {
  if (readSetting(database, 'event_definition') === catalogue.eventDefinition) {
    return false;
  }
  const old = database.all<{ name: string }>(
    "select name from sqlite_schema where type = 'table' and name like 'event!_%' escape '!'",
  );
  for (const { name } of old) {
    database.exec(`drop table "${name.replaceAll('"', '""')}"`);
  }
  for (const table of catalogue.tables.filter((object) => object.name.startsWith('event_'))) {
    database.exec(table.text);
  }
  writeSetting(database, 'event_definition', catalogue.eventDefinition);
  return true;
}

/**
 * Returns the version of the database's schema; 0: it is empty. Throws NewerDatabase, and HumanError on another
 * program's database, which was named by mistake: nothing is made in it, nothing dropped.
 */
export function refuseUnknown(database: Database, { schemaVersion }: Catalogue): number {
  const version = database.get<{ user_version: number }>('pragma user_version')?.user_version ?? 0;
  if (version > schemaVersion) {
    throw new NewerDatabase(version, schemaVersion);
  }
  const tables = database.all<{ name: string }>("select name from sqlite_schema where type in ('table', 'view')");
  const isOurs = tables.some(({ name }) => name === 'metadata_setting');
  if (!isOurs && (tables.length > 0 || version > 0)) {
    throw new HumanError('The database was not made by Paceflow.', 'Name another file; this one was left as it is.');
  }
  return version;
}

/** SQLite keeps a view's text from its name on. */
function areViewsCurrent(database: Database, catalogue: Catalogue): boolean {
  const stored = database
    .all<{ sql: string }>("select sql from sqlite_schema where type = 'view' order by rowid")
    .map(({ sql }) => sql.slice('CREATE VIEW '.length));
  const wanted = catalogue.views.map(({ text }) => (text.split(/^create view /m)[1] ?? '').trim().replace(/;$/, ''));
  return stored.join(';') === wanted.join(';');
}

function dropViews(database: Database): void {
  for (const { name } of database.all<{ name: string }>("select name from sqlite_schema where type = 'view'")) {
    database.exec(`drop view "${name.replaceAll('"', '""')}"`);
  }
}

export function readSetting(database: Database, name: string): string | undefined {
  return database.get<{ value: string }>('select value from metadata_setting where name = ?', [name])?.value;
}

/** A value that is there already is not written again: a pass that finds nothing new changes nothing. */
export function writeSetting(database: Database, name: string, value: string): void {
  database.run(
    'insert into metadata_setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value where value <> excluded.value',
    [name, value],
  );
}
