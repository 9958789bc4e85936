import path from 'node:path';
import type { SqlJs } from '../sqlJs';
import type { Heap } from './heap';
import type { Fault, MountedFile } from './mount';
import { result, resultOf } from './sqliteCodes';

/** Another file, or none, lies where the open one was. */
export class FileVanished extends Error {
  override readonly name = 'FileVanished';
  constructor(readonly path: string) {
    super(`${path} was removed or replaced while it was open`);
  }
}

/** The right to write went to another process while this one slept. */
export class WriterEvicted extends Error {
  override readonly name = 'WriterEvicted';
  constructor() {
    super('another process took over');
  }
}

/** A disk takes a whole sector or leaves it; larger than most, so that SQLite keeps more apart than it must. */
const sectorBytes = 4096;

/**
 * Makes SQLite's methods of an open file (sqlite.org/c3ref/io_methods.html, version 1) and returns the pointer to them.
 * `fileOf` finds the file by the pointer that SQLite hands over. Locks always succeed: a database has one process.
 */
export function createFileMethods(
  sqlJs: SqlJs,
  heap: Heap,
  files: { get(pointer: number): MountedFile | undefined; remove(pointer: number): void },
): number {
  /** An exception must not unwind through C code: it becomes a number, and is kept for people. */
  const attempt = (pointer: number, call: Fault['call'], otherwise: number, work: (file: MountedFile) => number) => {
    const mounted = files.get(pointer);
    if (!mounted) {
      return result.ioError;
    }
    try {
      return work(mounted);
    } catch (error) {
      mounted.mount.noteFault({ call, path: mounted.path, error });
      return resultOf(error, otherwise);
    }
  };

  const close = (pointer: number) =>
    attempt(pointer, 'close', result.close, ({ file }) => {
      files.remove(pointer);
      file.close();
      return result.ok;
    });
  const read = (pointer: number, target: number, length: number, offset: bigint) =>
    attempt(pointer, 'read', result.read, ({ file }) => {
      const bytes = heap.bytes(target, length);
      const position = positionOf(offset);
      let done = 0;
      while (done < length) {
        const got = file.read(done === 0 ? bytes : bytes.subarray(done), position + done);
        if (got <= 0) {
          bytes.fill(0, done);
          return result.shortRead;
        }
        done += got;
      }
      return result.ok;
    });
  const write = (pointer: number, source: number, length: number, offset: bigint) =>
    attempt(pointer, 'write', result.write, (mounted) => {
      requireRight(mounted);
      const bytes = heap.bytes(source, length);
      const position = positionOf(offset);
      let done = 0;
      while (done < length) {
        const taken = mounted.file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
        if (taken <= 0) {
          return result.full;
        }
        done += taken;
      }
      return result.ok;
    });
  const truncate = (pointer: number, size: bigint) =>
    attempt(pointer, 'truncate', result.truncate, (mounted) => {
      requireRight(mounted);
      mounted.file.truncate(positionOf(size));
      return result.ok;
    });
  const sync = (pointer: number) =>
    attempt(pointer, 'sync', result.sync, (mounted) => {
      requireInPlace(mounted);
      mounted.file.sync();
      if (mounted.isNameUnsynced) {
        mounted.mount.fileSystem.syncFolder(path.dirname(mounted.path));
        mounted.isNameUnsynced = false;
      }
      return result.ok;
    });
  const size = (pointer: number, target: number) =>
    attempt(pointer, 'status', result.status, ({ file }) => {
      heap.setLongNumber(target, BigInt(file.status().size));
      return result.ok;
    });
  const succeed = () => result.ok;
  const noReservedLock = (_: number, target: number) => {
    heap.setNumber(target, 0);
    return result.ok;
  };
  const noControl = () => result.notFound;
  const sectorSize = () => sectorBytes;
  // Nothing is promised of the disk, not even that a write leaves its neighbours alone when the power fails.
  const characteristics = () => 0;

  const methods: [(...args: never[]) => number, string][] = [
    ...([
      [close, 'ii'],
      [read, 'iiiij'],
      [write, 'iiiij'],
      [truncate, 'iij'],
      [sync, 'iii'],
      [size, 'iii'],
    ] satisfies [(...args: never[]) => number, string][]),
    ...([
      [succeed, 'iii'],
      [succeed, 'iii'],
      [noReservedLock, 'iii'],
      [noControl, 'iiii'],
      [sectorSize, 'ii'],
      [characteristics, 'ii'],
    ] satisfies [(...args: never[]) => number, string][]),
  ];
  const table = sqlJs.allocate(4 + 4 * methods.length);
  heap.setNumber(table, 1);
  for (const [index, [method, signature]] of methods.entries()) {
    heap.setNumber(table + 4 + 4 * index, sqlJs.addFunction(method, signature));
  }
  return table;
}

/** Node takes a bigint as a position for reading only, and silently writes elsewhere when given one. */
function positionOf(offset: bigint): number {
  if (offset < 0n || offset > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`no place in a file: ${offset}`);
  }
  return Number(offset);
}

function requireRight({ mount }: MountedFile): void {
  if (!mount.mayWrite()) {
    throw new WriterEvicted();
  }
}

/**
 * What is written into a file that no path leads to any more is lost, and a log is worth nothing without its database:
 * nobody may be told that it is safe. Only at the end, when the log goes into the database, the database alone matters.
 */
function requireInPlace({ mount }: MountedFile): void {
  for (const { path: place, file } of mount.open) {
    const isNeeded = !mount.isClosing || place === mount.pathOf(mount.name);
    if (isNeeded && mount.fileSystem.status(place)?.identity !== file.status().identity) {
      throw new FileVanished(place);
    }
  }
}
