import type { Database } from '../../extension/engine/database/database';
import type { Row } from './schema';

/** What a table is, however its text was written: columns, keys, references, indexes. */
export function shapeOf(database: Database): Record<string, Row[][]> {
  const tables = database.all<{ name: string }>("select name from sqlite_schema where type = 'table' order by name");
  return Object.fromEntries(tables.map(({ name }) => [name, tableShape(database, name)]));
}

function tableShape(database: Database, table: string): Row[][] {
  const indexes = database.all<{ name: string; unique: number; origin: string; partial: number }>(
    'select name, "unique", origin, partial from pragma_index_list(?)',
    [table],
  );
  return [
    database.all<Row>('select * from pragma_table_xinfo(?) order by cid', [table]),
    database.all<Row>('select * from pragma_foreign_key_list(?) order by "table", "from"', [table]),
    database.all<Row>('select strict, wr from pragma_table_list(?)', [table]),
    indexes
      .map(({ name, ...index }) => ({
        ...index,
        // SQLite numbers the indexes that keys make: only those that somebody named have a name.
        name: index.origin === 'c' ? name : '',
        columns: database
          .all<{ name: string }>('select name from pragma_index_info(?) order by seqno', [name])
          .map((column) => column.name)
          .join(),
      }))
      .sort((a, b) => (`${a.name} ${a.columns}` < `${b.name} ${b.columns}` ? -1 : 1)),
  ];
}
