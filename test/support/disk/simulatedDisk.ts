import { dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../../../extension/engine/database/fileVfs/fileSystem';
import type { Random } from '../random';

/** What of the unsynced survives a power loss. */
export const lossStyles = ['nothing', 'a beginning', 'some', 'some in any order', 'some, torn'] as const;
export type LossStyle = (typeof lossStyles)[number];

/** A disk in memory that knows what is safe from a power loss and what is not yet. */
export interface SimulatedDisk extends FileSystem {
  /** The same disk after the power was cut. */
  afterPowerLoss(style: LossStyle, random: Random): SimulatedDisk;
  /** The same disk after the process was killed: nothing that was written is lost. */
  copy(): SimulatedDisk;
  /** Called before each call that changes something. */
  onChange: () => void;
  /** The bytes of a file, to be looked at or damaged. */
  bytes(path: string): Buffer;
  setBytes(path: string, bytes: Uint8Array): void;
}

/** A disk writes whole sectors of this size; a torn one may hold anything. */
const sectorBytes = 4096;

type Change = { at: number; bytes: Buffer } | { size: number };

interface Content {
  identity: string;
  now: Buffer;
  synced: Buffer;
  /** What happened since it was synced, cut into sectors. */
  unsynced: Change[];
}

type Naming = { type: 'link'; path: string; content: Content } | { type: 'unlink'; path: string };

let lastIdentity = 0;

export function simulateDisk(): SimulatedDisk {
  return diskOf(new Map());
}

function diskOf(start: ReadonlyMap<string, Content>): SimulatedDisk {
  let names = new Map(start);
  let syncedNames = new Map(start);
  /** Changes of names in the order in which they came; a rename is one step of two. */
  let unsyncedNames: Naming[][] = [];
  const changed = () => disk.onChange();
  const name = (...steps: Naming[]) => {
    unsyncedNames.push(steps);
    names = applyNames(names, steps);
  };
  const find = (path: string): Content => names.get(path) ?? fail('ENOENT', path);

  const disk: SimulatedDisk = {
    onChange: () => undefined,
    open: (path, how) => {
      let content = names.get(path);
      if (!content) {
        if (how !== 'create') return fail('ENOENT', path);
        changed();
        content = createContent(Buffer.alloc(0));
        name({ type: 'link', path, content });
      }
      return openContent(content, changed);
    },
    status: (path) => {
      const content = names.get(path);
      return content && { isFile: true, size: content.now.length, identity: content.identity };
    },
    unlink: (path) => {
      find(path);
      changed();
      name({ type: 'unlink', path });
    },
    rename: (from, to) => {
      const content = find(from);
      changed();
      name({ type: 'link', path: to, content }, { type: 'unlink', path: from });
    },
    list: (folder) =>
      [...names.keys()].filter((path) => dirname(path) === folder).map((path) => path.slice(folder.length + 1)),
    syncFolder: () => {
      changed();
      syncedNames = new Map(names);
      unsyncedNames = [];
    },
    afterPowerLoss: (style, random) => {
      const kept = survivors(unsyncedNames, style === 'some in any order' ? 'some' : style, random).flat();
      const after = applyNames(syncedNames, kept);
      return diskOf(new Map([...after].map(([path, content]) => [path, createContent(lose(content, style, random))])));
    },
    copy: () => diskOf(new Map([...names].map(([path, { now }]) => [path, createContent(Buffer.from(now))]))),
    bytes: (path) => Buffer.from(find(path).now),
    setBytes: (path, bytes) => {
      names.set(path, createContent(Buffer.from(bytes)));
      syncedNames.set(path, createContent(Buffer.from(bytes)));
    },
  };
  return disk;
}

function createContent(bytes: Buffer): Content {
  return { identity: String(++lastIdentity), now: bytes, synced: bytes, unsynced: [] };
}

function openContent(content: Content, changed: () => void): OpenFile {
  const change = (one: Change) => {
    applyChange(content, one);
    content.unsynced.push(one);
  };
  return {
    read: (target, position) => {
      const part = content.now.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    write: (source, position) => {
      changed();
      for (let done = 0; done < source.length; ) {
        const at = position + done;
        const length = Math.min(source.length - done, sectorBytes - (at % sectorBytes));
        change({ at, bytes: Buffer.from(source.subarray(done, done + length)) });
        done += length;
      }
      return source.length;
    },
    sync: () => {
      changed();
      content.synced = Buffer.from(content.now);
      content.unsynced = [];
    },
    truncate: (size) => {
      changed();
      change({ size });
    },
    status: () => ({ isFile: true, size: content.now.length, identity: content.identity }),
    close: () => undefined,
  };
}

function applyNames(names: ReadonlyMap<string, Content>, steps: readonly Naming[]): Map<string, Content> {
  const after = new Map(names);
  for (const step of steps) {
    if (step.type === 'link') after.set(step.path, step.content);
    else after.delete(step.path);
  }
  return after;
}

function applyChange(content: Pick<Content, 'now'>, change: Change): void {
  const size = 'size' in change ? change.size : Math.max(content.now.length, change.at + change.bytes.length);
  if (size !== content.now.length) {
    const resized = Buffer.alloc(size);
    content.now.copy(resized);
    content.now = resized;
  }
  if ('bytes' in change) change.bytes.copy(content.now, change.at);
}

function survivors<Item>(items: readonly Item[], style: LossStyle, random: Random): Item[] {
  if (style === 'nothing') return [];
  if (style === 'a beginning') return items.slice(0, random.between(0, items.length));
  const kept = items.filter(() => random.chance(0.5));
  return style === 'some in any order' ? shuffled(kept, random) : kept;
}

const shuffled = <Item>(items: readonly Item[], random: Random): Item[] =>
  items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

function lose({ synced, unsynced }: Content, style: LossStyle, random: Random): Buffer {
  const after = { now: Buffer.from(synced) };
  for (const change of survivors(unsynced, style, random)) applyChange(after, change);
  for (const change of style === 'some, torn' ? unsynced.filter(() => random.chance(0.2)) : []) {
    if ('size' in change) continue;
    // The sector that was being written when the power went holds neither the old nor the new.
    const at = change.at - (change.at % sectorBytes);
    for (let index = at; index < Math.min(at + sectorBytes, after.now.length); index++) {
      after.now[index] = random.between(0, 255);
    }
  }
  return after.now;
}

function fail(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code, syscall: 'open', path });
}
