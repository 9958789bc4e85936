import type { Database } from '../database';

/** A database whose transactions are committed together, since each commit waits for the disk. */
export interface GroupedDatabase extends Database {
  /** Commits what was gathered. */
  commit(): void;
  /** Forgets what was gathered. */
  rollBack(): void;
}

/**
 * Gathers transactions, and statements outside of any, for up to `everyMs` before they are committed as one. Each is
 * whole or not there, as before; a crash costs those of the last moment. Whoever reads the same database sees them at
 * once. Where gathered work is lost, by a disk that is full or broken, nothing more is written: it would rest on what
 * is gone.
 */
export function groupCommits(database: Database, everyMs: number): GroupedDatabase {
  let timer: NodeJS.Timeout | undefined;
  let openedAt = 0;
  let isInside = false;
  let loss: { error: unknown } | undefined;

  const lose = (error: unknown): void => {
    clearTimeout(timer);
    timer = undefined;
    loss ??= { error };
  };
  const refuseAfterLoss = (): void => {
    if (loss) {
      throw loss.error;
    }
  };
  const commit = (): void => {
    refuseAfterLoss();
    if (timer === undefined) {
      return;
    }
    try {
      database.exec('commit');
      clearTimeout(timer);
      timer = undefined;
    } catch (error) {
      succeeds(() => database.exec('rollback'));
      lose(error);
      throw error;
    }
  };
  const open = (): void => {
    database.exec('begin immediate');
    openedAt = performance.now();
    // Who waits for git or a disk writes nothing that would tell the time.
    timer = setTimeout(() => succeeds(commit), everyMs);
    timer.unref();
  };
  const write = <Result>(work: () => Result): Result => {
    if (isInside) {
      return work();
    }
    refuseAfterLoss();
    if (timer === undefined) {
      open();
    } else if (isTakenBack()) {
      lose(new Error('SQLite took back what was not committed, for another question that failed'));
      refuseAfterLoss();
    }
    const result = attempt(work);
    if (performance.now() - openedAt >= everyMs) {
      commit();
    }
    return result;
  };
  const attempt = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      if (isTakenBack()) {
        lose(error);
      }
      throw error;
    }
  };
  /** When memory or disk run out SQLite takes back all that was not committed; only then can a transaction begin. */
  const isTakenBack = (): boolean => {
    const begins = succeeds(() => database.exec('begin'));
    if (begins) {
      database.exec('rollback');
    }
    return begins;
  };

  return {
    ...database,
    commit,
    rollBack: () => {
      if (timer !== undefined) {
        clearTimeout(timer);
        timer = undefined;
        succeeds(() => database.exec('rollback'));
      }
    },
    exec: (sql) => write(() => database.exec(sql)),
    run: (sql, params) => write(() => database.run(sql, params)),
    transaction: (work) =>
      write(() => {
        isInside = true;
        try {
          database.exec('savepoint gathered');
          const result = work();
          database.exec('release gathered');
          return result;
        } catch (error) {
          succeeds(() => database.exec('rollback to gathered; release gathered'));
          throw error;
        } finally {
          isInside = false;
        }
      }),
  };
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
