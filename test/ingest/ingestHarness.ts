import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCatalogue } from '../../extension/engine/database/catalogue';
import type { Database, SqlValue } from '../../extension/engine/database/database';
import { prepareSchema, readSetting } from '../../extension/engine/database/schema';
import { type IngestOptions, ingest } from '../../extension/engine/ingest/ingest';
import { bundledPrices } from '../../extension/engine/pricing/prices';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { openTestDatabase } from '../support/openTestDatabase';

export const projectRoot = join(import.meta.dirname, '..', '..');
export const wasmFile = join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');
export const catalogue = readCatalogue(join(projectRoot, 'sql'));
export const fixtureFolder = join(projectRoot, 'test', 'providers', 'fixtures', 'claudeCode');

/** The instant at which every test's pass runs. */
export const now = Date.parse('2026-04-01T12:00:00Z');

/** A home folder of a test's own, with Claude Code's logs in it. */
export interface Home {
  path: string;
  /** Writes below `.claude/projects` and returns the path. */
  log(path: string, content: string | Uint8Array): string;
  remove(): void;
}

export function makeHome(): Home {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-home-')));
  mkdirSync(join(path, '.claude', 'projects'), { recursive: true });
  return {
    path,
    log: (name, content) => {
      const file = join(path, '.claude', 'projects', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** An empty database of this program's schema; days are UTC. */
export async function emptyDatabase(bytes?: Uint8Array): Promise<Database> {
  const database = await openTestDatabase(bytes);
  prepareSchema(database, catalogue, 'UTC');
  return database;
}

/** One pass over a home; nothing of this machine is seen but the files below it. */
export function pass(database: Database, home: Pick<Home, 'path'>, options: Partial<IngestOptions> = {}) {
  return ingest(database, {
    providers: [claudeCode],
    environment: { home: home.path, platform: 'linux', variables: {} },
    prices: bundledPrices(),
    readerFile: undefined,
    clock: () => now,
    signal: new AbortController().signal,
    folders: [],
    untrusted: [],
    identities: [],
    onProgress: () => undefined,
    onCheckpoint: async () => undefined,
    ...options,
  });
}

/** A fresh database after one pass. */
export async function readOnce(home: Pick<Home, 'path'>, options: Partial<IngestOptions> = {}): Promise<Database> {
  const database = await emptyDatabase();
  await pass(database, home, options);
  return database;
}

/** Columns that say when or in which order something was read, not what it says. */
const volatile = new Set([
  ...['seen_at', 'first_seen_at', 'last_read_at', 'built_at', 'event_rev', 'source_id', 'event_id', 'content_hash'],
]);

/** Row ids, by what they stand for. */
const names: Record<string, string> = {
  log_id: 'select log_id as id, real_path as name from metadata_source',
  title_log_id: 'select log_id as id, real_path as name from metadata_source',
  session_id: 'select session_id as id, session_key as name from metadata_session',
  root_session_id: 'select session_id as id, session_key as name from metadata_session',
  forked_from_session_id: 'select session_id as id, session_key as name from metadata_session',
  path_id: 'select path_id as id, path as name from metadata_path',
  tool_id: 'select tool_id as id, name from metadata_tool',
  model_id: 'select model_id as id, name from metadata_model',
  price_id: 'select price_id as id, model as name from metadata_price',
  repository_id: 'select repository_id as id, repository_key as name from metadata_repository',
};

/**
 * Facts, sessions and valid events by natural keys, sorted: equal for two databases that say the same, whatever was
 * read first.
 */
export function contentOf(database: Database): Record<string, string[]> {
  const tables = database
    .all<{ name: string }>("select name from sqlite_schema where type = 'table' order by name")
    .map(({ name }) => name)
    .filter((name) => /^(fact|event)_/.test(name) || name === 'metadata_session');
  const known = new Map(
    Object.entries(names).map(([column, sql]) => [
      column,
      new Map(database.all<{ id: number; name: string }>(sql).map((row) => [row.id, row.name])),
    ]),
  );
  const sourceId = readSetting(database, 'source_id') ?? '';
  const logNames = new Map(
    database
      .all<{ log_id: number; real_path: string }>('select log_id, real_path from metadata_source')
      .map((row) => [
        createHash('sha256').update(`${sourceId}\0${row.log_id}`).digest('hex').slice(0, 32),
        row.real_path,
      ]),
  );
  const readable = (table: string, column: string, value: SqlValue): SqlValue => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    if (column === 'log_key') return logNames.get(String(value)) ?? value;
    if (table === 'metadata_session' && column === 'session_id') return null;
    return typeof value === 'number' ? (known.get(column)?.get(value) ?? value) : value;
  };
  return Object.fromEntries(
    tables.map((table) => [
      table,
      database
        .all<Record<string, SqlValue>>(
          `select * from ${table} ${table.startsWith('event_') ? 'where is_retracted = 0' : ''}`,
        )
        .map((row) =>
          JSON.stringify(
            Object.fromEntries(
              Object.entries(row)
                .filter(([column]) => !volatile.has(column))
                .map(([column, value]) => [column, readable(table, column, value)]),
            ),
          ),
        )
        .sort(),
    ]),
  );
}

/**
 * What a database says of a home, whatever it went through to know it: facts, their owners, events. Left out is which
 * logs hold copies, noted once a second holder is met, and sessions of which nothing is known but that they were named.
 */
export function saidOf(database: Database): Record<string, string[]> {
  const { fact_session_copy: _, metadata_session: sessions = [], ...content } = contentOf(database);
  const spoken = new Set(
    database
      .all<{ session_key: string }>(
        `select session_key from metadata_session as session
         where exists (select 1 from fact_session_message as message where message.session_id = session.session_id)
           or exists (select 1 from fact_session_usage as usage where usage.session_id = session.session_id)`,
      )
      .map((row) => row.session_key),
  );
  return { ...content, metadata_session: sessions.filter((row) => spoken.has(JSON.parse(row).session_key)) };
}

/** A single number. */
export function numberOf(database: Database, sql: string): number {
  return database.get<{ n: number }>(`select (${sql}) as n`)?.n ?? Number.NaN;
}
