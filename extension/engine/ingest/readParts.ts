import { readSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { LogFile, Provider } from '../providers/provider';
import { createRowCollector } from './collectRows';
import { sha256 } from './keys';
import type { LogRows } from './logRows';
import { type Line, maxLineBytes, readLines } from './readLines';

/** A log to be read, and what is known of an earlier reading. */
export interface LogTask {
  provider: string;
  path: string;
  log: LogFile;
  known: ReadSoFar | undefined;
}

/** How far a file was read, and what tells whether that part of it stands unchanged. */
export interface ReadSoFar {
  /** First byte not yet read: the end of a complete record. */
  offset: number;
  /** Of the file's first `headLength` bytes. */
  head: string;
  headLength: number;
  /** Of the bytes before `offset`. */
  tail: string;
}

/**
 * What reading a log gives, in order: `begin`; `rows` for each part of some MB; `end` with the file's state from
 * before it was read. Or, at any time, `failed` with the system's code (ENOENT, EACCES, …).
 */
export type LogPart =
  | { kind: 'begin'; resumes: boolean; from: number }
  | { kind: 'rows'; rows: LogRows; records: number; until: ReadSoFar }
  | { kind: 'end'; identity: string; size: number; modifiedAt: number }
  | { kind: 'failed'; code: string };

const headBytes = 1024;
const tailBytes = 256;

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
    const from = resumes && task.known ? task.known.offset : 0;
    yield { kind: 'begin', resumes, from };
    for await (const lines of readLines(handle, from)) {
      const { rows, records } = rowsOf(provider, task.log, lines);
      yield { kind: 'rows', rows, records, until: readUntil(handle.fd, lines.at(-1)?.end ?? from) };
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

function readUntil(file: number, offset: number): ReadSoFar {
  const headLength = Math.min(headBytes, offset);
  return {
    offset,
    headLength,
    head: fingerprint(file, 0, headLength),
    tail: fingerprint(file, Math.max(0, offset - tailBytes), offset),
  };
}

/** Whether what was read of the file stands unchanged at its start, so that only what follows is new. */
function isSameGrown(file: number, known: ReadSoFar, size: number): boolean {
  return (
    size >= known.offset &&
    known.head === fingerprint(file, 0, known.headLength) &&
    known.tail === fingerprint(file, Math.max(0, known.offset - tailBytes), known.offset)
  );
}

/** The first half of SHA-256 of [from, to). */
function fingerprint(file: number, from: number, to: number): string {
  const bytes = Buffer.allocUnsafe(to - from);
  const bytesRead = to === from ? 0 : readSync(file, bytes, 0, to - from, from);
  return sha256(bytes.subarray(0, bytesRead)).slice(0, 32);
}

function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
