import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { HumanError } from '../humanError';
import { type FileSystem, nodeFileSystem } from './fileVfs/fileSystem';
import { acquireLock, type Lock } from './lock';

/** Where a database lives between two runs: the seam between the engine and the disk. */
export type DatabaseFile = SnapshotFile | RealFile;

/** A real file under SQLite's own log: what is committed is on the disk. One process at a time has it. */
export interface RealFile {
  readonly kind: 'real';
  readonly path: string;
  readonly fileSystem: FileSystem;
  /** How long a database that another process has is waited for. */
  readonly patienceMs: number;
}

/** A database that is read whole and replaced whole. Several processes have it, one writes at a time. */
export interface SnapshotFile {
  readonly kind: 'snapshot';
  readonly path: string;
  /** Changes whenever somebody saves; undefined: there is no file. */
  version(): Promise<string | undefined>;
  load(): Promise<Uint8Array | undefined>;
  /** All of `bytes` or, after a crash, all of what was there before. Throws HumanError on a full or read-only disk. */
  save(bytes: Uint8Array): Promise<void>;
  /** Keeps a damaged file under another name as well; returns that. The next `save` replaces the damaged one. */
  keepAside(): Promise<string>;
  /** The right to change the file; see acquireLock. */
  lock(signal: AbortSignal, onWait: (pid: number) => void): Promise<Lock>;
}

/** A database in a real file; see RealFile. */
export function realFile(path: string, options: Partial<RealFile> = {}): RealFile {
  return { patienceMs: 3_000, fileSystem: nodeFileSystem, ...options, kind: 'real', path };
}

/** A database file that is replaced whole: written beside, flushed, renamed. */
export function snapshotFile(file: string): SnapshotFile {
  return {
    kind: 'snapshot',
    path: file,
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
        await refuseLog(file);
        return asSnapshot(bytes);
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
    keepAside: async () => {
      const kept = damagedName(file);
      // A second name costs no space; not every file system can give one.
      await link(file, kept).catch(() => copyFile(file, kept));
      return kept;
    },
    lock: (signal, onWait) => lockDatabase(file, signal, onWait),
  };
}

/** The right to change a database's files; makes its folder. Throws HumanError where that can't be; see acquireLock. */
export async function lockDatabase(file: string, signal: AbortSignal, onWait: (pid: number) => void): Promise<Lock> {
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
}

/** What processes that were killed while they wrote left beside the file; to be called with the lock held. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const start = `${path.basename(file)}.`;
  const leftovers = (await readdir(folder)).filter(
    (name) => name.startsWith(start) && leftover.test(name.slice(start.length)),
  );
  await Promise.all(leftovers.map((name) => rm(path.join(folder, name), { force: true })));
}

/** Half a snapshot, half a copy of facts, half a salvaged database. */
const leftover = /^((facts-[\d-]+|rebuilt)\.)?(\d+\.)?new$/;

/** Where a damaged file is kept. */
export const damagedName = (file: string): string =>
  `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;

/** How every SQLite file begins (sqlite.org/fileformat2.html, section 1.3). */
const sqliteHeader = 'SQLite format 3\0';

const isSqlite = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, sqliteHeader.length)).toString('latin1') === sqliteHeader;

/**
 * A file of another kind was named by mistake: it is neither replaced nor moved away. One with our own name that no
 * longer begins as it should is a damaged database.
 */
export function refuseForeign(file: string, head: Uint8Array): void {
  if (head.length > 0 && !isSqlite(head) && path.basename(file) !== 'paceflow.db') {
    throw new HumanError(`${file} is no database.`, 'Name another file; this one was left as it is.');
  }
}

/** A log beside the file holds what a process in the other mode has committed: without it the file is not whole. */
async function refuseLog(file: string): Promise<void> {
  const size = await stat(`${file}-wal`).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 0) {
    throw new HumanError(
      `The database ${file} is in use, or its last user was killed: ${file}-wal holds a part of it.`,
      'End the other Paceflow; if none runs, one that keeps the database in a real file takes the part over.',
    );
  }
}

/** The bytes of the header that say how a file's journal is kept (section 1.3.3): in memory there is no other file. */
function asSnapshot(bytes: Buffer): Buffer {
  if (isSqlite(bytes) && bytes[18] === 2 && bytes[19] === 2) {
    bytes.fill(1, 18, 20);
  }
  return bytes;
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
