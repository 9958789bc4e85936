import { HumanError } from '../../humanError';
import { type Database, openDatabase } from '../database';
import { type RealFile, snapshotFile } from '../databaseFile';
import { copyFactsWeekly } from '../facts/factCopies';
import { DatabaseFileError } from '../fileVfs/explainFault';
import { testFileVfs } from '../fileVfs/selfTest';
import { bringUpToDate, NewerDatabase } from '../schema';
import { createSnapshotStore } from '../snapshotStore';
import type { Store, StoreOptions } from '../store';
import { DatabaseInUse, type DatabaseLock, requireNoHolder, takeDatabaseLock } from './databaseLock';
import { groupCommits } from './groupCommits';
import {
  checkWhole,
  hasDatabase,
  openToRead,
  openToWrite,
  type RealDatabase,
  type RealDatabaseOptions,
  repair,
  resolveFile,
} from './realDatabase';
import { realSideFiles } from './sideFiles';
import { createTurns } from './turns';

/** A commit waits for the disk: so many milliseconds of work wait together, and are what a crash may cost. */
const groupMs = 1_000;

type Purpose = 'read' | 'write';

/**
 * The database in a real file that this process alone has open, from its first use until `close`. Where real files do
 * not work, which the self-test finds out, it is kept as a snapshot instead.
 */
export function createFileStore(given: RealFile, options: StoreOptions): Store {
  const { fileSystem } = given;
  const turns = createTurns();
  const keptAside: string[] = [];
  let lock: DatabaseLock | undefined;
  let opened: RealDatabase | undefined;
  /** Stands for a database that nobody has written yet: reading makes no file. */
  let empty: Database | undefined;
  let opening: Promise<Database> | undefined;
  let isWriting = false;
  let trouble: DatabaseFileError | undefined;
  /** What the file is kept as where the self-test failed. */
  let snapshot: { store: Store; why: string } | undefined;
  let isTested = false;
  let isClosed = false;

  const realOptions: RealDatabaseOptions = {
    ...options,
    fileSystem,
    mayWrite: () => lock?.mayWrite() ?? false,
    onFault: (error) => {
      // A disk that is full or read-only is no reason to let go of what can be read.
      if (error.kind !== 'full' && error.kind !== 'forbidden') {
        trouble = error;
      }
    },
  };

  const closeDatabase = () => {
    try {
      opened?.database.close();
    } catch {
      // What could not be brought to its end is taken up from the log when it is opened again.
    }
    opened = undefined;
  };
  const letGo = async () => {
    closeDatabase();
    const held = lock;
    lock = undefined;
    await held?.release();
  };

  /** Opens the file anew. What was damaged is repaired by those who write. */
  const open = async (purpose: Purpose, signal: AbortSignal): Promise<Database> => {
    const file = resolveFile(given.path);
    const damage = trouble?.kind === 'damaged' ? trouble : undefined;
    if (damage && purpose === 'read') {
      throw damage;
    }
    closeDatabase();
    if (purpose === 'read' && !hasDatabase(file, fileSystem)) {
      return openEmpty();
    }
    try {
      const withoutLock = await ensureLock(file, purpose, signal);
      if (!withoutLock && !isTested) {
        const why = await testFileVfs(file, { ...options, fileSystem });
        isTested = true;
        if (why !== undefined) {
          await letGo();
          const store = createSnapshotStore(snapshotFile(file), options);
          snapshot = { store, why };
          return store.read();
        }
      }
      opened = withoutLock ?? (damage ? await openRepaired(file) : await openOrRepair(file, purpose));
      trouble = undefined;
      empty?.close();
      empty = undefined;
      return opened.database;
    } catch (error) {
      await letGo();
      throw error;
    }
  };
  const openEmpty = async (): Promise<Database> => {
    if (!empty) {
      const made = await openDatabase(options.wasmFile);
      bringUpToDate(made, options);
      empty = made;
    }
    return empty;
  };

  /**
   * Takes the lock. Where none can be made, as in a folder that may not be written, returns the database to be read.
   */
  const ensureLock = async (file: string, purpose: Purpose, signal: AbortSignal): Promise<RealDatabase | undefined> => {
    if (lock?.mayWrite()) {
      return undefined;
    }
    // Lost while this process slept: it must not keep the other one's alive.
    await lock?.release();
    lock = undefined;
    try {
      lock = await takeDatabaseLock(file, given.patienceMs, signal);
      return undefined;
    } catch (error) {
      if (purpose === 'write' || !isUnlockable(error)) {
        throw error;
      }
      await requireNoHolder(file);
      return openToRead(file, realOptions, error);
    }
  };
  const openOrRepair = async (file: string, purpose: Purpose): Promise<RealDatabase> => {
    try {
      return await openToWrite(file, realOptions);
    } catch (error) {
      if (purpose === 'read' || !(error instanceof DatabaseFileError && error.kind === 'damaged')) {
        throw error;
      }
      return openRepaired(file);
    }
  };
  const openRepaired = async (file: string): Promise<RealDatabase> => {
    const kept = await repair(file, realOptions);
    keptAside.push(...(kept === undefined ? [] : [kept]));
    return openToWrite(file, realOptions);
  };

  const isReady = (purpose: Purpose): boolean => {
    if (!opened) {
      return false;
    }
    if (purpose === 'read') {
      // Who writes is not to have the database closed under him.
      return isWriting || trouble === undefined;
    }
    return trouble === undefined && (opened.readOnly === undefined || opened.readOnly instanceof NewerDatabase);
  };
  const ready = async (purpose: Purpose, signal: AbortSignal): Promise<Database> => {
    for (;;) {
      if (isClosed) {
        // The next one may have it open by now.
        throw new HumanError(`The database ${given.path} was closed.`, 'Try again.');
      }
      if (snapshot) {
        return snapshot.store.read();
      }
      if (opened && isReady(purpose)) {
        return opened.database;
      }
      if (opening) {
        await opening.catch(() => undefined);
        continue;
      }
      opening = open(purpose, signal).finally(() => {
        opening = undefined;
      });
      return opening;
    }
  };
  const read = (): Promise<Database> => ready('read', new AbortController().signal);

  /** The database to be written, whole as far as a look at its pages tells. */
  const readyToWrite = async (signal: AbortSignal): Promise<Database> => {
    const database = await ready('write', signal);
    if (opened?.readOnly) {
      throw opened.readOnly;
    }
    if (opened?.isUnclean) {
      try {
        checkWhole(given.path, database);
        opened.isUnclean = false;
      } catch (error) {
        if (!(error instanceof DatabaseFileError && error.kind === 'damaged')) {
          throw error;
        }
        trouble = error;
        return ready('write', signal);
      }
    }
    return database;
  };

  return {
    mode: () => {
      if (snapshot) {
        return `${snapshot.store.mode()}; a real file does not work here: ${snapshot.why}`;
      }
      return `real file${opened?.readOnly ? `, read-only: ${opened.readOnly.message}` : ''}`;
    },
    setAside: () => [...keptAside, ...(snapshot?.store.setAside() ?? [])],
    read,
    readCopy: async () => openDatabase(options.wasmFile, (await read()).toBytes()),
    write: (signal, onWait, work) =>
      turns.take(signal, async () => {
        const database = await readyToWrite(signal);
        if (snapshot) {
          return snapshot.store.write(signal, onWait, work);
        }
        const grouped = groupCommits(database, groupMs);
        isWriting = true;
        try {
          const result = await work(grouped, async () => grouped.commit());
          grouped.commit();
          return result;
        } catch (error) {
          grouped.rollBack();
          throw error;
        } finally {
          isWriting = false;
        }
      }),
    copyFacts: (now) =>
      turns.take(new AbortController().signal, async () => {
        const database = await read();
        if (snapshot) {
          return snapshot.store.copyFacts(now);
        }
        if (opened && !opened.readOnly) {
          const file = resolveFile(given.path);
          const side = realSideFiles(file, { ...options, fileSystem, mayWrite: realOptions.mayWrite });
          await copyFactsWeekly(database, options.catalogue, { file, side, now });
        }
      }),
    close: async () => {
      isClosed = true;
      // Who is just opening it would have it open, and locked, after all.
      await opening?.catch(() => undefined);
      empty?.close();
      empty = undefined;
      await snapshot?.store.close();
      await letGo();
    },
  };
}

/** Nobody has the lock, but none can be made. */
const isUnlockable = (error: unknown): error is HumanError =>
  error instanceof HumanError && !(error instanceof DatabaseInUse);
