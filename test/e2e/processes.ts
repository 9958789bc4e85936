import { readdirSync, readFileSync } from 'node:fs';

/**
 * Every process of a run carries this variable with the run's own value. It finds those that left the process group
 * on purpose: the engine outlives its window by a minute, in a session of its own.
 */
export const runMarker = 'PACEFLOW_TEST_RUN';

/** Signals a process group. A group that is gone already is fine. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // ESRCH: nobody is left.
  }
}

/** The ids of the processes of a run, this one excepted; Linux only, as the host is. */
function processesOf(run: string): number[] {
  const wanted = `${runMarker}=${run}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(wanted);
      } catch {
        return false; // ended while we looked, or another user's
      }
    })
    .map(Number);
}

/** Ends what is left of a run, at once. */
export function killRun(run: string): void {
  for (const id of processesOf(run)) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // ended by itself meanwhile
    }
  }
}

/** Asks what is left of a run to end, waits, and makes the rest end. */
export async function endRun(run: string, graceMs = 3_000): Promise<void> {
  const deadline = Date.now() + graceMs;
  for (const id of processesOf(run)) {
    try {
      process.kill(id, 'SIGTERM');
    } catch {
      // ended by itself meanwhile
    }
  }
  while (processesOf(run).length > 0 && Date.now() < deadline) await pause(50);
  killRun(run);
}

/** @returns a promise that holds for so many milliseconds */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The promise's value, or an error that says what did not come in time. Leaves no timer behind. */
export async function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
