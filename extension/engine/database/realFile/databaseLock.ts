import { HumanError } from '../../humanError';
import { lockDatabase } from '../databaseFile';
import { type Lock, livingHolder } from '../lock';

/** Another process has the database. */
export class DatabaseInUse extends HumanError {
  constructor(file: string, pid: number) {
    super(
      `The database ${file} is in use by another Paceflow (process ${pid}).`,
      'Close the other one, or name another database.',
    );
  }
}

/** A lock that is held as long as the database is open, and asked before each write. */
export interface DatabaseLock {
  /**
   * Whether another process may have taken over is looked up once a second: often enough for one that wakes from sleep.
   */
  mayWrite(): boolean;
  release(): Promise<void>;
}

const lookEveryMs = 1_000;

/**
 * Takes the lock of a database; a holder is waited for `patienceMs`. Throws DatabaseInUse, another HumanError where a
 * lock can't be made, or the signal's reason.
 */
export async function takeDatabaseLock(file: string, patienceMs: number, signal: AbortSignal): Promise<DatabaseLock> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onWait = (pid: number) => {
    timer = setTimeout(() => patience.abort(new DatabaseInUse(file, pid)), patienceMs);
  };
  try {
    return watched(await lockDatabase(file, AbortSignal.any([signal, patience.signal]), onWait));
  } finally {
    clearTimeout(timer);
  }
}

/** Where no lock can be made: nobody else may have one either. */
export async function requireNoHolder(file: string): Promise<void> {
  const holder = await livingHolder(`${file}.lock`);
  if (holder !== undefined) {
    throw new DatabaseInUse(file, holder);
  }
}

function watched(lock: Lock): DatabaseLock {
  let isHeld = true;
  let lookedAt = Date.now();
  return {
    mayWrite: () => {
      const now = Date.now();
      if (Math.abs(now - lookedAt) >= lookEveryMs) {
        isHeld &&= lock.isHeld();
        lookedAt = now;
      }
      return isHeld;
    },
    release: () => lock.release(),
  };
}
