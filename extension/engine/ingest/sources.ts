import type { Database } from '../database/database';
import type { FoundLog } from './discover';
import type { ReadSoFar } from './readParts';

/** A log and its session, by their rows. */
export interface Source {
  logId: number;
  sessionId: number;
}

interface KnownSource {
  log_id: number;
  head_fingerprint: string | null;
  head_length: number;
  tail_fingerprint: string | null;
  resume_offset: number;
  parser_version: number;
}

function knownSource(database: Database, { provider, path }: FoundLog): KnownSource | undefined {
  return database.get<KnownSource>(
    `select log_id, head_fingerprint, head_length, tail_fingerprint, resume_offset, parser_version
     from metadata_source where provider = ? and real_path = ?`,
    [provider.id, path],
  );
}

/** How far a log was read by this version of its parser; undefined: it has to be read from its start. */
export function readSoFar(database: Database, found: FoundLog): ReadSoFar | undefined {
  const known = knownSource(database, found);
  if (!known?.head_fingerprint || !known.tail_fingerprint || known.parser_version !== found.provider.parserVersion) {
    return undefined;
  }
  return {
    offset: known.resume_offset,
    head: known.head_fingerprint,
    headLength: known.head_length,
    tail: known.tail_fingerprint,
  };
}

/** Makes the source's and its session's rows; a file that is read anew loses what was counted of it, never its facts. */
export function registerSource(database: Database, found: FoundLog, resumes: boolean, now: number): Source {
  const known = knownSource(database, found);
  const sessionId = sessionOf(database, found.provider.id, found.log.nativeSessionId);
  if (found.log.rootNativeSessionId) {
    adoptRoot(database, found.provider.id, sessionId, found.log.rootNativeSessionId);
  }
  database.run(
    `insert into metadata_source (provider, real_path, kind, session_id, status, first_read_at, last_read_at) values (?, ?, ?, ?, 'read', ?, ?)
     on conflict (provider, real_path) do update set session_id = excluded.session_id`,
    [found.provider.id, found.path, found.log.kind, sessionId, now, now],
  );
  const logId =
    known?.log_id ??
    idOf(database, 'select log_id as id from metadata_source where provider = ? and real_path = ?', [
      found.provider.id,
      found.path,
    ]);
  if (known && !resumes) {
    for (const table of ['fact_source_record', 'fact_source_unknown_field', 'fact_source_problem']) {
      database.run(`delete from ${table} where log_id = ?`, [logId]);
    }
    database.run('update metadata_source set resume_offset = 0 where log_id = ?', [logId]);
  }
  // Until the end is reached, the next pass reads on, whatever the file's size says.
  database.run('update metadata_source set parser_version = ?, size = -1 where log_id = ?', [
    found.provider.parserVersion,
    logId,
  ]);
  return { logId, sessionId };
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
  const source = registerSource(database, found, true, now);
  database.run("update metadata_source set status = 'unreadable' where log_id = ?", [source.logId]);
  database.run(
    `insert into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, 0, 'unreadable', ?, ?)
     on conflict (log_id, place, reason) do update set detail = excluded.detail, seen_at = excluded.seen_at`,
    [source.logId, code, now],
  );
  return source;
}
