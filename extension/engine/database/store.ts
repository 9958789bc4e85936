import { HumanError } from '../humanError';
import type { Catalogue } from './catalogue';
import { type Database, openDatabase } from './database';
import type { DatabaseFile } from './databaseFile';
import { prepareSchema } from './schema';

/** The database of one file, as this process sees it. */
export interface Store {
  /** The database as last saved by anyone, or as this process is writing it. */
  read(): Promise<Database>;
  /** A copy of it in memory: whatever is changed in it is kept nowhere. */
  readCopy(): Promise<Database>;
  /**
   * Runs `work` on the newest state with the right to save it. `save` keeps what is there so far; it is called once more
   * at the end. Other processes wait. Rejects with the signal's reason when aborted while waiting.
   */
  write<Result>(
    signal: AbortSignal,
    onWait: (pid: number) => void,
    work: (database: Database, save: () => Promise<void>) => Promise<Result>,
  ): Promise<Result>;
  /** Damaged files that were set aside while this store was open. */
  setAside(): readonly string[];
  readonly file: DatabaseFile;
  close(): void;
}

export interface StoreOptions {
  file: DatabaseFile;
  catalogue: Catalogue;
  wasmFile: string;
  /** Zone of a new database. */
  zone: string;
  /** Fills the event tables of a database whose event definition is older than this program. */
  rebuildEvents(database: Database): void;
}

export function createStore(options: StoreOptions): Store {
  const { file } = options;
  const keptAside: string[] = [];
  let database: Database | undefined;
  let loadedVersion: string | undefined;
  /** `changes()` of what the file holds; undefined: there is no file. */
  let savedChanges: number | undefined;
  let isWriting = false;
  let loading: Promise<Database> | undefined;

  const open = async (bytes: Uint8Array | undefined): Promise<Database> => {
    const opened = await openDatabase(options.wasmFile, bytes);
    try {
      const { mustRebuildEvents } = prepareSchema(opened, options.catalogue, options.zone);
      if (mustRebuildEvents) {
        options.rebuildEvents(opened);
      }
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  };

  /** Loads the file where somebody else has saved it since; `mayRepair` with the lock held. */
  const load = async (mayRepair: boolean): Promise<Database> => {
    const version = await file.version();
    if (database && version === loadedVersion) {
      return database;
    }
    const bytes = await file.load();
    let isKept = bytes !== undefined;
    let fresh: Database;
    try {
      fresh = await open(bytes);
      if (bytes) {
        checkWhole(fresh);
      }
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      if (!mayRepair) {
        throw new HumanError(
          `The database ${file.path} is damaged.`,
          'Run Refresh, or "paceflow ingest": it sets the file aside and reads the logs anew.',
          { cause: error },
        );
      }
      keptAside.push(await file.setAside());
      fresh = await open(undefined);
      isKept = false;
    }
    database?.close();
    database = fresh;
    savedChanges = isKept ? 0 : undefined;
    loadedVersion = version;
    return fresh;
  };

  const read = async (): Promise<Database> => {
    if (isWriting && database) {
      return database;
    }
    loading ??= load(false).finally(() => {
      loading = undefined;
    });
    return loading;
  };

  return {
    file,
    setAside: () => keptAside,
    read,
    readCopy: async () => openDatabase(options.wasmFile, (await read()).toBytes()),
    write: async (signal, onWait, work) => {
      const lock = await file.lock(signal, onWait);
      try {
        while (loading) {
          await loading.catch(() => undefined);
        }
        // Readers that come meanwhile wait for this load: one of their own would close the database that is written.
        loading = load(true)
          .then((loaded) => {
            isWriting = true;
            return loaded;
          })
          .finally(() => {
            loading = undefined;
          });
        const current = await loading;
        const save = async () => {
          if (!(await lock.isHeld())) {
            throw new HumanError(
              'Another Paceflow took over while this one slept.',
              'Read the logs again; nothing was lost.',
            );
          }
          // A pass that found nothing new leaves the file alone.
          if (current.changes() === savedChanges) {
            return;
          }
          await file.save(current.toBytes());
          savedChanges = current.changes();
          loadedVersion = await file.version();
        };
        const result = await work(current, save);
        await save();
        return result;
      } catch (error) {
        // What was not saved is not shown either: the next reader loads the file.
        loadedVersion = undefined;
        throw error;
      } finally {
        isWriting = false;
        await lock.release();
      }
    },
    close: () => {
      database?.close();
      database = undefined;
    },
  };
}

function checkWhole(database: Database): void {
  const row = database.get<{ quick_check: string }>('pragma quick_check(1)');
  if (row?.quick_check !== 'ok') {
    throw new Error(`malformed: ${row?.quick_check ?? 'no answer'}`);
  }
}

/** SQLite's words for a file that is no database, or no longer one. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof HumanError) &&
    /malformed|not a database|no such table|no such column|disk image|corrupt|out of memory/i.test(error.message)
  );
}
