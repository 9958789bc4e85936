import { type Database, wrapDatabase } from '../database';
import { loadSqlJs } from '../sqlJs';
import { DatabaseFileError, explainFault } from './explainFault';
import type { FileSystem } from './fileSystem';
import { type FileVfs, installFileVfs } from './fileVfs';
import type { Fault, Mount } from './mount';

export interface DatabaseFileOptions {
  wasmFile: string;
  fileSystem: FileSystem;
  /**
   * `read`: nothing is written, not even what a crash left in the log. `salvage`: the same, and what is damaged is used
   * as far as it goes.
   */
  access: 'read' | 'salvage' | 'write';
  /** `none`: a new file that nobody looks at before it is closed and synced; half of it is worth nothing. */
  journal: 'wal' | 'none';
  /** Whether this process may still write; asked before each write. */
  mayWrite(): boolean;
  /** Hears of errors that are about the file. */
  onFault?(error: DatabaseFileError): void;
}

/** Most of what queries touch again, and a bound on memory however large the file is; a copy is gone through once. */
const cacheKibibytes = { wal: 32 * 1024, none: 4 * 1024 };
/** Pages of the log that are gathered before they go to the database: fewer and larger writes. */
const checkpointPages = 4000;
/** What one large transaction made of the log is given back. */
const keptLogBytes = 16 * 1024 * 1024;

function settingsFor({ access, journal }: DatabaseFileOptions): string {
  if (access !== 'write') {
    return 'pragma query_only = on';
  }
  if (journal === 'none') {
    return 'pragma journal_mode = off; pragma synchronous = off';
  }
  return `
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = ${checkpointPages};
    pragma journal_size_limit = ${keptLogBytes}`;
}

/**
 * Opens a real file as a database under SQLite's own write-ahead log; makes it where it is not there and `access` is
 * `write`. One process may have it open at a time: SQLite's locks are off. Throws DatabaseFileError,
 * as all calls of the database do whose file is the trouble.
 * @param file path whose links are resolved
 */
export async function openDatabaseFile(file: string, options: DatabaseFileOptions): Promise<Database> {
  const vfs = installFileVfs(await loadSqlJs(options.wasmFile));
  const explain = (error: unknown, fault: Fault | undefined): Error => {
    const explained = explainFault(file, error, fault);
    if (explained instanceof DatabaseFileError) {
      options.onFault?.(explained);
    }
    return explained;
  };
  // What can't be opened is found out here: sql.js would lose the memory of a database that it failed to open.
  try {
    options.fileSystem.open(file, options.access === 'write' ? 'create' : 'read').close();
  } catch (error) {
    throw explain(error, { call: 'open', path: file, error });
  }
  const mount = vfs.mount(file, { ...options, access: options.access === 'write' ? 'write' : 'read' });
  const database = wrapDatabase(openMounted(vfs, mount, explain), {
    explain: (error) => explain(error, mount.takeFault()),
    onClosing: () => {
      mount.isClosing = true;
    },
    onClosed: () => vfs.unmount(mount),
  });
  try {
    if (options.access === 'salvage') {
      // Documented as dangerous for what it lets be written; here it lets be read what SQLite would give up on.
      database.exec('pragma writable_schema = on');
    }
    if (database.get<{ file: string }>('pragma database_list')?.file !== mount.name) {
      throw new Error('sql.js opened another file');
    }
    // First of all: in this mode the log needs no memory that processes share, which we could not offer.
    database.exec('pragma locking_mode = exclusive');
    database.exec(`pragma cache_size = -${cacheKibibytes[options.journal]}; ${settingsFor(options)}`);
    // Reads the file's first pages: damage there is found here.
    database.get('select count(*) from sqlite_schema');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openMounted(vfs: FileVfs, mount: Mount, explain: (error: unknown, fault: Fault | undefined) => Error) {
  try {
    return vfs.open(mount);
  } catch (error) {
    vfs.unmount(mount);
    // sql.js has no words of SQLite's for a database that did not open: it speaks of memory.
    const fault = mount.takeFault();
    throw explain(fault?.error ?? error, fault);
  }
}
