import fs from 'node:fs';

/**
 * What the database asks of a disk. All calls are synchronous and throw Node's errors, whose `code` says what is wrong.
 */
export interface FileSystem {
  /** `create` makes the file where it is not there. A symbolic link in the last place is refused. */
  open(path: string, how: 'read' | 'write' | 'create'): OpenFile;
  /** undefined: there is no such file. */
  status(path: string): FileStatus | undefined;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  /** Names in a folder. */
  list(folder: string): string[];
  /** Makes what happened to names in the folder survive a power loss. */
  syncFolder(folder: string): void;
}

export interface OpenFile {
  /** Fills `target` from `position` on; how many bytes it got: fewer than asked for is allowed, 0 is the end. */
  read(target: Uint8Array, position: number): number;
  /** How many bytes were taken: fewer than given is allowed. */
  write(source: Uint8Array, position: number): number;
  /** Makes what was written survive a power loss. */
  sync(): void;
  truncate(size: number): void;
  status(): FileStatus;
  close(): void;
}

export interface FileStatus {
  /** Not a folder, a pipe, a device. */
  isFile: boolean;
  size: number;
  /** Names the file itself, whatever its path. */
  identity: string;
}

const { O_RDONLY, O_RDWR, O_CREAT } = fs.constants;
/** Windows has no such flag, and needs special rights for links. */
const O_NOFOLLOW: number = fs.constants.O_NOFOLLOW ?? 0;
const flags = { read: O_RDONLY | O_NOFOLLOW, write: O_RDWR | O_NOFOLLOW, create: O_RDWR | O_CREAT | O_NOFOLLOW };

/** The disk. Files that it makes are for their owner only. */
export const nodeFileSystem: FileSystem = {
  open: (path, how) => openFile(fs.openSync(path, flags[how], 0o600)),
  status: (path) => {
    const found = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
    return found && statusOf(found);
  },
  unlink: (path) => fs.unlinkSync(path),
  rename: (from, to) => fs.renameSync(from, to),
  list: (folder) => fs.readdirSync(folder),
  syncFolder: (folder) => {
    if (process.platform === 'win32') {
      // Folders can't be opened there; renames are journaled.
      return;
    }
    const handle = fs.openSync(folder, O_RDONLY);
    try {
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  },
};

function openFile(handle: number): OpenFile {
  return {
    read: (target, position) => fs.readSync(handle, target, 0, target.length, position),
    write: (source, position) => fs.writeSync(handle, source, 0, source.length, position),
    // Not fsync: a file's times need not survive, and its size does.
    sync: () => fs.fdatasyncSync(handle),
    truncate: (size) => fs.ftruncateSync(handle, size),
    status: () => statusOf(fs.fstatSync(handle, { bigint: true })),
    close: () => fs.closeSync(handle),
  };
}

const statusOf = (found: fs.BigIntStats): FileStatus => ({
  isFile: found.isFile(),
  size: Number(found.size),
  identity: `${found.dev}:${found.ino}`,
});
