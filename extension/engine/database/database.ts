import { readFileSync } from 'node:fs';
import initSqlJs, { type Database as SqlJsDatabase, type SqlJsStatic, type Statement } from 'sql.js';

export type SqlValue = number | string | Uint8Array | null;
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** One SQLite database in the memory of sql.js. All calls are synchronous: keep them short, or in a worker. */
export interface Database {
  /** Runs statements that return nothing. */
  exec(sql: string): void;
  /** Runs one statement; how many rows it changed. */
  run(sql: string, params?: SqlParams): number;
  /**
   * All rows of a query. `Row` is what the SQL beside the call selects: tables are STRICT, so the types hold.
   * Rows that leave the engine are checked by zod besides.
   */
  all<Row extends object>(sql: string, params?: SqlParams): Row[];
  /** The first row, if any. */
  get<Row extends object>(sql: string, params?: SqlParams): Row | undefined;
  /** Commits when `work` returns, rolls back when it throws. Not nested. */
  transaction<Result>(work: () => Result): Result;
  /** Rows written since it was opened: the same number twice says that nothing changed in between. */
  changes(): number;
  /** The whole database as a file's bytes. Prepared statements are made anew afterwards. */
  toBytes(): Uint8Array;
  close(): void;
}

let sqlite: Promise<SqlJsStatic> | undefined;

/**
 * Opens a database from a file's bytes, or an empty one.
 * Throws sql.js' own error where the bytes are no database ("file is not a database", "malformed").
 */
export async function openDatabase(wasmFile: string, bytes?: Uint8Array): Promise<Database> {
  // The old extension functions shadow SQLite's own, median by window functions among them. The types do not know the option yet.
  const config = { wasmBinary: exactBuffer(readFileSync(wasmFile)), useOldExtensionFunctions: false };
  sqlite ??= initSqlJs(config);
  const { Database: Constructor } = await sqlite;
  return wrap(new Constructor(bytes));
}

function rowOf(names: readonly string[], values: readonly SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (const [index, name] of names.entries()) {
    row[name] = values[index] ?? null;
  }
  return row;
}

/** Half a character (a lone surrogate) would be stored as bytes that are no UTF-8 and come back as another text. */
const halfCharacter = /\p{Surrogate}/gu;
/** Most texts have none, and this is the quicker question. */
const anySurrogate = /[\ud800-\udfff]/;

const storable = (value: SqlValue): SqlValue =>
  typeof value === 'string' && anySurrogate.test(value) ? value.replace(halfCharacter, '\ufffd') : value;

function exactBuffer(buffer: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(buffer.byteLength);
  new Uint8Array(copy).set(buffer);
  return copy;
}

/** What sql.js calls a file lies in memory: a journal in it, syncs and locks guard against nothing. */
const pragmas = `
  pragma foreign_keys = on;
  pragma temp_store = memory;
  pragma journal_mode = memory;
  pragma synchronous = off;
  pragma locking_mode = exclusive;
  pragma cache_size = -16000`;

function wrap(database: SqlJsDatabase): Database {
  const prepared = new Map<string, Statement>();
  const configure = () => database.run(pragmas);
  configure();

  const statement = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known) {
      return known;
    }
    const made = database.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  /** sql.js throws some of its errors as plain texts. */
  const guarded = <Result>(sql: string, work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw error instanceof Error ? error : new Error(`${String(error)} in ${sql.slice(0, 200)}`);
    }
  };
  const bind = (made: Statement, params: SqlParams): void => {
    made.bind(
      Array.isArray(params)
        ? params.map(storable)
        : Object.fromEntries(Object.entries(params).map(([name, value]) => [name, storable(value)])),
    );
  };

  const all = <Row extends object>(sql: string, params: SqlParams = []): Row[] => {
    const made = statement(sql);
    try {
      return guarded(sql, () => {
        bind(made, params);
        const rows: Row[] = [];
        // Not getAsObject: it asks for the columns' names again with each row.
        const names = made.getColumnNames();
        while (made.step()) {
          rows.push(rowOf(names, made.get()) as Row);
        }
        return rows;
      });
    } finally {
      made.reset();
    }
  };

  let earlierChanges = 0;
  const totalChanges = () => all<{ n: number }>('select total_changes() as n')[0]?.n ?? 0;

  return {
    exec: (sql) => {
      database.exec(sql);
    },
    run: (sql, params = []) => {
      const made = statement(sql);
      try {
        return guarded(sql, () => {
          bind(made, params);
          made.step();
          return database.getRowsModified();
        });
      } finally {
        made.reset();
      }
    },
    all,
    get: <Row extends object>(sql: string, params: SqlParams = []) => {
      const made = statement(sql);
      try {
        return guarded(sql, () => {
          bind(made, params);
          return made.step() ? (made.getAsObject() as Row) : undefined;
        });
      } finally {
        made.reset();
      }
    },
    transaction: (work) => {
      database.run('begin');
      try {
        const result = work();
        database.run('commit');
        return result;
      } catch (error) {
        database.run('rollback');
        throw error;
      }
    },
    changes: () => earlierChanges + totalChanges(),
    toBytes: () => {
      // The counter of the connection begins anew with it.
      earlierChanges += totalChanges();
      // export() closes and opens the database inside: statements and pragmas do not survive it.
      prepared.clear();
      const bytes = database.export();
      configure();
      return bytes;
    },
    close: () => {
      prepared.clear();
      database.close();
    },
  };
}
