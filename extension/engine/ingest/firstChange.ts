import type { Database } from '../database/database';

/**
 * The same database, but `mark` runs in the transaction in which something is changed for the first time: whatever a
 * crash leaves of a pass, it leaves the mark. A pass that changes nothing writes nothing.
 */
export function markFirstChange(database: Database, mark: () => void): Database {
  const before = database.changes();
  let isMarked = false;
  let isInside = false;

  const watched = <Result>(work: () => Result): Result => {
    isInside = true;
    try {
      const { result, isChanged } = database.transaction(() => {
        const done = work();
        const changed = database.changes() !== before;
        if (changed) {
          mark();
        }
        return { result: done, isChanged: changed };
      });
      isMarked = isChanged;
      return result;
    } finally {
      isInside = false;
    }
  };
  const isWatched = () => !isMarked && !isInside;
  return {
    ...database,
    exec: (sql) => (isWatched() ? watched(() => database.exec(sql)) : database.exec(sql)),
    run: (sql, params) => (isWatched() ? watched(() => database.run(sql, params)) : database.run(sql, params)),
    transaction: (work) => (isWatched() ? watched(work) : database.transaction(work)),
  };
}
