import type { Catalogue } from './catalogue';
import type { Database } from './database';
import type { DatabaseFile } from './databaseFile';
import { createFileStore } from './realFile/fileStore';
import { createSnapshotStore } from './snapshotStore';

/** The database of one file, as this process sees it. */
export interface Store {
  /** The database as last saved by anyone, or as this process is writing it. */
  read(): Promise<Database>;
  /** A copy of it in memory: whatever is changed in it is kept nowhere. */
  readCopy(): Promise<Database>;
  /**
   * Runs `work` on the newest state with the right to save it. `save` keeps what is there so far; it is called once
   * more at the end. Other writers wait. Rejects with the signal's reason when aborted while waiting.
   */
  write<Result>(
    signal: AbortSignal,
    onWait: (pid: number) => void,
    work: (database: Database, save: () => Promise<void>) => Promise<Result>,
  ): Promise<Result>;
  /** Copies facts beside the database once a week, and keeps two copies. Rejects with HumanError. */
  copyFacts(now: number): Promise<void>;
  /** How the database is kept, in words. */
  mode(): string;
  /** Damaged files that were set aside while this store was open. */
  setAside(): readonly string[];
  /** Resolves once the next one may open it. */
  close(): Promise<void>;
}

export interface StoreOptions {
  catalogue: Catalogue;
  wasmFile: string;
  /** Zone of a new database. */
  zone: string;
  /** Fills the event tables of a database whose event definition is older than this program. */
  rebuildEvents(database: Database): void;
}

export function createStore(options: StoreOptions & { file: DatabaseFile }): Store {
  const { file } = options;
  return file.kind === 'snapshot' ? createSnapshotStore(file, options) : createFileStore(file, options);
}
