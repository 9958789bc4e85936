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
       title = coalesce(?4, title),
       kind = case when ?5 = 1 then 'headless' else kind end
     where session_id = ?6`,
    [
      row.cwd ?? null,
      row.branch ?? null,
      row.clientVersion ?? null,
      row.title ?? null,
      row.isHeadless ? 1 : 0,
      log.sessionId,
    ],
  );
  if (row.forkedFrom !== undefined) {
    noteFork(database, log, row.forkedFrom);
  }
  addPermissionModes(database, log.sessionId, row.permissionModes);
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
    JSON.stringify([...all].sort()),
    sessionId,
  ]);
}
