import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { Database, SqlValue } from '../../extension/engine/database/database';
import type { Row } from './schema';

/** The one place that says what a column of a STRICT table is in DuckDB, whose own `integer` and `real` have 32 bits. */
const logicalTypes: Readonly<Record<string, string>> = {
  INTEGER: 'BIGINT',
  REAL: 'DOUBLE',
  TEXT: 'VARCHAR',
  BLOB: 'BLOB',
};

export interface Twin {
  exec(sql: string): Promise<void>;
  /** Rows with numbers where DuckDB has big integers; throws where one is too large to be a number. */
  all(sql: string): Promise<Row[]>;
  close(): void;
}

/** A DuckDB database with the same tables (without keys) and rows, and no view. */
export async function duckdbTwin(database: Database): Promise<Twin> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const { name } of database.all<{ name: string }>("select name from sqlite_schema where type = 'table'")) {
    await copyTable(database, connection, name);
  }
  return {
    exec: async (sql) => {
      await connection.run(sql);
    },
    all: async (sql) => {
      const rows = await (await connection.runAndReadAll(sql)).getRowObjects();
      return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function copyTable(database: Database, connection: DuckDBConnection, table: string): Promise<void> {
  const columns = database.all<{ name: string; type: string }>('select name, type from pragma_table_info(?)', [table]);
  const definitions = columns.map(({ name, type }) => {
    const logical = logicalTypes[type];
    if (!logical) {
      throw new Error(`${table}.${name} is of no logical type: ${type}`);
    }
    return `"${name}" ${logical}`;
  });
  await connection.run(`create table "${table}" (${definitions.join(', ')})`);
  const rows = database.all<Row>(`select * from "${table}"`);
  const values = rows.map((row) => `(${columns.map(({ name }) => literal(row[name] ?? null)).join(', ')})`);
  if (values.length > 0) {
    await connection.run(`insert into "${table}" values ${values.join(',\n')}`);
  }
}

function literal(value: SqlValue): string {
  if (value === null) {
    return 'null';
  }
  if (value instanceof Uint8Array) {
    return `'${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'::BLOB`;
  }
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

function plain(value: DuckDBValue): SqlValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new Error(`too large for a number: ${value}`);
    }
    return number;
  }
  if (value === null || typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  throw new Error(`a view returns ${typeof value} (${String(value)}) in DuckDB`);
}
