import type { Catalogue } from '../catalogue';
import type { Database } from '../database';
import { forgetReading, prepareSchema } from '../schema';
import { UnreadableRows } from './readableRows';
import { transferFacts } from './transferFacts';

/** Opens a database that facts are taken from. */
export type FactSource = (reach: 'whole' | 'readable') => Promise<Database>;

/**
 * Fills an empty database with the facts of others as far as they can be read: the damaged one first, then its copies,
 * the newest first. The next pass reads all logs that are still there; facts whose log is gone are there already.
 */
export async function salvageFacts(
  into: Database,
  sources: readonly FactSource[],
  { catalogue, zone }: { catalogue: Catalogue; zone: string },
): Promise<void> {
  prepareSchema(into, catalogue, zone);
  // The old database's own win: its zone, its thresholds, the name by which it is known elsewhere.
  into.run('delete from metadata_setting');
  for (const source of sources) {
    await takeOver(source, into, catalogue);
  }
  into.transaction(() => mendReferences(into, catalogue));
  prepareSchema(into, catalogue, zone);
  forgetReading(into);
}

async function takeOver(open: FactSource, into: Database, catalogue: Catalogue): Promise<void> {
  // A disk may fail once. What fails twice is taken as far as it goes.
  for (const reach of ['whole', 'whole', 'readable'] as const) {
    const source = await open(reach).catch(() => undefined);
    try {
      if (source) {
        await transferFacts(source, into, catalogue, reach);
        return;
      }
    } catch (error) {
      if (!(error instanceof UnreadableRows)) {
        throw error;
      }
    } finally {
      source?.close();
    }
  }
}

/** Every reference leads somewhere again: a person is known by its key alone, what else has lost its owner goes. */
function mendReferences(database: Database, catalogue: Catalogue): void {
  for (const role of ['author', 'committer']) {
    database.run(
      `insert or ignore into metadata_person (person_id, identities, is_me, is_bot)
       select distinct ${role}_person_id, '[]', ${role}_person_id = 'me', 0 from fact_commit`,
    );
  }
  for (const { name } of catalogue.tables.filter((table) => !table.name.startsWith('event_'))) {
    const keys = database.all<{ id: number; table: string; from: string; to: string }>(
      'select id, "table", "from", "to" from pragma_foreign_key_list(?)',
      [name],
    );
    for (const id of new Set(keys.map((key) => key.id))) {
      const columns = keys.filter((key) => key.id === id);
      const matches = columns.map(({ from, to }) => `owner.${to} = ${name}.${from}`).join(' and ');
      const isSet = columns.map(({ from }) => `${from} is not null`).join(' and ');
      database.run(
        `delete from ${name}
         where ${isSet} and not exists (select 1 from ${columns[0]?.table} as owner where ${matches})`,
      );
    }
  }
}
