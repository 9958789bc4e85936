import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { LogFile, Provider } from '../providers/provider';
import { createRowCollector } from './collectRows';
import { type Fingerprints, fingerprintsOf, isSameGrown } from './follow/fingerprints';
import type { LogRows } from './logRows';
import { type Line, maxLineBytes, readLines } from './readLines';

/** A log to be read, and what is known of an earlier reading. */
export interface LogTask {
  provider: string;
  path: string;
  log: LogFile;
  known: Fingerprints | undefined;
}

/**
 * What reading a log gives, in order: `begin`; `rows` for each part of some MB; `end` with the file's state from
 * before it was read. Or, at any time, `failed` with the system's code (ENOENT, EACCES, …).
 */
export type LogPart =
  | { kind: 'begin'; resumes: boolean; from: number }
  | { kind: 'rows'; rows: LogRows; records: number; until: Fingerprints }
  | { kind: 'end'; identity: string; size: number; modifiedAt: number }
  | { kind: 'failed'; code: string };

/**
 * Reads what is new in a log, without a database: it runs in any thread. A file that was replaced, cut or rewritten
 * is read from its start.
 */
export async function* readParts(provider: Provider, task: LogTask): AsyncGenerator<LogPart, void, undefined> {
  let handle: FileHandle | undefined;
  try {
    const status = statSync(task.path);
    if (!status.isFile()) {
      // Opening a pipe would wait for its other end.
      yield { kind: 'failed', code: 'EFTYPE' };
      return;
    }
    handle = await open(task.path, 'r');
    const resumes = task.known !== undefined && isSameGrown(handle.fd, task.known, status.size);
    const from = resumes && task.known ? task.known.resume_offset : 0;
    yield { kind: 'begin', resumes, from };
    for await (const lines of readLines(handle, from)) {
      const { rows, records } = rowsOf(provider, task.log, lines);
      yield { kind: 'rows', rows, records, until: fingerprintsOf(handle.fd, lines.at(-1)?.end ?? from) };
    }
    const { size, mtimeMs, dev, ino } = status;
    yield { kind: 'end', identity: `${dev}:${ino}`, size, modifiedAt: Math.floor(mtimeMs) };
  } catch (error) {
    if (!isFileError(error)) {
      throw error;
    }
    yield { kind: 'failed', code: error.code };
  } finally {
    await handle?.close();
  }
}

function rowsOf(provider: Provider, log: LogFile, lines: readonly Line[]): { rows: LogRows; records: number } {
  const collector = createRowCollector(provider.id, log);
  let records = 0;
  for (const { bytes, length, offset } of lines) {
    if (length === 0) {
      continue;
    }
    records += 1;
    if (bytes === undefined) {
      const detail = `a line of ${length} bytes; the limit is ${maxLineBytes}`;
      collector.add([{ type: 'problem', reason: 'too_long', detail }], offset);
    } else {
      collector.add(provider.readRecord(bytes, { offset, file: log }), offset);
    }
  }
  return { rows: collector.rows(), records };
}

function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
