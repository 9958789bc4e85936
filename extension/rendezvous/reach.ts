import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { endHungEngine } from './endHungEngine';
import { type EngineError, errorsOf } from './engineErrors';
import type { Hello, Welcome } from './greeting';
import { look } from './look';
import { firstWay, type Hindrance, nextStep } from './nextStep';
import type { Place } from './place';

export interface ReachOptions {
  place: Place;
  hello: Omit<Hello, 'token' | 'paceflow'>;
  /** Starts an engine; its process id, undefined where not even that went well. */
  start(): number | undefined;
  /** Ends the search. */
  signal: AbortSignal;
  /** No engine is started for so long: a newer window's is about to come. */
  patienceMs: number;
  /** Why there is no engine yet; `why`: what the engine that was started said of it itself. */
  onHindrance(hindrance: Hindrance | undefined, why: EngineError | undefined): void;
  log(line: string): void;
}

/** A running engine greets at once: its main thread does nothing else. */
const greetingPatienceMs = 5_000;

/**
 * A connection to the engine, which is started where there is none. Never gives up: a client whose start failed could not
 * be started again. Rejects with the signal's reason only. The socket is paused; see readGreeting.
 */
export async function reachEngine(options: ReachOptions): Promise<{ socket: Socket; welcome: Welcome }> {
  const { place, signal } = options;
  let way = firstWay(performance.now(), options.patienceMs);
  const started = new Set<number>();
  for (;;) {
    signal.throwIfAborted();
    const sight = await look(place, options.hello, greetingPatienceMs);
    if (sight.kind === 'greeted') {
      if (signal.aborted) {
        sight.socket.destroy();
      }
      signal.throwIfAborted();
      options.onHindrance(undefined, undefined);
      return sight;
    }
    const [next, step] = nextStep(way, sight, performance.now());
    way = next;
    switch (step.act) {
      case 'start': {
        const pid = options.start();
        if (pid !== undefined) {
          started.add(pid);
        }
        options.log(`started an engine, process ${pid ?? 'unknown'}`);
        break;
      }
      case 'end':
        options.log(`engine ${step.pid} does not answer: ${await endHungEngine(step.pid, place)}`);
        break;
      case 'wait': {
        const why = started.size > 0 ? await ownWords(place, started) : undefined;
        options.onHindrance(step.hindrance ?? (why ? { kind: 'notStarting' } : undefined), why);
        await pause(step.ms, undefined, { signal });
      }
    }
  }
}

/** What an engine that this client started said before it ended. */
async function ownWords(place: Place, started: ReadonlySet<number>): Promise<EngineError | undefined> {
  return (await errorsOf(place.errors)).findLast((error) => error.isFatal && started.has(error.pid));
}
