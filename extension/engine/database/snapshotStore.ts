import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HumanError } from '../humanError';
import { type Database, openDatabase } from './database';
import { type SnapshotFile, snapshotFile } from './databaseFile';
import { copyFactsWeekly, factCopies } from './facts/factCopies';
import { type FactSource, salvageFacts } from './facts/salvageFacts';
import type { SideFiles } from './facts/sideFiles';
import { bringUpToDate, NewerDatabase, readWithin } from './schema';
import type { Store, StoreOptions } from './store';

/** How often a long piece of work is to be saved: what it has done since is lost when the machine stops. */
export const saveEveryMs = 30_000;

/**
 * The database in memory, read whole from its file and saved whole. Several processes may have it: each sees what was
 * saved last. A crash, of this process too, costs what was not saved: see `saveEveryMs`.
 */
export function createSnapshotStore(file: SnapshotFile, options: StoreOptions): Store {
  const { catalogue, zone } = options;
  const side = sideFiles(file, options.wasmFile);
  const keptAside: string[] = [];
  let database: Database | undefined;
  /** Why the database may not be written. */
  let newer: NewerDatabase | undefined;
  let loadedVersion: string | undefined;
  /** `changes()` of what the file holds; undefined: there is no file, or not this one. */
  let savedChanges: number | undefined;
  let isWriting = false;
  let loading: Promise<Database> | undefined;

  const open = async (bytes: Uint8Array | undefined): Promise<Database> => {
    const opened = await openDatabase(options.wasmFile, bytes);
    try {
      bringUpToDate(opened, options);
      if (bytes) {
        checkWhole(opened);
      }
      return opened;
    } catch (error) {
      if (error instanceof NewerDatabase) {
        newer = error;
        return readWithin(opened, error);
      }
      opened.close();
      throw error;
    }
  };

  const salvage = async (bytes: Uint8Array | undefined): Promise<Database> => {
    const opened = await openDatabase(options.wasmFile);
    const own: FactSource = (reach) => openBytes(options.wasmFile, bytes, reach);
    const copies = factCopies(file.path, side.names()).map<FactSource>((copy) => (reach) => side.open(copy, reach));
    await salvageFacts(opened, [own, ...copies], { catalogue, zone });
    bringUpToDate(opened, options);
    return opened;
  };

  /** Loads the file where somebody else has saved it since; `mayRepair` with the lock held. */
  const load = async (mayRepair: boolean): Promise<Database> => {
    const version = await file.version();
    if (database && version === loadedVersion) {
      return database;
    }
    newer = undefined;
    const bytes = await file.load();
    let isKept = bytes !== undefined;
    let fresh: Database;
    try {
      // Without a file, but with copies of facts: it was lost, and what is still known of it comes back.
      const isLost = mayRepair && bytes === undefined && factCopies(file.path, side.names()).length > 0;
      fresh = isLost ? await salvage(undefined) : await open(bytes);
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      if (!mayRepair) {
        throw new HumanError(
          `The database ${file.path} is damaged.`,
          'Run Refresh, or "paceflow ingest": it sets the file aside, keeps what is readable and reads the logs anew.',
          { cause: error },
        );
      }
      fresh = await salvage(bytes);
      keptAside.push(await file.keepAside());
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
    mode: () =>
      [
        `atomic snapshot, a crash costs at most ${saveEveryMs / 1000} s of work`,
        ...(newer ? ['read-only: made by a newer Paceflow'] : []),
      ].join('; '),
    setAside: () => keptAside,
    read,
    readCopy: async () => openDatabase(options.wasmFile, (await read()).toBytes()),
    copyFacts: async (now) => copyFactsWeekly(await read(), catalogue, { file: file.path, side, now }),
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
        if (newer) {
          throw newer;
        }
        const save = async () => {
          if (!lock.isHeld()) {
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
    close: async () => {
      database?.close();
      database = undefined;
    },
  };
}

async function openBytes(
  wasmFile: string,
  bytes: Uint8Array | undefined,
  reach: 'whole' | 'readable',
): Promise<Database> {
  const database = await openDatabase(wasmFile, bytes);
  if (reach === 'readable') {
    // Documented as dangerous for what it lets be written; here it lets be read what SQLite would give up on.
    database.exec('pragma writable_schema = on');
  }
  return database;
}

function sideFiles(file: SnapshotFile, wasmFile: string): SideFiles {
  return {
    open: async (beside, reach) => openBytes(wasmFile, await snapshotFile(beside).load(), reach),
    make: async (beside, fill) => {
      const made = await openDatabase(wasmFile);
      try {
        await fill(made);
        await snapshotFile(beside).save(made.toBytes());
      } finally {
        made.close();
      }
    },
    names: () => readdirSync(path.dirname(file.path)),
    remove: (beside) => rmSync(beside, { force: true }),
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
