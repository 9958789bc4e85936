import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Database } from '../database/database';
import type { Dictionary } from './dictionary';
import type { FoundLog } from './discover';
import { createFactWriter } from './factWriter';
import { sha256 } from './keys';
import { maxLineBytes, readLines } from './readLines';

/** What reading one log came to. */
export interface LogReading {
  outcome: 'unchanged' | 'read' | 'unreadable' | 'gone';
  logId: number;
  bytes: number;
  records: number;
  /** Sessions whose facts changed. */
  touched: ReadonlySet<number>;
}

interface KnownSource {
  log_id: number;
  session_id: number | null;
  file_identity: string | null;
  head_fingerprint: string | null;
  head_length: number;
  tail_fingerprint: string | null;
  size: number;
  modified_at: number;
  resume_offset: number;
  parser_version: number;
  status: string;
}

const headBytes = 1024;
const tailBytes = 256;
/** A transaction is a chunk of a file: short enough that questions are answered in between. */
const nothing: ReadonlySet<number> = new Set();

/**
 * Reads what is new in a log and writes its facts; a file that was replaced, cut or rewritten, or that an older parser
 * read, is read from its start: facts are keyed, so nothing is counted twice. Resumes at the last complete line.
 */
export async function readLog(
  database: Database,
  dictionary: Dictionary,
  found: FoundLog,
  now: number,
  signal: AbortSignal,
): Promise<LogReading> {
  const { provider, path } = found;
  const known = database.get<KnownSource>('select * from metadata_source where provider = ? and real_path = ?', [
    provider.id,
    path,
  ]);
  let handle: FileHandle | undefined;
  try {
    const status = await stat(path);
    const { size, mtimeMs, dev, ino } = status;
    const modifiedAt = Math.floor(mtimeMs);
    if (
      known &&
      known.status === 'read' &&
      known.size === size &&
      known.modified_at === modifiedAt &&
      known.parser_version === provider.parserVersion
    ) {
      return { outcome: 'unchanged', logId: known.log_id, bytes: 0, records: 0, touched: nothing };
    }
    if (!status.isFile()) {
      throw Object.assign(new Error('not a file'), { code: 'EFTYPE', syscall: 'open' });
    }
    handle = await open(path, 'r');
    const identity = `${dev}:${ino}`;
    const resumes =
      known !== undefined &&
      known.parser_version === provider.parserVersion &&
      (await isSameGrown(handle, known, size));
    const source = database.transaction(() => registerSource(database, found, known, resumes, now));
    const { bytes, records, touched, offset } = await readRecords(
      database,
      dictionary,
      found,
      source,
      handle,
      resumes ? known.resume_offset : 0,
      now,
      signal,
    );
    const head = await fingerprint(handle, 0, Math.min(headBytes, offset));
    const tail = await fingerprint(handle, Math.max(0, offset - tailBytes), offset);
    database.run(
      `update metadata_source set file_identity = ?, head_fingerprint = ?, head_length = ?, tail_fingerprint = ?, size = ?, modified_at = ?,
         parser_version = ?, status = 'read', last_read_at = ?, gone_at = null
       where log_id = ?`,
      // An interrupted reading keeps the old size: the next pass goes on at the resume offset.
      [
        identity,
        head,
        Math.min(headBytes, offset),
        tail,
        signal.aborted ? -1 : size,
        modifiedAt,
        provider.parserVersion,
        now,
        source.logId,
      ],
    );
    database.run("delete from fact_source_problem where log_id = ? and reason = 'unreadable'", [source.logId]);
    return { outcome: 'read', logId: source.logId, bytes, records, touched };
  } catch (error) {
    if (isFileError(error)) {
      return noteUnreadable(database, found, known, error, now);
    }
    throw error;
  } finally {
    await handle?.close();
  }
}

async function readRecords(
  database: Database,
  dictionary: Dictionary,
  found: FoundLog,
  source: { logId: number; sessionId: number },
  handle: FileHandle,
  from: number,
  now: number,
  signal: AbortSignal,
): Promise<{ bytes: number; records: number; touched: ReadonlySet<number>; offset: number }> {
  const writer = createFactWriter(database, dictionary, { provider: found.provider.id, ...source }, now);
  let offset = from;
  let records = 0;
  for await (const lines of readLines(handle, from)) {
    database.transaction(() => {
      for (const line of lines) {
        offset = line.end;
        if (line.length === 0) {
          continue;
        }
        records += 1;
        const facts =
          line.bytes === undefined
            ? [
                {
                  type: 'problem' as const,
                  reason: 'too_long' as const,
                  detail: `a line of ${line.length} bytes; the limit is ${maxLineBytes}`,
                },
              ]
            : found.provider.readRecord(line.bytes, { offset: line.offset, file: found.log });
        for (const fact of facts) {
          if (
            fact.type === 'session' &&
            fact.nativeSessionId &&
            found.log.kind === 'subagent' &&
            !found.log.rootNativeSessionId
          ) {
            adoptRoot(database, found.provider.id, source.sessionId, fact.nativeSessionId);
          }
          writer.write(fact, line.offset);
        }
      }
      writer.settle();
      database.run('update metadata_source set resume_offset = ? where log_id = ?', [offset, source.logId]);
    });
    if (signal.aborted) {
      break;
    }
    // Questions that came in meanwhile are answered here.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { bytes: offset - from, records, touched: writer.touched, offset };
}

/** Makes the source's and its session's rows; a file that is read anew loses what was counted of it, never its facts. */
function registerSource(
  database: Database,
  found: FoundLog,
  known: KnownSource | undefined,
  resumes: boolean,
  now: number,
): { logId: number; sessionId: number } {
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

function adoptRoot(database: Database, provider: string, sessionId: number, rootNativeId: string): void {
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

/** Whether what was read of the file stands unchanged at its start, so that only what follows is new. */
async function isSameGrown(handle: FileHandle, known: KnownSource, size: number): Promise<boolean> {
  return (
    size >= known.resume_offset &&
    known.head_fingerprint === (await fingerprint(handle, 0, known.head_length)) &&
    known.tail_fingerprint ===
      (await fingerprint(handle, Math.max(0, known.resume_offset - tailBytes), known.resume_offset))
  );
}

async function fingerprint(handle: FileHandle, from: number, to: number): Promise<string> {
  const bytes = Buffer.alloc(to - from);
  const { bytesRead } = bytes.length === 0 ? { bytesRead: 0 } : await handle.read(bytes, 0, bytes.length, from);
  return sha256(bytes.subarray(0, bytesRead));
}

function noteUnreadable(
  database: Database,
  found: FoundLog,
  known: KnownSource | undefined,
  error: unknown,
  now: number,
): LogReading {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  if (code === 'ENOENT') {
    return { outcome: 'gone', logId: known?.log_id ?? 0, bytes: 0, records: 0, touched: nothing };
  }
  const { logId } = database.transaction(() => registerSource(database, found, known, true, now));
  database.run("update metadata_source set status = 'unreadable' where log_id = ?", [logId]);
  database.run(
    `insert into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, 0, 'unreadable', ?, ?)
     on conflict (log_id, place, reason) do update set detail = excluded.detail, seen_at = excluded.seen_at`,
    [logId, code, now],
  );
  return { outcome: 'unreadable', logId, bytes: 0, records: 0, touched: nothing };
}

const isFileError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;
