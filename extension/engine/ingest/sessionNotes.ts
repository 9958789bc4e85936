import type { Database } from '../database/database';
import type { SessionRow } from './logRows';
import { adoptRoot, type Source } from './sources';

/** Writes what a part of a log says of its session. */
export function noteSession(database: Database, log: Source & { provider: string }, row: SessionRow): void {
  if (row.rootNativeId !== undefined) {
    adoptRoot(database, log.provider, log.sessionId, row.rootNativeId);
  }
  database.run(
    `update metadata_session set
       cwd = coalesce(cwd, ?1),
       branch = coalesce(?2, branch),
       client_version = coalesce(?3, client_version),
       kind = case when ?4 = 1 then 'headless' else kind end
     where session_id = ?5`,
    [row.cwd ?? null, row.branch ?? null, row.clientVersion ?? null, row.isHeadless ? 1 : 0, log.sessionId],
  );
  if (row.title !== undefined) {
    noteTitle(database, log, row.title);
  }
  if (row.forkedFrom !== undefined) {
    noteFork(database, log, row.forkedFrom);
  }
  addPermissionModes(database, log.sessionId, row.permissionModes);
}

/**
 * Titles have no instant. Of two by the same author in one log the later wins, which is read later; of two in two logs
 * of the session that of the log with the greater path, so that the order of reading the logs decides nothing.
 */
function noteTitle(database: Database, log: Source, title: NonNullable<SessionRow['title']>): void {
  database.run(
    `update metadata_session set title = ?1, title_by = ?2, title_log_id = ?3
     where session_id = ?4 and (
       title is null
       or (?2 = 'person', (select real_path from metadata_source where log_id = ?3))
         >= (title_by = 'person', (select real_path from metadata_source where log_id = title_log_id)))`,
    [title.text, title.by, log.logId, log.sessionId],
  );
}

/** The log itself says which session it continues; that one may be read later, or be gone. */
function noteFork(database: Database, log: Source & { provider: string }, forkedFrom: string): void {
  database.run(
    "insert or ignore into metadata_session (provider, native_id, session_key, person_id) values (?, ?, ?, 'me')",
    [log.provider, forkedFrom, `${log.provider}:${forkedFrom}`],
  );
  database.run(
    `update metadata_session
     set forked_from_session_id = (select session_id from metadata_session where provider = ? and native_id = ?)
     where session_id = ? and native_id <> ?`,
    [log.provider, forkedFrom, log.sessionId, forkedFrom],
  );
}

/** An agent has a handful; the first by name are kept, whatever was read first. */
const mostPermissionModes = 20;

function addPermissionModes(database: Database, sessionId: number, modes: readonly string[]): void {
  if (modes.length === 0) {
    return;
  }
  const known = database.get<{ permission_modes: string }>(
    'select permission_modes from metadata_session where session_id = ?',
    [sessionId],
  );
  const all = new Set<string>([...JSON.parse(known?.permission_modes ?? '[]'), ...modes]);
  database.run('update metadata_session set permission_modes = ? where session_id = ?', [
    JSON.stringify([...all].sort().slice(0, mostPermissionModes)),
    sessionId,
  ]);
}
