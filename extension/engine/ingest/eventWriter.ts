import type { Database, SqlValue } from '../database/database';
import { readSetting, writeSetting } from '../database/schema';
import { sealEvent } from '../events/envelope';

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

/** Writes built events: only what changed gets a new revision, what is no longer built is retracted. */
export interface EventWriter {
  /** `scope`: the events that `rows` stand for, all others are left alone; e.g. all of one session. */
  replace(
    table: EventTable,
    scope: { column: string; value: string } | 'all',
    rows: readonly EventContent[],
    provisional?: boolean,
  ): void;
  /** The `event_id` that a row gets. */
  idOf(table: EventTable, content: EventContent): string;
  /** Keeps the counter of revisions. To be called before the transaction ends. */
  finish(): void;
}

export function createEventWriter(database: Database, now: number): EventWriter {
  const sourceId = readSetting(database, 'source_id') ?? '';
  const before = Number(readSetting(database, 'event_rev') ?? 0);
  let revision = before;

  const upsert = (table: EventTable, id: string, hash: string, content: EventContent, isProvisional: number): void => {
    const row: Record<string, SqlValue> = {
      event_id: id,
      source_id: sourceId,
      person_id: 'me',
      event_rev: ++revision,
      content_hash: hash,
      built_at: now,
      is_provisional: isProvisional,
      is_retracted: 0,
      ...content,
    };
    const columns = Object.keys(row);
    database.run(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})
       on conflict (event_id) do update set ${columns
         .slice(1)
         .map((column) => `${column} = excluded.${column}`)
         .join(', ')}`,
      Object.values(row),
    );
  };

  return {
    replace: (table, scope, rows, provisional = false) => {
      const known = new Map(
        database
          .all<{ event_id: string; content_hash: string; is_retracted: number; is_provisional: number }>(
            `select event_id, content_hash, is_retracted, is_provisional from ${table}
             where source_id = ?${scope === 'all' ? '' : ` and ${scope.column} = ?`}`,
            scope === 'all' ? [sourceId] : [sourceId, scope.value],
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
          upsert(table, sealed.event_id, sealed.content_hash, content, isProvisional);
        }
      }
      for (const gone of known.values()) {
        if (gone.is_retracted === 0) {
          database.run(`update ${table} set is_retracted = 1, event_rev = ?, built_at = ? where event_id = ?`, [
            ++revision,
            now,
            gone.event_id,
          ]);
        }
      }
    },
    idOf: (table, content) => sealEvent(sourceId, table, keys[table], content).event_id,
    finish: () => {
      if (revision !== before) {
        writeSetting(database, 'event_rev', String(revision));
      }
    },
  };
}
