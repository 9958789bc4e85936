import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { heartbeatMs, type Note } from '../../rendezvous/note';
import type { Place } from '../../rendezvous/place';
import { HumanError } from '../humanError';
import { type ClaimedNote, claimNote, DatabaseElsewhere } from './claimNote';
import { type KernelLock, takeKernelLock } from './kernelLock';

/** The right to open a database, on this host and before all others. */
export interface Hold {
  lock: KernelLock['kind'];
  note: Note;
  release(): Promise<void>;
}

export interface HoldOptions {
  role: Note['role'];
  version: string;
  /** `read`: where no note can be written, as on a read-only disk, none is needed; no folder is made. */
  purpose: 'read' | 'write';
  /** Listens where clients are served, once the lock is had; null: nobody is served. */
  listen(token: string): Promise<string | null>;
  /** Somebody else took over while this process slept, or note or socket were removed: nobody finds us any more. */
  onLost(): void;
}

/**
 * Takes the database, or says at once that another process of this host has it (undefined). First the kernel's lock, then
 * the address, then the note: whoever reads the note can connect.
 */
export async function holdDatabase(place: Place, options: HoldOptions): Promise<Hold | undefined> {
  const lock = await takeKernelLock(place);
  if (!lock) {
    return undefined;
  }
  let claimed: ClaimedNote | undefined;
  let note: Note;
  try {
    const token = randomBytes(16).toString('hex');
    note = {
      host: os.hostname(),
      pid: process.pid,
      role: options.role,
      version: options.version,
      address: await options.listen(token),
      token,
      startedAt: Date.now(),
    };
    claimed = await (options.purpose === 'write' ? claimInFolder(place, note) : claimWherePossible(place, note));
  } catch (error) {
    lock.release();
    throw error;
  }
  let isLost = false;
  const heartbeat = setInterval(() => {
    void Promise.all([claimed?.touch() ?? true, isThere(note.address)]).then(([isOurs, isReachable]) => {
      if (!isLost && !(isOurs && isReachable)) {
        isLost = true;
        clearInterval(heartbeat);
        options.onLost();
      }
    });
  }, heartbeatMs);
  heartbeat.unref();
  return {
    lock: lock.kind,
    note,
    release: async () => {
      clearInterval(heartbeat);
      await claimed?.release();
      lock.release();
    },
  };
}

async function claimInFolder(place: Place, note: Note): Promise<ClaimedNote> {
  const folder = path.dirname(place.note);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new HumanError(
      `The folder ${folder} can't be made: ${error.message}.`,
      'Check its permissions, or name another database.',
      { cause: error },
    );
  });
  return claimNote(place, note);
}

const claimWherePossible = (place: Place, note: Note): Promise<ClaimedNote | undefined> =>
  claimNote(place, note).catch((error: unknown) => {
    if (error instanceof HumanError && !(error instanceof DatabaseElsewhere)) {
      return undefined;
    }
    throw error;
  });

/** A cleaner of temporary folders removes sockets too; a pipe has no file. */
const isThere = (address: string | null): Promise<boolean> =>
  address === null || process.platform === 'win32'
    ? Promise.resolve(true)
    : stat(address).then(
        () => true,
        () => false,
      );
