import type { Database } from '../database/database';
import type { SessionNote } from '../providers/facts';
import type { LogContext } from './factWriter';

/** Context of a session, gathered record by record and written once per transaction: every record carries some. */
export interface SessionNotes {
  add(note: SessionNote): void;
  flush(): void;
}

/** The first folder is the session's; of the rest the last that a record names; headless once is headless. */
export function createSessionNotes(database: Database, log: LogContext): SessionNotes {
  let cwd: string | undefined;
  let branch: string | undefined;
  let clientVersion: string | undefined;
  let title: string | undefined;
  let isHeadless = false;
  let forkedFrom: string | undefined;
  const permissionModes = new Set<string>();

  return {
    add: (note) => {
      cwd ??= note.cwd;
      branch = note.branch ?? branch;
      clientVersion = note.clientVersion ?? clientVersion;
      title = note.title ?? title;
      isHeadless ||= note.kind === 'headless';
      forkedFrom ??= note.forkedFrom;
      if (note.permissionMode !== undefined) {
        permissionModes.add(note.permissionMode);
      }
    },
    flush: () => {
      database.run(
        `update metadata_session set
           cwd = coalesce(cwd, ?1),
           branch = coalesce(?2, branch),
           client_version = coalesce(?3, client_version),
           title = coalesce(?4, title),
           kind = case when ?5 = 1 then 'headless' else kind end
         where session_id = ?6`,
        [cwd ?? null, branch ?? null, clientVersion ?? null, title ?? null, isHeadless ? 1 : 0, log.sessionId],
      );
      if (forkedFrom !== undefined) {
        noteFork(database, log, forkedFrom);
      }
      addPermissionModes(database, log.sessionId, permissionModes);
    },
  };
}

/** The log itself says which session it continues; that one may be read later, or be gone. */
function noteFork(database: Database, log: LogContext, forkedFrom: string): void {
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

function addPermissionModes(database: Database, sessionId: number, modes: ReadonlySet<string>): void {
  if (modes.size === 0) {
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
