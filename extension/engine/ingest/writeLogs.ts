import type { Database } from '../database/database';
import type { Dictionary } from './dictionary';
import type { FoundLog } from './discover';
import type { Fingerprints } from './follow/fingerprints';
import type { Pricer } from './priceResponses';
import type { LogPart } from './readParts';
import { beginSource, noteUnreadable, type Source } from './sources';
import { writeRows } from './writeRows';

/** What was written since the writer was made. */
export interface LogsWritten {
  logs: Set<number>;
  /** Sessions whose facts changed. */
  sessions: Set<number>;
  read: number;
  bytes: number;
  records: number;
}

/** Writes what reading logs gives, part by part. To be called in transactions. */
export interface LogWriter {
  write(found: FoundLog, part: LogPart): void;
  written: LogsWritten;
}

/** The log that is being written: its parts come one after the other. */
interface OpenLog extends Source {
  found: FoundLog;
  end: number;
}

/**
 * Facts are keyed, so nothing is counted twice when a file is read again from its start. A reading that is interrupted
 * goes on where its last written part ended.
 */
export function createLogWriter(database: Database, dictionary: Dictionary, pricer: Pricer, now: number): LogWriter {
  const written: LogsWritten = { logs: new Set(), sessions: new Set(), read: 0, bytes: 0, records: 0 };
  let open: OpenLog | undefined;

  const begin = (found: FoundLog, source: Source, from: number): void => {
    open = { found, end: from, ...source };
    written.logs.add(source.logId);
    written.read += 1;
  };
  const writePart = (log: OpenLog, part: LogPart & { kind: 'rows' }): void => {
    const source = { provider: log.found.provider.id, ...log };
    for (const session of writeRows(database, dictionary, pricer, source, part.rows, now)) {
      written.sessions.add(session);
    }
    noteProgress(database, log.logId, part.until);
    written.records += part.records;
    written.bytes += part.until.resume_offset - log.end;
    log.end = part.until.resume_offset;
  };

  return {
    written,
    write: (found, part) => {
      if (part.kind === 'begin') {
        begin(found, beginSource(database, found, part.resumes, now), part.from);
      } else if (part.kind === 'failed') {
        // A log that vanished since it was found is noticed when it is not found again.
        if (part.code !== 'ENOENT') {
          begin(found, noteUnreadable(database, found, part.code, now), 0);
        }
      } else if (open?.found !== found) {
        throw new Error(`a part of ${found.path} came before its beginning`);
      } else if (part.kind === 'rows') {
        writePart(open, part);
      } else {
        noteEnd(database, open.logId, part, now);
      }
    },
  };
}

function noteProgress(database: Database, logId: number, until: Fingerprints): void {
  database.run(
    `update metadata_source set resume_offset = ?, head_fingerprint = ?, head_length = ?, tail_fingerprint = ?
     where log_id = ?`,
    [until.resume_offset, until.head_fingerprint, until.head_length, until.tail_fingerprint, logId],
  );
}

function noteEnd(database: Database, logId: number, end: LogPart & { kind: 'end' }, now: number): void {
  database.run(
    `update metadata_source set file_identity = ?, size = ?, modified_at = ?, status = 'read', last_read_at = ?,
       gone_at = null
     where log_id = ?`,
    [end.identity, end.size, end.modifiedAt, now, logId],
  );
  database.run("delete from fact_source_problem where log_id = ? and reason = 'unreadable'", [logId]);
}
