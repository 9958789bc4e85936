import { realpathSync } from 'node:fs';
import path from 'node:path';
import { HumanError } from '../../humanError';
import type { Database } from '../database';
import { damagedName, type RealFile, refuseForeign } from '../databaseFile';
import { factCopies } from '../facts/factCopies';
import { salvageFacts } from '../facts/salvageFacts';
import { DatabaseFileError, explainDisk } from '../fileVfs/explainFault';
import type { FileSystem } from '../fileVfs/fileSystem';
import { openDatabaseFile } from '../fileVfs/openDatabaseFile';
import { bringUpToDate, NewerDatabase, readWithin, refuseUnknown } from '../schema';
import type { StoreOptions } from '../store';
import { realSideFiles } from './sideFiles';

/** A database in a real file that this process has opened. */
export interface RealDatabase {
  database: Database;
  /** Why it may only be read. */
  readOnly: HumanError | undefined;
  /** It was not closed by the one who had it last: whether it is whole is to be seen. */
  isUnclean: boolean;
}

export interface RealDatabaseOptions extends StoreOptions, Pick<RealFile, 'fileSystem'> {
  mayWrite(): boolean;
  onFault(error: DatabaseFileError): void;
}

const journals = ['-wal', '-journal'];

/** The path of the file itself: a lock and a log beside a link to it would not be the file's. */
export function resolveFile(file: string): string {
  const resolved = path.resolve(file);
  for (const resolve of [
    () => realpathSync(resolved),
    () => path.join(realpathSync(path.dirname(resolved)), path.basename(resolved)),
  ]) {
    try {
      return resolve();
    } catch {
      // Not there yet.
    }
  }
  return resolved;
}

/** Whether there is something to be opened, if only what a repair left half done. */
export const hasDatabase = (file: string, fileSystem: FileSystem): boolean =>
  fileSystem.status(file) !== undefined || fileSystem.status(rebuiltName(file)) !== undefined;

/**
 * Opens the database to be written, with the lock held; makes it where there is none. One that a newer program made, or
 * that may not be written, is opened to be read. Throws DatabaseFileError, of kind `damaged` where it can't be used as
 * it is.
 */
export async function openToWrite(file: string, options: RealDatabaseOptions): Promise<RealDatabase> {
  const { fileSystem } = options;
  try {
    finishRepair(file, options);
    const head = readHead(file, options);
    refuseForeign(file, head);
    if (head.length > 0) {
      await inspect(file, options);
    }
    if (head.length === 0 && factCopies(file, fileSystem.list(path.dirname(file))).length > 0) {
      await repair(file, options);
    }
    const isUnclean = (fileSystem.status(`${file}-wal`)?.size ?? 0) > 0;
    const database = await openDatabaseFile(file, { ...options, access: 'write', journal: 'wal' });
    return { database: broughtUpToDate(file, database, options), readOnly: undefined, isUnclean };
  } catch (error) {
    const explained = explainDisk(file, error);
    const isReadable =
      explained instanceof NewerDatabase || (explained instanceof DatabaseFileError && explained.kind === 'forbidden');
    if (isReadable && fileSystem.status(file)) {
      return openToRead(file, options, explained);
    }
    throw explained;
  }
}

/** Opens the database to be read, and writes nothing at all; `why` is told to those who ask for more. */
export async function openToRead(file: string, options: RealDatabaseOptions, why: HumanError): Promise<RealDatabase> {
  const database = await openDatabaseFile(file, { ...options, access: 'read', journal: 'wal', mayWrite: () => false });
  return { database: readWithin(database, why), readOnly: why, isUnclean: false };
}

/** Looks at a database without leaving a trace; throws where it is not one that this program writes. */
async function inspect(file: string, options: RealDatabaseOptions): Promise<void> {
  if (options.fileSystem.status(`${file}-journal`)) {
    // A change to this mode was cut short: before that is taken back the file can't be read.
    return;
  }
  const database = await openDatabaseFile(file, { ...options, access: 'read', journal: 'wal' });
  try {
    refuseUnknown(database, options.catalogue);
  } finally {
    database.close();
  }
}

/** Throws DatabaseFileError where the database's pages do not fit together. */
export function checkWhole(file: string, database: Database): void {
  const found = database.get<{ quick_check: string }>('pragma quick_check(1)')?.quick_check ?? 'no answer';
  if (found !== 'ok') {
    throw new DatabaseFileError('damaged', file, found);
  }
}

/**
 * Puts a new database with all facts that can still be read, from the damaged file and from its copies, in its place.
 * The damaged file is kept; returns where, undefined: there was none. The next pass reads the logs anew.
 */
export async function repair(file: string, options: RealDatabaseOptions): Promise<string | undefined> {
  const { fileSystem } = options;
  const side = realSideFiles(file, options);
  const rebuilt = rebuiltName(file);
  try {
    const sources = [file, ...factCopies(file, side.names())].filter((source) => fileSystem.status(source));
    await side.make(rebuilt, async (fresh) => {
      await salvageFacts(
        fresh,
        sources.map((source) => (reach) => side.open(source, reach)),
        options,
      );
    });
    const kept = fileSystem.status(file) ? damagedName(file) : undefined;
    if (kept !== undefined) {
      // The file goes first: should we be killed now, finishRepair sees that it is gone, and takes the rest away.
      fileSystem.rename(file, kept);
      moveJournals(file, kept, options);
    }
    fileSystem.rename(rebuilt, file);
    fileSystem.syncFolder(path.dirname(file));
    return kept;
  } catch (error) {
    throw explainDisk(file, error);
  }
}

const rebuiltName = (file: string): string => `${file}.rebuilt`;

/** A process was killed between setting the damaged file aside and putting the new one in its place, or before both. */
function finishRepair(file: string, options: RealDatabaseOptions): void {
  const { fileSystem } = options;
  const rebuilt = rebuiltName(file);
  if (!fileSystem.status(rebuilt)) {
    return;
  }
  if (fileSystem.status(file)) {
    fileSystem.unlink(rebuilt);
    return;
  }
  moveJournals(file, damagedName(file), options);
  fileSystem.rename(rebuilt, file);
  fileSystem.syncFolder(path.dirname(file));
}

function moveJournals(file: string, kept: string, { fileSystem }: RealDatabaseOptions): void {
  for (const journal of journals) {
    if (fileSystem.status(file + journal)) {
      fileSystem.rename(file + journal, kept + journal);
    }
  }
}

function broughtUpToDate(file: string, database: Database, options: RealDatabaseOptions): Database {
  try {
    bringUpToDate(database, options);
    return database;
  } catch (error) {
    database.close();
    // A schema that is no longer ours, in a file that says it is.
    const isDamage =
      error instanceof Error && !(error instanceof HumanError) && /no such (table|column)/.test(error.message);
    throw isDamage ? new DatabaseFileError('damaged', file, error.message, { cause: error }) : error;
  }
}

const headBytes = 16;

/** The first bytes of a file; none where there is nothing or an empty one. A folder or a pipe is not opened at all. */
function readHead(file: string, { fileSystem }: RealDatabaseOptions): Uint8Array {
  const found = fileSystem.status(file);
  if (!found) {
    return new Uint8Array(0);
  }
  if (!found.isFile) {
    throw new DatabaseFileError('no_file', file, '');
  }
  const opened = fileSystem.open(file, 'read');
  try {
    const head = new Uint8Array(headBytes);
    return head.subarray(0, opened.read(head, 0));
  } finally {
    opened.close();
  }
}
