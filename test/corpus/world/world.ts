import { join } from 'node:path';
import { createRandom, type Random } from '../../support/random';
import type { Session } from '../agents/session';
import type { Checkout } from './checkout';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface Person {
  name: string;
  email: string;
}

export const ada: Person = { name: 'Ada', email: 'ada@example.org' };
export const bob: Person = { name: 'Bob', email: 'bob@example.org' };

/** Everything that one case happens in: a clock, a source of chance, and what was made so far. */
export interface World {
  readonly name: string;
  /** Where repositories are made. */
  readonly folder: string;
  /** The home whose logs are read. */
  readonly home: string;
  /** Of another machine of the same person: its logs are not read. */
  readonly otherHome: string;
  /** Where a repository lies that logs name by another folder: the one to which it is moved when all is done. */
  readonly onDisk: (folder: string) => string;
  readonly random: Random;
  /** Milliseconds UTC. */
  now: number;
  readonly checkouts: Checkout[];
  readonly sessions: Session[];
}

/** The instant at which every world begins. */
export const beginning = Date.parse('2026-01-05T09:00:00Z');

/** `folder`: of the whole corpus; the case gets a folder of its own for its repositories. */
export function createWorld(name: string, folder: string, seed: number): World {
  const folderName = name.replace(/[^\w]+/g, '-');
  return {
    name,
    folder: join(folder, 'repositories', folderName),
    home: join(folder, 'home'),
    otherHome: join(folder, 'other-home'),
    onDisk: (folder) => folder,
    random: createRandom(seedOf(`${seed}/${name}`)),
    now: beginning,
    checkouts: [],
    sessions: [],
  };
}

export function wait(world: World, milliseconds: number): void {
  world.now += milliseconds;
}

/** FNV-1a, 32 bits: a case's chance does not depend on which other cases are made. */
function seedOf(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
