import type { Catalogue } from '../catalogue';
import type { Database } from '../database';

/** What is known of a table where its rows are to be carried elsewhere. */
export interface TableShape {
  name: string;
  columns: string[];
  /** The columns that order its rows on disk: its primary key, or its rowid. */
  key: string[];
  /** The columns by which people and logs know a row: the grain of its SQL. */
  naturalKey: string[];
  /** The column that other tables refer to, where it is a number that SQLite gave. */
  id: string | undefined;
  /** Columns that hold another table's id. */
  references: { column: string; table: string; isOptional: boolean }[];
}

interface ColumnInfo {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}

/** Tables of metadata and facts in an order in which each comes after those it refers to; `database` has them all. */
export function factTables(database: Database, catalogue: Catalogue): TableShape[] {
  const tables = catalogue.tables.filter(({ name }) => /^(metadata|fact)_/.test(name));
  const ordered: TableShape[] = [];
  const place = (name: string, above: readonly string[]): void => {
    const table = tables.find((candidate) => candidate.name === name);
    if (!table || above.includes(name) || ordered.some((known) => known.name === name)) {
      return;
    }
    for (const { table: parent } of foreignKeys(database, name)) {
      place(parent, [...above, name]);
    }
    ordered.push(readShape(database, name, table.grain, ordered));
  };
  for (const { name } of tables) {
    place(name, []);
  }
  return ordered;
}

function readShape(database: Database, name: string, grain: string[], known: readonly TableShape[]): TableShape {
  const columns = database.all<ColumnInfo>('select name, type, "notnull", pk from pragma_table_info(?)', [name]);
  const hasRowid = database.get('select 1 from pragma_table_list(?) where wr = 0', [name]) !== undefined;
  const primary = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const id = hasRowid && primary.length === 1 && primary[0]?.type === 'INTEGER' ? primary[0].name : undefined;
  const references = foreignKeys(database, name).flatMap(({ table, from, to }) => {
    const parent = known.find((candidate) => candidate.name === table);
    // A reference to a key of several columns refers to what those refer to.
    const target = to === parent?.id ? table : parent?.references.find(({ column }) => column === to)?.table;
    const isSelf = table === name && to === id;
    const isOptional = columns.some((column) => column.name === from && column.notnull === 0);
    return target !== undefined || isSelf ? [{ column: from, table: target ?? name, isOptional }] : [];
  });
  return {
    name,
    columns: columns.map((column) => column.name),
    key: hasRowid ? ['rowid'] : primary.map((column) => column.name),
    naturalKey: grain,
    id,
    references,
  };
}

const foreignKeys = (database: Database, table: string) =>
  database.all<{ table: string; from: string; to: string }>(
    'select "table", "from", "to" from pragma_foreign_key_list(?)',
    [table],
  );
