import type { FileSystem, OpenFile } from '../../../extension/engine/database/fileVfs/fileSystem';

/** What goes wrong at one call, or from one call on. */
export const faults = {
  'an error once': { code: 'EIO', hits: 'any call', lasts: false },
  'errors from then on': { code: 'EIO', hits: 'any call', lasts: true },
  'a full disk': { code: 'ENOSPC', hits: 'writing', lasts: true },
  'a full disk, after a part was written': { code: 'ENOSPC', hits: 'part of a write', lasts: true },
  'a disk that is read-only': { code: 'EROFS', hits: 'writing', lasts: true },
  'no permission': { code: 'EACCES', hits: 'names', lasts: true },
  'short reads and writes': { code: 'none', hits: 'part of a transfer', lasts: true },
} as const;
export type FaultName = keyof typeof faults;

export interface FaultyFileSystem extends FileSystem {
  /** Calls so far. */
  calls(): number;
}

type Kind = 'read' | 'write' | 'names' | 'other';

/** A file system that fails at its n-th call, counted from 1; `before` is told of each call before it is made. */
export function failAt(
  n: number,
  fault: FaultName,
  fileSystem: FileSystem,
  before: (call: number) => void = () => undefined,
): FaultyFileSystem {
  const { code, hits, lasts } = faults[fault];
  let calls = 0;
  const isDue = () => calls === n || (lasts && calls > n);
  const call = <Result>(kind: Kind, work: () => Result): Result => {
    calls += 1;
    before(calls);
    const isHit =
      hits === 'any call' ||
      (hits === 'writing' && (kind === 'write' || kind === 'names')) ||
      (hits === 'names' && kind === 'names');
    if (isHit && isDue()) throw Object.assign(new Error(`${code}: made up`), { code, syscall: kind });
    return work();
  };
  /** How much of a transfer is made. */
  const part = (kind: 'read' | 'write', length: number): number => {
    if (hits === 'part of a transfer' && isDue()) return Math.max(1, length >> 1);
    if (hits !== 'part of a write' || kind !== 'write' || !isDue()) return length;
    // First a part, then nothing any more.
    return calls === n ? length >> 1 : 0;
  };
  const faulty = (file: OpenFile): OpenFile => ({
    read: (target, position) =>
      call('read', () => file.read(target.subarray(0, part('read', target.length)), position)),
    write: (source, position) =>
      call('write', () => {
        const length = part('write', source.length);
        if (length === 0) throw Object.assign(new Error(`${code}: made up`), { code, syscall: 'write' });
        return file.write(source.subarray(0, length), position);
      }),
    sync: () => call('other', () => file.sync()),
    truncate: (size) => call('write', () => file.truncate(size)),
    status: () => call('other', () => file.status()),
    close: () => call('other', () => file.close()),
  });
  return {
    calls: () => calls,
    open: (path, how) => {
      const kind = how === 'read' ? 'read' : 'names';
      return faulty(call(kind, () => fileSystem.open(path, how)));
    },
    status: (path) => call('other', () => fileSystem.status(path)),
    unlink: (path) => call('names', () => fileSystem.unlink(path)),
    rename: (from, to) => call('names', () => fileSystem.rename(from, to)),
    list: (folder) => call('read', () => fileSystem.list(folder)),
    syncFolder: (folder) => call('other', () => fileSystem.syncFolder(folder)),
  };
}
