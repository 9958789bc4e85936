/** Lets one piece of work run at a time, in the order in which they asked. */
export interface Turns {
  /** Runs `work` when it is its turn. Rejects with the signal's reason when aborted while waiting. */
  take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (signal, work) => {
      const before = last;
      const mine = waitFor(before, signal).then(work);
      last = Promise.allSettled([before, mine]);
      return mine;
    },
  };
}

function waitFor(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    void work.finally(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
  });
}
