import { randomUUID } from 'node:crypto';
import { HumanError } from '../humanError';
import type { Catalogue } from './catalogue';
import type { Database } from './database';

/** Thresholds and windows that the SQL reads; a person's change is a row, not code. */
const settings: Record<string, string> = {
  'band.minimum_units': '10',
  'band.time_to_first_edit.good': '900000',
  'band.time_to_first_edit.watch': '2700000',
  'band.no_output_rate.good': '0.15',
  'band.no_output_rate.watch': '0.35',
  'window.idle_ms': '1800000',
  'window.commit_lookback_days': '30',
};

/**
 * Brings a database to this program's schema: tables on an empty one, migrations on an older one, views made anew always.
 * Returns whether events have to be built from facts. `zone` is used where the database has none yet.
 * Throws HumanError on a database that a newer program made.
 */
export function prepareSchema(database: Database, catalogue: Catalogue, zone: string): { mustRebuildEvents: boolean } {
  const { schemaVersion } = catalogue;
  const version = database.get<{ user_version: number }>('pragma user_version')?.user_version ?? 0;
  if (version > schemaVersion) {
    throw new HumanError(
      `The database was made by a newer Paceflow (schema ${version}, this one knows ${schemaVersion}).`,
      'Update Paceflow, or name another database.',
    );
  }
  refuseForeign(database, version);
  const isNew = version === 0;
  const migrations = isNew ? [] : catalogue.migrations.filter((step) => step.version > version);
  // A migration may make a table anew that others refer to: references are checked when all are done, not in between.
  database.exec('pragma foreign_keys = off');
  try {
    return database.transaction(() => {
      dropViews(database);
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
      database.exec(`pragma user_version = ${schemaVersion}`);
      for (const [name, value] of Object.entries({ ...settings, zone, source_id: randomUUID(), event_rev: '0' })) {
        database.run('insert or ignore into metadata_setting (name, value) values (?, ?)', [name, value]);
      }
      const mustRebuildEvents = prepareEvents(database, catalogue);
      for (const view of catalogue.views) {
        database.exec(view.text);
      }
      return { mustRebuildEvents };
    });
  } finally {
    database.exec('pragma foreign_keys = on');
  }
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

/** Another program's database was named by mistake: nothing is made in it, nothing dropped. */
function refuseForeign(database: Database, version: number): void {
  const tables = database.all<{ name: string }>("select name from sqlite_schema where type in ('table', 'view')");
  const isOurs = tables.some(({ name }) => name === 'metadata_setting');
  if (!isOurs && (tables.length > 0 || version > 0)) {
    throw new HumanError('The database was not made by Paceflow.', 'Name another file; this one was left as it is.');
  }
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
