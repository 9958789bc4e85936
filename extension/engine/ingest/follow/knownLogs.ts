import type { Database } from '../../database/database';
import type { FoundLog } from '../discover';
import { sessionOf } from '../sources';
import type { Fingerprints } from './fingerprints';

/** A log that was read once, by its row. */
export interface KnownLog extends Fingerprints {
  log_id: number;
  provider: string;
  session_id: number;
  native_id: string;
  real_path: string;
  status: string;
}

/** A file that is known to hold nothing beyond the start of a log. */
export interface KnownCopy {
  real_path: string;
  log_id: number;
}

/** A session by its names. */
export interface SessionName {
  provider: string;
  nativeId: string;
}

// Thousands of files may be new at once: each question is asked once for all.
const asked = "(select value ->> '$[0]' as provider, value ->> '$[1]' as name from json_each(?))";
const askFor = (names: readonly (readonly [provider: string, name: string])[]): string => JSON.stringify(names);
const placesOf = (files: readonly FoundLog[]): string => askFor(files.map(({ provider, path }) => [provider.id, path]));

const columns = `log_id, source.provider, source.session_id, native_id, real_path, status, head_fingerprint, head_length,
  tail_fingerprint, resume_offset`;

/** What was read at the places of files. */
export function knownLogsAt(database: Database, files: readonly FoundLog[]): KnownLog[] {
  return database.all(
    `select ${columns}
     from ${asked} as place
     inner join metadata_source as source on source.provider = place.provider and real_path = place.name
     inner join metadata_session as session using (session_id)`,
    [placesOf(files)],
  );
}

/** All logs of sessions, also those that are gone, in the order in which they were first read. */
export function knownLogsOf(database: Database, sessions: readonly SessionName[]): KnownLog[] {
  return database.all(
    `select ${columns}
     from ${asked} as asked
     inner join metadata_session as session on session.provider = asked.provider and native_id = asked.name
     inner join metadata_source as source using (session_id)
     order by log_id`,
    [askFor(sessions.map(({ provider, nativeId }) => [provider, nativeId]))],
  );
}

export function knownCopiesOf(database: Database, logs: readonly KnownLog[]): KnownCopy[] {
  return database.all(
    'select real_path, log_id from metadata_source_copy where log_id in (select value from json_each(?))',
    [JSON.stringify(logs.map((log) => log.log_id))],
  );
}

const liveLogs = "from metadata_source where kind in ('session', 'subagent') and status <> 'gone'";

/** How many files were there at the end of the last pass. */
export function countPlaces(database: Database): number {
  const sql = `select (select count(*) ${liveLogs}) + (select count(*) from metadata_source_copy) as places`;
  return database.get<{ places: number }>(sql)?.places ?? 0;
}

/** Logs that were there at the end of the last pass. */
export function livingLogs(database: Database): { provider: string; real_path: string; log_id: number }[] {
  return database.all(`select provider, real_path, log_id ${liveLogs}`);
}

/** The sessions of those of the logs that have copies. */
export function originalsAmong(database: Database, logs: readonly { log_id: number }[]): SessionName[] {
  return database.all(
    `select distinct session.provider, native_id as "nativeId"
     from metadata_source_copy
     inner join metadata_source as source using (log_id)
     inner join metadata_session as session using (session_id)
     where log_id in (select value from json_each(?))`,
    [JSON.stringify(logs.map((log) => log.log_id))],
  );
}

/** Forgets that files are copies; how many were known as such. */
export function forgetCopiesAt(database: Database, files: readonly FoundLog[]): number {
  return database.run(`delete from metadata_source_copy where (provider, real_path) in ${asked}`, [placesOf(files)]);
}

/** Forgets the copies that are not there any more. */
export function forgetCopiesBut(database: Database, isThere: (provider: string, path: string) => boolean): void {
  const copies = database.all<{ provider: string; real_path: string }>(
    'select provider, real_path from metadata_source_copy',
  );
  const gone = copies.filter((copy) => !isThere(copy.provider, copy.real_path));
  database.run(`delete from metadata_source_copy where (provider, real_path) in ${asked}`, [
    askFor(gone.map((copy) => [copy.provider, copy.real_path])),
  ]);
}

/** No log lies at such a path: its name ends otherwise. */
const aside = "real_path = real_path || '~' || log_id";

/** Takes logs from where they lay; they are given another place in the same transaction. */
export function liftLogs(database: Database, logs: readonly KnownLog[]): void {
  database.run(`update metadata_source set ${aside} where log_id in (select value from json_each(?))`, [
    JSON.stringify(logs.map((log) => log.log_id)),
  ]);
}

/** What was read at places where something else lies now is kept, under names of its own. */
export function retireLogsAt(database: Database, files: readonly FoundLog[], now: number): void {
  database.run(
    `update metadata_source set ${aside}, status = 'gone', gone_at = coalesce(gone_at, ?)
     where (provider, real_path) in ${asked}`,
    [now, placesOf(files)],
  );
}

const factsOfSessions = [
  'fact_session_message',
  'fact_session_usage',
  'fact_session_tool_call',
  'fact_session_code_change',
  'fact_session_declared_commit',
];

/**
 * Gives what was read of a log to another session, whose log it turned out to be now that more of it is written. It is
 * read again from its start, for its notes.
 */
export function giveToSession(database: Database, known: KnownLog, { provider, log }: FoundLog): void {
  database.transaction(() => {
    const session = sessionOf(database, provider.id, log.nativeSessionId);
    for (const table of factsOfSessions) {
      // Of commits the other session may have been told already; which call made them decides.
      database.run(`update or ignore ${table} set session_id = ? where log_id = ? and session_id = ?`, [
        session,
        known.log_id,
        known.session_id,
      ]);
    }
    database.run('update metadata_source set session_id = ?, head_fingerprint = null where log_id = ?', [
      session,
      known.log_id,
    ]);
  });
}
