import type { Database } from '../database/database';
import type { Dictionary } from './dictionary';
import type { FoundLog } from './discover';
import type { Pricer } from './priceResponses';
import type { LogPart, ReadSoFar } from './readParts';
import { knownSource, noteUnreadable, registerSource, type Source } from './sources';
import { createRowWriter } from './writeRows';

/** What reading one log came to. */
export interface LogReading {
  outcome: 'read' | 'unreadable' | 'gone';
  logId: number;
  bytes: number;
  records: number;
  /** Sessions whose facts changed. */
  touched: ReadonlySet<number>;
}

/**
 * Writes what reading a log gives, a transaction per part: short enough that questions are answered in between. Facts
 * are keyed, so nothing is counted twice when a file is read again from its start. A reading that is interrupted goes
 * on where its last part ended.
 */
export async function writeLog(
  database: Database,
  dictionary: Dictionary,
  pricer: Pricer,
  found: FoundLog,
  parts: AsyncIterable<LogPart>,
  now: number,
  signal: AbortSignal,
): Promise<LogReading> {
  const { provider } = found;
  const known = knownSource(database, found);
  const touched = new Set<number>();
  const reading: LogReading = { outcome: 'read', logId: known?.log_id ?? 0, bytes: 0, records: 0, touched };
  let source: Source = { logId: reading.logId, sessionId: 0 };
  let end = 0;
  for await (const part of parts) {
    switch (part.kind) {
      case 'failed':
        if (part.code === 'ENOENT') {
          return { ...reading, outcome: 'gone' };
        }
        return {
          ...reading,
          outcome: 'unreadable',
          logId: noteUnreadable(database, found, known, part.code, now).logId,
        };
      case 'begin':
        source = database.transaction(() => registerSource(database, found, known, part.resumes, now));
        reading.logId = source.logId;
        end = part.from;
        break;
      case 'rows':
        database.transaction(() => {
          createRowWriter(database, dictionary, pricer, { provider: provider.id, ...source }, touched).write(
            part.rows,
            now,
          );
          noteProgress(database, source.logId, part.until);
        });
        reading.records += part.records;
        reading.bytes += part.until.offset - end;
        end = part.until.offset;
        break;
      case 'end':
        database.run(
          `update metadata_source set file_identity = ?, size = ?, modified_at = ?, status = 'read', last_read_at = ?, gone_at = null
           where log_id = ?`,
          [part.identity, part.size, part.modifiedAt, now, source.logId],
        );
        database.run("delete from fact_source_problem where log_id = ? and reason = 'unreadable'", [source.logId]);
    }
    if (signal.aborted) {
      break;
    }
  }
  return reading;
}

function noteProgress(database: Database, logId: number, until: ReadSoFar): void {
  database.run(
    `update metadata_source set resume_offset = ?, head_fingerprint = ?, head_length = ?, tail_fingerprint = ?
     where log_id = ?`,
    [until.offset, until.head, until.headLength, until.tail, logId],
  );
}
