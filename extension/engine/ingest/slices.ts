import type { Database } from '../database/database';

/** Whoever asks meanwhile waits about this long. */
const sliceMs = 15;

/**
 * Does long work in transactions of some milliseconds each; between two of them questions are answered. `work` yields
 * wherever the database may be committed; what it returns is returned. An error takes back the last slice only: the
 * pass's mark of being unfinished has to stand before.
 */
export async function inSlices<Result>(database: Database, work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const step = database.transaction(() => {
      const end = performance.now() + sliceMs;
      let next = work.next();
      while (!next.done && performance.now() < end) {
        next = work.next();
      }
      return next;
    });
    if (step.done) {
      return step.value;
    }
    await answerOthers();
  }
}

/** The same work at once, for those who wait for all of it anyway. To be called in a transaction. */
export function atOnce<Result>(work: Generator<void, Result>): Result {
  let next = work.next();
  while (!next.done) {
    next = work.next();
  }
  return next.value;
}

/** Lets what waits on this thread run. */
export const answerOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
