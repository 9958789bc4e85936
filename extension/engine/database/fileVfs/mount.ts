import path from 'node:path';
import type { FileSystem, OpenFile } from './fileSystem';

/** What the disk answered when a call of SQLite's failed; SQLite itself only hears a number. */
export interface Fault {
  call: 'open' | 'read' | 'write' | 'truncate' | 'sync' | 'status' | 'unlink' | 'close';
  path: string;
  error: unknown;
}

/** A database's file and those that SQLite keeps beside it: all that SQLite may reach by this mount. */
export interface Mount {
  /** The name by which SQLite opens the database. */
  name: string;
  access: 'read' | 'write';
  fileSystem: FileSystem;
  /** The real path of a name that SQLite asks for; undefined: not one of this mount's files. */
  pathOf(name: string): string | undefined;
  /** Notes what the disk answered. */
  noteFault(fault: Fault): void;
  /** The last fault since it was last asked for. */
  takeFault(): Fault | undefined;
  /** Whether this process may still change the file: another one may have taken over while it slept. */
  mayWrite(): boolean;
  /** The file that was last opened at a path. */
  identities: Map<string, string>;
  /** Files that are open. */
  open: Set<MountedFile>;
  /** Set while the database is being closed: what only a removed log still holds may go into the database then. */
  isClosing: boolean;
}

/** A file that was opened by way of a mount. */
export interface MountedFile {
  mount: Mount;
  path: string;
  file: OpenFile;
  /** Its name is not yet safe from a power loss. */
  isNameUnsynced: boolean;
}

/** The journals that SQLite may keep: in WAL mode, and while it changes to it. */
const suffixes = ['', '-wal', '-journal'];

/** @param id tells mounts apart @param file path of the database, its links resolved */
export function createMount(
  id: number,
  file: string,
  options: Pick<Mount, 'access' | 'fileSystem' | 'mayWrite'>,
): Mount {
  // The real name never reaches SQLite: nothing in it can point elsewhere.
  const name = `${mountPrefix}${id}/database`;
  const paths = new Map(suffixes.map((suffix) => [name + suffix, path.resolve(file) + suffix]));
  let last: Fault | undefined;
  return {
    ...options,
    name,
    pathOf: (asked) => paths.get(asked),
    noteFault: (fault) => {
      last = fault;
    },
    takeFault: () => {
      const fault = last;
      last = undefined;
      return fault;
    },
    identities: new Map(),
    open: new Set(),
    isClosing: false,
  };
}

/** Names below it are ours, all others belong to sql.js' own file system in memory. */
export const mountPrefix = '/paceflow-files/';
