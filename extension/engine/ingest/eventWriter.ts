import type { Database, SqlValue } from '../database/database';
import { readSetting, writeSetting } from '../database/schema';
import { type Envelope, sealEvent } from '../events/envelope';

/** Key columns of every event table, as in the grain of its SQL. */
const keys = {
  event_session: ['session_key'],
  event_usage: ['session_key', 'model', 'hour_at'],
  event_commit: ['repository_key', 'commit_id'],
  event_commit_session: ['repository_key', 'commit_id', 'session_key'],
  event_source_day: ['log_key', 'day'],
} as const;
export type EventTable = keyof typeof keys;
export type EventContent = Readonly<Record<string, string | number | null>>;

type KnownEvent = Envelope & { is_retracted: number; is_provisional: number } & Record<string, SqlValue>;

/** Writes built events: only what changed gets a new revision, what is no longer built is retracted. */
export interface EventWriter {
  /** `scope`: key columns of the events that `rows` stand for, e.g. of one session; all others are left alone. */
  replace(
    table: EventTable,
    scope: Readonly<Record<string, string>>,
    rows: readonly EventContent[],
    provisional?: boolean,
  ): void;
}

export function createEventWriter(database: Database, now: number): EventWriter {
  const sourceId = readSetting(database, 'source_id') ?? '';
  let revision = Number(readSetting(database, 'event_rev') ?? 0);

  const upsert = (table: EventTable, sealed: Envelope, content: EventContent, isProvisional: number): void => {
    const row: Record<string, SqlValue> = {
      event_id: sealed.event_id,
      source_id: sourceId,
      person_id: 'me',
      event_rev: ++revision,
      content_hash: sealed.content_hash,
      built_at: now,
      is_provisional: isProvisional,
      is_retracted: 0,
      ...content,
    };
    const columns = Object.keys(row);
    // A builder gives every column of its table: nothing of an earlier row is left.
    const sql = `insert or replace into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`;
    database.run(sql, Object.values(row));
  };

  return {
    replace: (table, scope, rows, provisional = false) => {
      const revisionBefore = revision;
      const conditions = [...Object.keys(scope), 'source_id'].map((column) => `${column} = ?`).join(' and ');
      const known = new Map(
        database
          .all<KnownEvent>(
            `select event_id, content_hash, is_retracted, is_provisional, ${keys[table].join(', ')}
             from ${table} where ${conditions}`,
            [...Object.values(scope), sourceId],
          )
          .map((row) => [row.event_id, row]),
      );
      const isProvisional = provisional ? 1 : 0;
      for (const content of rows) {
        const sealed = sealEvent(sourceId, table, keys[table], content);
        const before = known.get(sealed.event_id);
        known.delete(sealed.event_id);
        if (
          !before ||
          before.content_hash !== sealed.content_hash ||
          before.is_retracted === 1 ||
          before.is_provisional !== isProvisional
        ) {
          upsert(table, sealed, content, isProvisional);
        }
      }
      for (const gone of known.values()) {
        if (gone.is_retracted === 0) {
          const key = keys[table].map((column) => `${column} = ?`).join(' and ');
          database.run(
            `update ${table} set is_retracted = 1, event_rev = ?, built_at = ? where ${key} and source_id = ?`,
            [++revision, now, ...keys[table].map((column) => gone[column] ?? null), sourceId],
          );
        }
      }
      // At once: wherever the transaction ends, the counter stands beside what it counted.
      if (revision !== revisionBefore) {
        writeSetting(database, 'event_rev', String(revision));
      }
    },
  };
}
