import { HumanError } from '../../humanError';
import { FileVanished, WriterEvicted } from './fileMethods';
import type { Fault } from './mount';
import { codeOf } from './sqliteCodes';

export type FaultKind = 'damaged' | 'no_file' | 'full' | 'forbidden' | 'vanished' | 'evicted' | 'broken';

/** A database that can't be used because of its file; `kind` says what is the matter with that. */
export class DatabaseFileError extends HumanError {
  constructor(
    readonly kind: FaultKind,
    file: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    const { message, next } = words[kind](file, detail);
    super(message, next, options);
  }
}

const words: Record<FaultKind, (file: string, detail: string) => { message: string; next: string }> = {
  damaged: (file) => ({
    message: `The database ${file} is damaged.`,
    next: 'Run Refresh, or "paceflow ingest": it sets the file aside, keeps what is readable and reads the logs anew.',
  }),
  no_file: (file) => ({ message: `The database ${file} is no file.`, next: 'Name another database.' }),
  full: (file, detail) => ({
    message: `The database ${file} can't be written: the disk is full (${detail}).`,
    next: 'Free some space; what is there is unharmed.',
  }),
  forbidden: (file, detail) => ({
    message: `The database ${file} can't be opened for writing: ${detail}.`,
    next: 'Check its permissions and those of its folder; what is there is unharmed.',
  }),
  vanished: (file, detail) => ({
    message: `The database ${file} was taken away while it was open: ${detail}.`,
    next: 'Bring it back, or read the logs again; copies of its facts lie beside it.',
  }),
  evicted: () => ({
    message: 'Another Paceflow took over while this one slept.',
    next: 'Read the logs again; nothing was lost.',
  }),
  broken: (file, detail) => ({
    message: `The database ${file} can't be read or written: ${detail}.`,
    next: 'Check the disk; what is committed is unharmed.',
  }),
};

/**
 * What an error of SQLite's means for a database in a file; errors that are not about the file are returned as they
 * are.
 * @param fault what the disk said when SQLite asked last
 */
export function explainFault(file: string, error: unknown, fault: Fault | undefined): Error {
  if (error instanceof HumanError) {
    return error;
  }
  const message = messageOf(error);
  const kind = kindOf(error, message, fault);
  if (!kind) {
    return error instanceof Error ? error : new Error(message);
  }
  const detail = fault ? `${fault.call}: ${messageOf(fault.error)}` : message;
  return new DatabaseFileError(kind, file, detail, { cause: fault?.error ?? error });
}

/** The same for an error of a call to the disk outside of SQLite. */
export function explainDisk(file: string, error: unknown): Error {
  const isDisk = !(error instanceof HumanError) && codeOf(error) !== undefined;
  return explainFault(file, error, isDisk ? { call: 'write', path: file, error } : undefined);
}

/** SQLite's words, see sqlite3_errstr. */
const damage = /malformed|not a database/;
const trouble = /disk I\/O error|database or disk is full|unable to open|readonly database|access permission denied/;

function kindOf(error: unknown, message: string, fault: Fault | undefined): FaultKind | undefined {
  if (damage.test(message)) {
    return 'damaged';
  }
  // What the disk said earlier has nothing to do with an error in a statement.
  const isTrouble = trouble.test(message) || (fault !== undefined && fault.error === error);
  return isTrouble && fault ? kindOfFault(fault) : undefined;
}

function kindOfFault(fault: Fault): FaultKind {
  if (fault.error instanceof FileVanished) {
    return 'vanished';
  }
  if (fault.error instanceof WriterEvicted) {
    return 'evicted';
  }
  switch (codeOf(fault.error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'forbidden';
    default:
      return 'broken';
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
