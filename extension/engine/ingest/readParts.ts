import { fstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { LogFile, Provider } from '../providers/provider';
import { createRowCollector } from './collectRows';
import { type Fingerprints, fingerprintsOf, isSameGrown } from './follow/fingerprints';
import { openLog } from './lines/openLog';
import { recordsOfLine } from './lines/recordsOfLine';
import type { LogRows } from './logRows';
import { type Line, readLines } from './readLines';

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
    handle = await openLog(task.path);
    const status = fstatSync(handle.fd);
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
  for (const line of lines) {
    for (const { facts, offset } of recordsOfLine(provider, log, line)) {
      collector.add(facts, offset);
    }
  }
  return { rows: collector.rows(), records: lines.length };
}

function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
