import type { Database as SqlJsDatabase, Statement } from 'sql.js';
import { loadSqlJs } from './sqlJs';

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
  /** Hands over the rows of a query one by one: those before an error are heard of. */
  each<Row extends object>(sql: string, params: SqlParams, visit: (row: Row) => void): void;
  /** The first row, if any. */
  get<Row extends object>(sql: string, params?: SqlParams): Row | undefined;
  /** Commits when `work` returns, rolls back when it throws. Not nested. */
  transaction<Result>(work: () => Result): Result;
  /** Rows written since it was opened: the same number twice says that nothing changed in between. */
  changes(): number;
  /** The whole database as a file's bytes. */
  toBytes(): Uint8Array;
  close(): void;
}

/**
 * Opens a database from a file's bytes, or an empty one.
 * Throws sql.js' own error where the bytes are no database ("file is not a database", "malformed").
 */
export async function openDatabase(wasmFile: string, bytes?: Uint8Array): Promise<Database> {
  const { Database: Constructor } = await loadSqlJs(wasmFile);
  const database = wrapDatabase(new Constructor(bytes), memory);
  database.exec(memoryPragmas);
  return database;
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

/** What sql.js calls a file lies in memory: a journal in it, syncs and locks guard against nothing. */
const memoryPragmas = `
  pragma journal_mode = memory;
  pragma synchronous = off;
  pragma locking_mode = exclusive;
  pragma cache_size = -16000`;

/** Who keeps a database where. */
export interface DatabaseOwner {
  /** Turns an error of SQLite's into what is thrown. */
  explain(error: Error): Error;
  onClosing(): void;
  onClosed(): void;
}

const memory: DatabaseOwner = { explain: (error) => error, onClosing: () => undefined, onClosed: () => undefined };

export function wrapDatabase(database: SqlJsDatabase, owner: DatabaseOwner): Database {
  const prepared = new Map<string, Statement>();
  /** sql.js throws some of its errors as plain texts. */
  const guarded = <Result>(sql: string, work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw owner.explain(error instanceof Error ? error : new Error(`${String(error)} in ${sql.slice(0, 200)}`));
    }
  };
  const statement = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known) {
      return known;
    }
    const made = database.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  const bind = (made: Statement, params: SqlParams): void => {
    made.bind(
      Array.isArray(params)
        ? params.map(storable)
        : Object.fromEntries(Object.entries(params).map(([name, value]) => [name, storable(value)])),
    );
  };
  /** Runs one statement with its parameters bound, and makes it ready for its next run. */
  const withStatement = <Result>(sql: string, params: SqlParams, work: (made: Statement) => Result): Result =>
    guarded(sql, () => {
      const made = statement(sql);
      try {
        bind(made, params);
        return work(made);
      } finally {
        made.reset();
      }
    });
  const exec = (sql: string) =>
    guarded(sql, () => {
      database.exec(sql);
    });
  const each = <Row extends object>(sql: string, params: SqlParams, visit: (row: Row) => void) =>
    withStatement(sql, params, (made) => {
      // Not getAsObject: it asks for the columns' names again with each row.
      const names = made.getColumnNames();
      while (made.step()) {
        visit(rowOf(names, made.get()) as Row);
      }
    });
  const get = <Row extends object>(sql: string, params: SqlParams = []) =>
    withStatement(sql, params, (made) => (made.step() ? (made.getAsObject() as Row) : undefined));

  exec('pragma foreign_keys = on; pragma temp_store = memory;');
  return {
    exec,
    run: (sql, params = []) =>
      withStatement(sql, params, (made) => {
        made.step();
        return database.getRowsModified();
      }),
    all: <Row extends object>(sql: string, params: SqlParams = []) => {
      const rows: Row[] = [];
      each<Row>(sql, params, (row) => rows.push(row));
      return rows;
    },
    each,
    get,
    transaction: (work) => {
      exec('begin');
      try {
        const result = work();
        exec('commit');
        return result;
      } catch (error) {
        rollBack(database);
        throw error;
      }
    },
    changes: () => get<{ n: number }>('select total_changes() as n')?.n ?? 0,
    toBytes: () => guarded('export', () => database.export()),
    close: () => {
      prepared.clear();
      owner.onClosing();
      try {
        guarded('close', () => database.close());
      } finally {
        owner.onClosed();
      }
    },
  };
}

/** A full disk or a failed write has SQLite roll back by itself; then there is nothing to roll back. */
function rollBack(database: SqlJsDatabase): void {
  try {
    database.run('rollback');
  } catch {
    // The error that led here says more.
  }
}
