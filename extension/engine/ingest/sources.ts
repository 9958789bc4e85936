import type { Database } from '../database/database';
import type { FoundLog } from './discover';
import type { Fingerprints } from './follow/fingerprints';

/** A log and its session, by their rows. */
export interface Source {
  logId: number;
  sessionId: number;
}

/** How far a log was read by this version of its parser; undefined: it has to be read from its start. */
export function readSoFar(database: Database, { provider, path }: FoundLog): Fingerprints | undefined {
  return database.get<Fingerprints>(
    `select head_fingerprint, head_length, tail_fingerprint, resume_offset
     from metadata_source
     where provider = ? and real_path = ? and parser_version = ?
       and head_fingerprint is not null and tail_fingerprint is not null`,
    [provider.id, path, provider.parserVersion],
  );
}

/** The source's and its session's rows, made on first sight. */
export function sourceOf(database: Database, { provider, path, log }: FoundLog, now: number): Source {
  const sessionId = sessionOf(database, provider.id, log.nativeSessionId);
  if (log.rootNativeSessionId) {
    adoptRoot(database, provider.id, sessionId, log.rootNativeSessionId);
  }
  database.run(
    `insert into metadata_source (provider, real_path, kind, session_id, status, first_read_at, last_read_at) values (?, ?, ?, ?, 'read', ?, ?)
     on conflict (provider, real_path) do update set session_id = excluded.session_id`,
    [provider.id, path, log.kind, sessionId, now, now],
  );
  const logId = idOf(database, 'select log_id as id from metadata_source where provider = ? and real_path = ?', [
    provider.id,
    path,
  ]);
  return { logId, sessionId };
}

/** Begins the reading of a log. One that is read anew loses what was counted of it, never its facts. */
export function beginSource(database: Database, found: FoundLog, resumes: boolean, now: number): Source {
  const source = sourceOf(database, found, now);
  if (!resumes) {
    for (const table of ['fact_source_record', 'fact_source_unknown_field', 'fact_source_problem']) {
      database.run(`delete from ${table} where log_id = ?`, [source.logId]);
    }
    database.run('update metadata_source set resume_offset = 0 where log_id = ?', [source.logId]);
  }
  // Until the end is reached, the next pass reads on, whatever the file's size says.
  database.run('update metadata_source set parser_version = ?, size = -1 where log_id = ?', [
    found.provider.parserVersion,
    source.logId,
  ]);
  return source;
}

/** The session's row, made on first sight. */
export function sessionOf(database: Database, provider: string, nativeId: string): number {
  database.run(
    "insert or ignore into metadata_session (provider, native_id, session_key, person_id) values (?, ?, ?, 'me')",
    [provider, nativeId, `${provider}:${nativeId}`],
  );
  return idOf(database, 'select session_id as id from metadata_session where provider = ? and native_id = ?', [
    provider,
    nativeId,
  ]);
}

/** The session that a sub-agent's session belongs to. */
export function adoptRoot(database: Database, provider: string, sessionId: number, rootNativeId: string): void {
  const rootId = sessionOf(database, provider, rootNativeId);
  if (rootId !== sessionId) {
    database.run('update metadata_session set root_session_id = ? where session_id = ?', [rootId, sessionId]);
  }
}

function idOf(database: Database, sql: string, params: string[]): number {
  const id = database.get<{ id: number }>(sql, params)?.id;
  if (id === undefined) {
    throw new Error(`no row: ${sql}`);
  }
  return id;
}

/** A log that is there and can't be read: what was read of it before stays. */
export function noteUnreadable(database: Database, found: FoundLog, code: string, now: number): Source {
  const source = beginSource(database, found, true, now);
  database.run("update metadata_source set status = 'unreadable' where log_id = ?", [source.logId]);
  database.run(
    `insert into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, 0, 'unreadable', ?, ?)
     on conflict (log_id, place, reason) do update set detail = excluded.detail, seen_at = excluded.seen_at`,
    [source.logId, code, now],
  );
  return source;
}
