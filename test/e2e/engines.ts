import { readdirSync, readFileSync } from 'node:fs';
import { pause } from './processes';

/** Engines that belong to a run: their database lies below its folder. */
export const enginesOf = (base: string): number[] =>
  processesWith((command) => command.includes(base) && command.includes('engine.js'));

/**
 * Ends the engine and the extension hosts of a run, also those of windows that were closed: they wait for their window to
 * come back, and would start an engine too. The next window starts its own.
 */
export function endAll(base: string): void {
  const hosts = processesWith(
    (command, environment) => command.includes('extensionHost') && environment.includes(base),
  );
  for (const pid of [...hosts, ...enginesOf(base)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended by itself meanwhile
    }
  }
}

function processesWith(matches: (command: string, environment: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return matches(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), readFileSync(`/proc/${pid}/environ`, 'utf8'));
      } catch {
        return false; // ended while we looked, or another user's
      }
    })
    .map(Number);
}

/** The one engine, once there is exactly one that is none of `gone`. */
export async function oneEngine(base: string, gone: readonly number[] = []): Promise<number> {
  const deadline = Date.now() + 60_000;
  let seen: number[] = [];
  while (Date.now() < deadline) {
    seen = enginesOf(base);
    const [engine] = seen;
    if (engine !== undefined && seen.length === 1 && !gone.includes(engine)) {
      // Starters that lose leave within a moment; one that stays is the engine.
      await pause(1_000);
      if (enginesOf(base).join() === String(engine)) return engine;
    }
    await pause(50);
  }
  throw new Error(`not one engine but ${seen.length} (${seen.join(', ')})`);
}

/** The process that started this one, while that lives. */
export function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
}
