import type { Catalogue } from '../catalogue';
import type { Database, SqlValue } from '../database';
import { type ReadRow, readableRows, UnreadableRows } from './readableRows';
import { factTables, type TableShape } from './tableShape';

/** Settings that say how far this database is built, not what is in it. */
const ownSettings = ['event_definition', 'events_stale', 'commit_events_built', 'pass_unfinished'];

/** What stands for the rest of an owner of which only an index still knows the name; its log may say it again. */
const remade: Record<string, (row: ReadRow) => ReadRow> = {
  metadata_repository: (row) => ({ name: String(row['repository_key']).split('/').at(-1) ?? '' }),
  metadata_session: (row) => ({ session_key: `${row['provider']}:${row['native_id']}`, person_id: 'me' }),
  metadata_source: () => ({ kind: 'session', status: 'read', first_read_at: 0, last_read_at: 0 }),
};

/**
 * Carries metadata and facts of one database into another, where they are not there already. Rows are known by their
 * natural keys: ids that SQLite gave are kept where they are free, and translated where they are not. Questions are
 * answered in between.
 * @param reach `whole`: throws UnreadableRows where something can't be read; `readable`: takes what can, owners first
 */
export async function transferFacts(
  from: Database,
  into: Database,
  catalogue: Catalogue,
  reach: 'whole' | 'readable',
): Promise<void> {
  const ids = new Map<string, Map<SqlValue, SqlValue>>();
  into.exec('pragma foreign_keys = off');
  try {
    for (const table of factTables(into, catalogue)) {
      const columns = sharedColumns(from, table, reach);
      const carry = createCarrier(into, table, columns, ids);
      for (const rows of columns.length === 0 ? [] : readableRows(from, table, columns, reach)) {
        into.transaction(() => rows.forEach(carry.row));
        await new Promise((resolve) => setImmediate(resolve));
      }
      into.transaction(carry.linkWithin);
    }
  } finally {
    into.exec('pragma foreign_keys = on');
  }
}

/** What both know of a table: an older copy may lack a column, a damaged database a table. */
function sharedColumns(from: Database, table: TableShape, reach: 'whole' | 'readable'): string[] {
  try {
    const there = from.all<{ name: string }>('select name from pragma_table_info(?)', [table.name]);
    return table.columns.filter((column) => there.some(({ name }) => name === column));
  } catch (error) {
    if (reach === 'whole') {
      throw new UnreadableRows(table.name, error);
    }
    return [];
  }
}

function createCarrier(
  into: Database,
  table: TableShape,
  columns: readonly string[],
  ids: Map<string, Map<SqlValue, SqlValue>>,
) {
  const own = new Map<SqlValue, SqlValue>();
  ids.set(table.name, own);
  const isIt = table.naturalKey.map((column) => `${column} = ?`).join(' and ');
  const findId = `select ${table.id} as id from ${table.name} where ${isIt}`;
  const within = table.references.filter((reference) => reference.table === table.name);
  const inserted: ReadRow[] = [];

  /** The row with its references in the other database's ids; undefined: an owner is missing. */
  const translate = (row: ReadRow): ReadRow | undefined => {
    const known = columns.filter((column) => row[column] !== undefined);
    const translated: ReadRow = known.length < columns.length ? { ...remade[table.name]?.(row) } : {};
    for (const column of known) {
      translated[column] = row[column] ?? null;
    }
    for (const { column, table: owner, isOptional } of table.references) {
      const there = owner === table.name ? null : (ids.get(owner)?.get(row[column] ?? null) ?? null);
      if (there === null && !isOptional) {
        return undefined;
      }
      translated[column] = there;
    }
    return translated;
  };
  const insertOf = (names: readonly string[]) =>
    `insert or ignore into ${table.name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;
  const insertWhole = insertOf(columns);
  const add = (row: ReadRow, names: readonly string[]): boolean => {
    try {
      const values = names.map((name) => row[name] ?? null);
      return into.run(names === columns ? insertWhole : insertOf(names), values) > 0;
    } catch (error) {
      // What a damaged page gave is no row of this table where STRICT refuses it.
      if (error instanceof Error && /cannot store/.test(error.message)) {
        return false;
      }
      throw error;
    }
  };
  const idOf = (row: ReadRow): SqlValue | undefined =>
    into.get<{ id: SqlValue }>(
      findId,
      table.naturalKey.map((name) => row[name] ?? null),
    )?.id;

  return {
    row: (row: ReadRow): void => {
      const translated = translate(row);
      if (!translated || (table.name === 'metadata_setting' && ownSettings.includes(String(row['name'])))) {
        return;
      }
      const known = Object.keys(translated);
      const names = known.length === columns.length ? columns : known;
      if (table.id === undefined) {
        add(translated, names);
        return;
      }
      let there = idOf(translated);
      if (there === undefined) {
        const { id } = table;
        const isNew =
          add(translated, names) ||
          add(
            translated,
            names.filter((name) => name !== id),
          );
        there = isNew ? idOf(translated) : undefined;
        inserted.push(...(isNew && within.length > 0 ? [row] : []));
      }
      if (there !== undefined) {
        own.set(row[table.id] ?? null, there);
      }
    },
    /** References between rows of one table, once all of them have their ids. */
    linkWithin: (): void => {
      for (const { column } of within) {
        const link = `update ${table.name} set ${column} = ? where ${table.id} = ?`;
        for (const row of inserted.filter((candidate) => candidate[column] != null)) {
          into.run(link, [own.get(row[column] ?? null) ?? null, own.get(row[table.id ?? ''] ?? null) ?? null]);
        }
      }
    },
  };
}
