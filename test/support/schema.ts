import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type Catalogue, readCatalogue } from '../../extension/engine/database/catalogue';
import type { Database, SqlValue } from '../../extension/engine/database/database';
import { prepareSchema, writeSetting } from '../../extension/engine/database/schema';
import { openTestDatabase } from './openTestDatabase';

export const repositoryRoot = path.resolve(import.meta.dirname, '../..');
export const sqlFolder = path.join(repositoryRoot, 'sql');
export const wasmFile = path.join(repositoryRoot, 'node_modules/sql.js/dist/sql-wasm.wasm');

/** The repository's own SQL. */
export const catalogue: Catalogue = readCatalogue(sqlFolder);

/** A row as sql.js returns it. */
export type Row = Record<string, SqlValue>;

/** A database in memory without any table; from bytes, where given. */
export const bareDatabase = (bytes?: Uint8Array): Promise<Database> => openTestDatabase(bytes);

let prepared: Promise<Uint8Array> | undefined;

/** A database in memory with all tables and views, and no row but the settings. Made once, then copied: that is faster. */
export async function emptyDatabase(zone = 'UTC'): Promise<Database> {
  prepared ??= bareDatabase().then((database) => {
    prepareSchema(database, catalogue, 'UTC');
    return database.toBytes();
  });
  const database = await bareDatabase(await prepared);
  writeSetting(database, 'zone', zone);
  writeSetting(database, 'source_id', randomUUID());
  return database;
}

/** A second database with the same content. */
export const copyOf = (database: Database): Promise<Database> => bareDatabase(database.toBytes());

/** What a query of `sql/queries` may be asked with, without the dollar sign; a list stands for its JSON. */
export type Asked = Readonly<Record<string, SqlValue | readonly string[]>>;

/** Rows of a query of `sql/queries`; parameters that are not named are null. Throws on one that the query does not have. */
export function ask(database: Database, name: string, asked: Asked = {}): Row[] {
  const query = catalogue.queries.get(name);
  if (!query) {
    throw new Error(`no query ${name}`);
  }
  for (const parameter of Object.keys(asked)) {
    if (!query.params.includes(`$${parameter}`)) {
      throw new Error(`${name} has no parameter ${parameter}`);
    }
  }
  const bound = (parameter: string): SqlValue => {
    const value = asked[parameter.slice(1)] ?? null;
    return isList(value) ? JSON.stringify(value) : value;
  };
  return database.all<Row>(query.text, Object.fromEntries(query.params.map((name_) => [name_, bound(name_)])));
}

const isList = (value: SqlValue | readonly string[]): value is readonly string[] => Array.isArray(value);

/** Rows as a small table: the named columns in that order. Throws on a column that is not there. */
export function columns(rows: readonly Row[], names: string): SqlValue[][] {
  const wanted = names.split(' ');
  return rows.map((row) =>
    wanted.map((name) => {
      const value = row[name];
      if (value === undefined) {
        throw new Error(`no column ${name} among ${Object.keys(row).join(', ')}`);
      }
      return value;
    }),
  );
}
