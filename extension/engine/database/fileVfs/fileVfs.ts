import { dirname } from 'node:path';
import type { SqlJs } from '../sqlJs';
import { createFileMethods, FileVanished } from './fileMethods';
import type { OpenFile } from './fileSystem';
import { createHeap, type Heap } from './heap';
import { createMount, type Fault, type Mount, type MountedFile, mountPrefix } from './mount';
import { accessFlag, codeOf, openFlag, openResultOf, result, resultOf } from './sqliteCodes';

/** Stock sql.js with its databases in real files. */
export interface FileVfs {
  /** Gives SQLite access to one database's files, and to nothing else. */
  mount(file: string, options: Pick<Mount, 'access' | 'fileSystem' | 'mayWrite'>): Mount;
  unmount(mount: Mount): void;
  /** Opens a mounted database. Throws sql.js' errors; `takeFault` of the mount says more. */
  open(mount: Mount): InstanceType<SqlJs['Database']>;
}

/** Offsets in SQLite's `sqlite3_vfs` (sqlite.org/c3ref/vfs.html) where pointers have 32 bits. */
const field = { version: 0, fileBytes: 4, longestName: 8, name: 16, open: 24, delete: 28, access: 32, fullName: 36 };

type CFunction = (...args: number[]) => number;

const installed = new WeakMap<SqlJs, FileVfs>();

/**
 * Teaches the only file system that a build of sql.js has, one in memory, to hand names below our prefix to us. It
 * rests on the build: throws where its structures do not look as expected.
 */
export function installFileVfs(sqlJs: SqlJs): FileVfs {
  const known = installed.get(sqlJs);
  if (known) {
    return known;
  }
  const heap = createHeap(sqlJs.memory);
  const vfs = findVfs(sqlJs, heap);
  const mounts = new Map<string, Mount>();
  const files = createFileTable(heap);
  const methods = createFileMethods(sqlJs, heap, files);
  const original = (at: number) => sqlJs.functions.get(heap.number(vfs + at)) as CFunction;
  const [open, remove, access, fullName] = [field.open, field.delete, field.access, field.fullName].map(original);
  /** sql.js names the files of its databases itself: this one is meant instead while a database is being opened. */
  let opening: string | undefined;
  let lastId = 0;

  /**
   * The mount and the path that a name stands for; a name below our prefix that is no mount's file stands for nothing.
   */
  const find = (name: number): { mount: Mount; path: string } | 'foreign' | 'none' => {
    const text = name === 0 ? '' : heap.text(name);
    if (!text.startsWith(mountPrefix)) {
      return 'foreign';
    }
    const mount = mounts.get(text.slice(0, text.indexOf('/', mountPrefix.length)));
    const path = mount?.pathOf(text);
    return mount && path !== undefined ? { mount, path } : 'none';
  };
  const attempt = (
    found: { mount: Mount; path: string },
    call: Fault['call'],
    toResult: (error: unknown) => number,
    work: () => number,
  ): number => {
    try {
      return work();
    } catch (error) {
      const answer = toResult(error);
      if (answer !== result.deleteMissing) {
        found.mount.noteFault({ call, path: found.path, error });
      }
      return answer;
    }
  };

  const openOurs = (self: number, name: number, file: number, flags: number, answer: number): number => {
    const found = find(name);
    if (found === 'foreign') {
      return open?.(self, name, file, flags, answer) ?? result.cantOpen;
    }
    // SQLite closes what has methods, even when opening failed.
    heap.setNumber(file, 0);
    if (found === 'none') {
      return result.cantOpen;
    }
    return attempt(found, 'open', openResultOf, () => {
      files.add(file, methods, openMounted(found, flags));
      if (answer !== 0) {
        heap.setNumber(answer, found.mount.access === 'read' ? (flags & ~0x6) | openFlag.readOnly : flags);
      }
      return result.ok;
    });
  };
  const deleteOurs = (self: number, name: number, mustSync: number): number => {
    const found = find(name);
    if (found === 'foreign') {
      return remove?.(self, name, mustSync) ?? result.delete;
    }
    if (found === 'none') {
      return result.delete;
    }
    const toResult = (error: unknown) =>
      codeOf(error) === 'ENOENT' ? result.deleteMissing : resultOf(error, result.delete);
    return attempt(found, 'unlink', toResult, () => {
      deleteMounted(found, mustSync !== 0);
      return result.ok;
    });
  };
  const accessOurs = (self: number, name: number, asked: number, answer: number): number => {
    const found = find(name);
    if (found === 'foreign') {
      return access?.(self, name, asked, answer) ?? result.access;
    }
    if (found === 'none') {
      heap.setNumber(answer, 0);
      return result.ok;
    }
    return attempt(
      found,
      'status',
      (error) => resultOf(error, result.access),
      () => {
        const size = found.mount.fileSystem.status(found.path)?.size;
        // An empty journal is none, as in SQLite's own file systems.
        const isThere = size !== undefined && (size > 0 || asked !== accessFlag.exists);
        heap.setNumber(answer, isThere && (asked !== accessFlag.readWrite || found.mount.access === 'write') ? 1 : 0);
        return result.ok;
      },
    );
  };
  const fullNameOurs = (self: number, name: number, length: number, target: number): number => {
    const full = opening ?? heap.text(name);
    if (!full.startsWith(mountPrefix)) {
      return fullName?.(self, name, length, target) ?? result.cantOpen;
    }
    if (full.length >= length) {
      return result.cantOpen;
    }
    heap.setText(target, full);
    return result.ok;
  };
  const replace = (at: number, work: (...args: number[]) => number, signature: string) =>
    heap.setNumber(vfs + at, sqlJs.addFunction(work, signature));
  replace(field.open, openOurs, 'iiiiii');
  replace(field.delete, deleteOurs, 'iiii');
  replace(field.access, accessOurs, 'iiiii');
  replace(field.fullName, fullNameOurs, 'iiiii');

  const fileVfs: FileVfs = {
    mount: (file, options) => {
      const mount = createMount(++lastId, file, options);
      mounts.set(mountPrefix + lastId, mount);
      return mount;
    },
    unmount: (mount) => {
      mounts.delete(mount.name.slice(0, mount.name.lastIndexOf('/')));
    },
    open: (mount) => {
      opening = mount.name;
      try {
        // With bytes, even none, sql.js makes a file in memory, which it wants to remove when the database is closed.
        return new sqlJs.Database(new Uint8Array(0));
      } finally {
        opening = undefined;
      }
    },
  };
  installed.set(sqlJs, fileVfs);
  return fileVfs;
}

/** A database begins with the pointer to its file system. */
function findVfs(sqlJs: SqlJs, heap: Heap): number {
  const probe = new sqlJs.Database();
  try {
    const pointer = 'db' in probe ? Number(probe.db) : 0;
    const vfs = heap.number(pointer);
    const version = heap.number(vfs + field.version);
    const isAsExpected =
      pointer > 0 &&
      (version === 1 || version === 2 || version === 3) &&
      heap.number(vfs + field.fileBytes) >= 8 &&
      heap.number(vfs + field.longestName) >= 64 &&
      heap.text(heap.number(vfs + field.name)) === 'unix';
    if (!isAsExpected) {
      throw new Error('this build of sql.js keeps its file system elsewhere');
    }
    return vfs;
  } finally {
    probe.close();
  }
}

/** The files that are open. SQLite's own structure of one holds the pointer to its methods, then our number for it. */
function createFileTable(heap: Heap) {
  const open = new Map<number, MountedFile>();
  let lastId = 0;
  return {
    add: (pointer: number, methods: number, file: MountedFile) => {
      open.set(++lastId, file);
      file.mount.open.add(file);
      heap.setNumber(pointer + 4, lastId);
      heap.setNumber(pointer, methods);
    },
    get: (pointer: number) => open.get(heap.number(pointer + 4)),
    remove: (pointer: number) => {
      const id = heap.number(pointer + 4);
      const file = open.get(id);
      open.delete(id);
      if (file) {
        file.mount.open.delete(file);
      }
    },
  };
}

function openMounted({ mount, path }: { mount: Mount; path: string }, flags: number): MountedFile {
  const { fileSystem } = mount;
  if (mount.access === 'read') {
    return { mount, path, file: openToRead(mount, path), isNameUnsynced: false };
  }
  const mayCreate = (flags & openFlag.create) !== 0;
  const isNew = mayCreate && fileSystem.status(path) === undefined;
  const file = fileSystem.open(path, mayCreate ? 'create' : 'write');
  mount.identities.set(path, file.status().identity);
  return { mount, path, file, isNameUnsynced: isNew };
}

/** SQLite wants a log beside a database that has one: where none can be made, an empty one says the same. */
function openToRead({ fileSystem, name, pathOf }: Mount, path: string): OpenFile {
  if (path !== pathOf(name) && fileSystem.status(path) === undefined) {
    return emptyFile;
  }
  return fileSystem.open(path, 'read');
}

const refuse = () => {
  throw Object.assign(new Error('EROFS: the database is opened to be read'), { code: 'EROFS' });
};
const emptyFile: OpenFile = {
  read: () => 0,
  write: refuse,
  truncate: refuse,
  sync: () => undefined,
  status: () => ({ isFile: true, size: 0, identity: '' }),
  close: () => undefined,
};

function deleteMounted({ mount, path }: { mount: Mount; path: string }, mustSync: boolean): void {
  const { fileSystem, identities } = mount;
  if (mount.access === 'read' || !mount.mayWrite()) {
    refuse();
  }
  const found = fileSystem.status(path);
  const opened = identities.get(path);
  if (found && opened !== undefined && found.identity !== opened) {
    // Somebody else's by now.
    throw new FileVanished(path);
  }
  fileSystem.unlink(path);
  if (mustSync) {
    fileSystem.syncFolder(dirname(path));
  }
}
