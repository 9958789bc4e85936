import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { HumanError } from '../humanError';
import { acquireLock, type Lock } from './lock';

/**
 * Where a database lives between two runs. The seam between the engine and the disk: today a snapshot that is replaced
 * whole, later a real file under SQLite's own journal.
 */
export interface DatabaseFile {
  readonly path: string;
  /** How it is kept, for `doctor`. */
  readonly mode: string;
  /** Changes whenever somebody saves; undefined: there is no file. */
  version(): Promise<string | undefined>;
  load(): Promise<Uint8Array | undefined>;
  /** All of `bytes` or, after a crash, all of what was there before. Throws HumanError on a full or read-only disk. */
  save(bytes: Uint8Array): Promise<void>;
  /** Keeps a damaged file under another name; where it lies now. */
  setAside(): Promise<string>;
  /** The right to change the file; see acquireLock. */
  lock(signal: AbortSignal, onWait: (pid: number) => void): Promise<Lock>;
}

/** A database file that is replaced whole: written beside, flushed, renamed. */
export function snapshotFile(file: string): DatabaseFile {
  return {
    path: file,
    mode: 'atomic snapshot',
    version: async () => {
      try {
        const { ino, size, mtimeMs } = await stat(file);
        return `${ino}:${size}:${mtimeMs}`;
      } catch {
        return undefined;
      }
    },
    load: async () => {
      try {
        if (!(await stat(file)).isFile()) {
          throw new HumanError(`${file} is no file.`, 'Name another database.');
        }
        const bytes = await readFile(file);
        refuseForeign(file, bytes);
        return bytes;
      } catch (error) {
        if (error instanceof HumanError) {
          throw error;
        }
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
          return undefined;
        }
        throw new HumanError(
          `The database ${file} can't be read: ${messageOf(error)}.`,
          'Check its permissions, or name another database.',
          { cause: error },
        );
      }
    },
    save: async (bytes) => {
      const beside = `${file}.${process.pid}.new`;
      try {
        await writeDurably(beside, bytes);
        await rename(beside, file);
        await flushFolder(path.dirname(file));
      } catch (error) {
        await rm(beside, { force: true }).catch(() => undefined);
        throw new HumanError(
          `The database ${file} can't be written: ${messageOf(error)}.`,
          'Free some space or check its permissions; what is there is unharmed.',
          { cause: error },
        );
      }
    },
    setAside: async () => {
      const kept = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
      await rename(file, kept);
      return kept;
    },
    lock: async (signal, onWait) => {
      try {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      } catch (error) {
        throw new HumanError(
          `The folder ${path.dirname(file)} can't be made: ${messageOf(error)}.`,
          'Check its permissions, or name another database.',
          { cause: error },
        );
      }
      try {
        const lock = await acquireLock(`${file}.lock`, signal, onWait);
        await removeLeftovers(file);
        return lock;
      } catch (error) {
        if (!(error instanceof Error && 'syscall' in error)) {
          throw error;
        }
        throw new HumanError(
          `The database ${file} can't be locked for writing: ${messageOf(error)}.`,
          'Free some space or check the permissions of its folder, or name another database.',
          { cause: error },
        );
      }
    },
  };
}

/** What processes that were killed while they saved left beside the file; to be called with the lock held. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const start = `${path.basename(file)}.`;
  const leftovers = (await readdir(folder)).filter(
    (name) => name.startsWith(start) && /^\d+\.new$/.test(name.slice(start.length)),
  );
  await Promise.all(leftovers.map((name) => rm(path.join(folder, name), { force: true })));
}

/** How every SQLite file begins (sqlite.org/fileformat2.html, section 1.3). */
const sqliteHeader = 'SQLite format 3\0';

/**
 * A file of another kind was named by mistake: it is neither replaced nor moved away. One with our own name that no
 * longer begins as it should is a damaged database.
 */
function refuseForeign(file: string, bytes: Buffer): void {
  const isSqlite = bytes.subarray(0, sqliteHeader.length).toString('latin1') === sqliteHeader;
  if (bytes.length > 0 && !isSqlite && path.basename(file) !== 'paceflow.db') {
    throw new HumanError(`${file} is no database.`, 'Name another file; this one was left as it is.');
  }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is only safe from power loss once its folder is flushed; not every system lets a folder be opened. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows refuses; the rename itself is journaled there.
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
