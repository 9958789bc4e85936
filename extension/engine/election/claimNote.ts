import { constants } from 'node:fs';
import { copyFile, link, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isElsewhere, type Note, readNote } from '../../rendezvous/note';
import type { Place } from '../../rendezvous/place';
import { HumanError } from '../humanError';

/** The database's note, which names us. */
export interface ClaimedNote {
  /** Says to other hosts that we live. False: the note names somebody else by now, or is gone. */
  touch(): Promise<boolean>;
  release(): Promise<void>;
}

/** Another host has the database open: two kernels can't lock it against each other. */
export class DatabaseElsewhere extends HumanError {
  constructor(file: string, note: Note) {
    super(
      `The database ${file} is in use on ${note.host} (process ${note.pid}).`,
      'Close VS Code and paceflow there, or name another database. After a crash there, wait a minute.',
    );
  }
}

/** Tries against other hosts that claim it at the same time. */
const mostTries = 20;

/**
 * Writes the note beside the database. To be called with the kernel's lock held: then a note of this
 * host is that of a dead process. Throws DatabaseElsewhere where another host has it, or HumanError.
 */
export async function claimNote(place: Place, note: Note): Promise<ClaimedNote> {
  const ofThisHost = `${place.note}.${os.hostname()}-`;
  const fresh = `${ofThisHost}${process.pid}`;
  try {
    await removeAll(ofThisHost);
    await writeFile(fresh, JSON.stringify(note), { mode: 0o600 });
    for (let tries = 0; !(await putInPlace(place, fresh, note)); tries++) {
      if (tries === mostTries) {
        throw new HumanError(`Others claim the database ${place.database} at the same time.`, 'Try again.');
      }
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new HumanError(`The file ${place.note} can't be written: ${error.message}.`, 'Check its permissions.', {
        cause: error,
      });
    }
    throw error;
  } finally {
    await rm(fresh, { force: true }).catch(() => undefined);
  }
  const isOurs = async () => (await readNote(place.note))?.note.token === note.token;
  return {
    touch: async () => {
      await touch(place.note).catch(() => undefined);
      return isOurs();
    },
    release: async () => {
      if (await isOurs()) {
        await rm(place.note, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** What a process that was killed amid its claim left. */
async function removeAll(start: string): Promise<void> {
  const folder = path.dirname(start);
  const names = (await readdir(folder)).filter((name) => name.startsWith(path.basename(start)));
  await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
}

/** Writes what is there already: the time is then that of the disk's clock, which all hosts see. */
async function touch(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.write('{', 0);
  } finally {
    await handle.close();
  }
}

/** Puts the fresh note where it belongs, unless somebody else was quicker. */
async function putInPlace(place: Place, fresh: string, note: Note): Promise<boolean> {
  const found = await readNote(place.note);
  // The disk's own clock: that of another host may go wrong, and so may ours.
  if (found && isElsewhere(found, (await stat(fresh)).mtimeMs)) {
    throw new DatabaseElsewhere(place.database, found.note);
  }
  if (!found || found.note.host === note.host) {
    return found ? rename(fresh, place.note).then(() => true) : create(fresh, place.note);
  }
  // Of a dead one on another host. Two hosts may find that at once: only one of them moves the note that it read.
  const moved = `${fresh}.old`;
  await rename(place.note, moved).catch(() => undefined);
  const taken = await readNote(moved);
  if (taken && taken.note.token !== found.note.token) {
    await create(moved, place.note);
  }
  await rm(moved, { force: true });
  return false;
}

/** Gives a file a second name, unless that name is taken. A note that is no note is in nobody's use. */
async function create(file: string, name: string): Promise<boolean> {
  try {
    // Not every file system has links.
    await link(file, name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') {
        throw error;
      }
      return copyFile(file, name, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw error;
    }
    if (!(await readNote(name))) {
      await rm(name, { force: true });
    }
    return false;
  }
}
