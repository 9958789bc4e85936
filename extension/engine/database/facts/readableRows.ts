import type { Database, SqlValue } from '../database';
import type { TableShape } from './tableShape';

export type ReadRow = Record<string, SqlValue>;

/** Something of a database can't be read; `cause` is what SQLite said. */
export class UnreadableRows extends Error {
  override readonly name = 'UnreadableRows';
  constructor(table: string, cause: unknown) {
    super(`${table} can't be read whole`, { cause });
  }
}

const batchRows = 1_000;

/**
 * The rows of a table in batches, those of a damaged one as far as they can be read: from both ends up to the pages
 * that can't, and between these what indexes still name. Of a row that only indexes know, their columns come. A row may
 * come twice. Where the `reach` is the whole table, what can't be read throws UnreadableRows.
 */
export function* readableRows(
  database: Database,
  table: TableShape,
  columns: readonly string[],
  reach: 'whole' | 'readable',
): Generator<ReadRow[]> {
  const key = table.key.map((_, index) => `key_${index}`);
  const keyColumns = table.key.map((column, index) => `${column} as key_${index}`).join(', ');
  const selected = [keyColumns, ...columns].join(', ');
  const tuple = `(${table.key.join(', ')})`;
  const marks = `(${key.map(() => '?').join(', ')})`;
  const order = (direction: 'asc' | 'desc') => table.key.map((column) => `${column} ${direction}`).join(', ');
  const keyOf = (row: ReadRow | undefined): SqlValue[] | undefined => row && key.map((name) => row[name] ?? null);
  /** Rows between two keys, neither included; undefined is the end of the table. */
  const between = (low: SqlValue[] | undefined, high: SqlValue[] | undefined, what: string, how: string, by = '') => {
    const bounds = [...(low ? [`${tuple} > ${marks}`] : []), ...(high ? [`${tuple} < ${marks}`] : [])];
    const where = bounds.length > 0 ? `where ${bounds.join(' and ')}` : '';
    return readPart(database, `select ${what} from ${table.name} ${by} ${where} ${how}`, [
      ...(low ?? []),
      ...(high ?? []),
    ]);
  };

  let low: SqlValue[] | undefined;
  for (let isWhole = true; isWhole; ) {
    const part = between(low, undefined, selected, `order by ${order('asc')} limit ${batchRows}`);
    yield part.rows;
    low = keyOf(part.rows.at(-1)) ?? low;
    if (part.error !== undefined && reach === 'whole') {
      throw new UnreadableRows(table.name, part.error);
    }
    isWhole = part.error === undefined;
    if (isWhole && part.rows.length < batchRows) {
      return;
    }
  }
  let high: SqlValue[] | undefined;
  for (let isWhole = true; isWhole; ) {
    const part = between(low, high, selected, `order by ${order('desc')} limit ${batchRows}`);
    yield part.rows;
    high = keyOf(part.rows.at(-1)) ?? high;
    isWhole = part.error === undefined && part.rows.length === batchRows;
  }
  const parts = new Map<string, ReadRow>();
  for (const { name, columns: known } of indexesOf(database, table)) {
    const found = between(low, high, [keyColumns, ...known].join(', '), '', `indexed by "${name}"`);
    for (const row of found.rows) {
      const place = JSON.stringify(keyOf(row));
      parts.set(place, { ...parts.get(place), ...row });
    }
  }
  const whole = `select ${selected} from ${table.name} where ${tuple} = ${marks}`;
  const named = [...parts.values()];
  for (let start = 0; start < named.length; start += batchRows) {
    yield named
      .slice(start, start + batchRows)
      .map((part) => readPart(database, whole, keyOf(part) ?? []).rows[0] ?? part);
  }
}

/** What a query gives before it fails. */
function readPart(database: Database, sql: string, params: SqlValue[]): { rows: ReadRow[]; error: unknown } {
  const rows: ReadRow[] = [];
  try {
    database.each<ReadRow>(sql, params, (row) => rows.push(row));
    return { rows, error: undefined };
  } catch (error) {
    return { rows, error };
  }
}

/** Indexes beside the table; that of its primary key is the table itself where it has no rowid. */
function indexesOf(database: Database, { name, key, id }: TableShape): { name: string; columns: string[] }[] {
  return readPart(database, 'select name, origin from pragma_index_list(?)', [name])
    .rows.filter((row) => key[0] === 'rowid' || row['origin'] !== 'pk')
    .map((row) => ({
      name: String(row['name']),
      columns: [
        ...readPart(database, 'select name from pragma_index_info(?)', [row['name'] ?? '']).rows.map((column) =>
          String(column['name']),
        ),
        // An index holds the rowid, which is the id.
        ...(id === undefined ? [] : [id]),
      ],
    }));
}
