import { setTimeout as pause } from 'node:timers/promises';
import {
  type ClientOptions,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  engineProtocol,
} from '../../../shared/contract';
import { endHungEngine } from '../../rendezvous/endHungEngine';
import { explain } from '../../rendezvous/explain';
import { look } from '../../rendezvous/look';
import { firstWay, nextStep } from '../../rendezvous/nextStep';
import type { Place } from '../../rendezvous/place';
import type { Application } from '../application';
import { holdDatabase } from '../election/holdDatabase';
import { HumanError } from '../humanError';
import type { Progress } from '../ingest/ingest';
import { version } from '../version';

/** Who answers a run of the terminal program: the engine that runs, or the run itself. */
export interface TerminalClient {
  /** Rejects with HumanError where a person can act. */
  request<M extends EngineMethod>(method: M, params: EngineParams<M>, signal: AbortSignal): Promise<EngineResult<M>>;
  close(): Promise<void>;
}

export interface TerminalClientOptions {
  place: Place;
  client: ClientOptions;
  /** `read`: no folder and no file is made for it. */
  purpose: 'read' | 'write';
  signal: AbortSignal;
  onProgress(progress: Progress | null): void;
  /** For a database that nobody has open. */
  openApplication(): Application;
}

const greetingPatienceMs = 5_000;
const retryMs = 100;

/**
 * Asks the engine where one runs. Else takes the database for the time of this run; others wait meanwhile. Rejects with
 * HumanError where neither can be, or with the signal's reason.
 */
export async function connectTerminal(options: TerminalClientOptions): Promise<TerminalClient> {
  const { place, signal } = options;
  const hello = { protocol: engineProtocol, version, role: 'terminal', pid: process.pid } as const;
  let way = firstWay(performance.now());
  for (;;) {
    signal.throwIfAborted();
    const sight = await look(place, hello, greetingPatienceMs);
    if (sight.kind === 'greeted') {
      // Its library is loaded only where it is needed.
      const { askEngine } = await import('./askEngine');
      return askEngine(sight.socket, options.client, options.onProgress);
    }
    const [next, step] = nextStep(way, sight, performance.now());
    way = next;
    if (step.act === 'start') {
      const own = await openOurselves(options);
      if (own) {
        return own;
      }
      // Another process was quicker, and writes its note in a moment.
      way = firstWay(performance.now(), retryMs);
      options.onProgress({ text: 'Waiting for another Paceflow', done: 0, total: 1 });
    } else if (step.act === 'end') {
      await endHungEngine(step.pid, place);
    } else {
      const hindrance = step.hindrance && explain(step.hindrance, undefined);
      if (hindrance?.isFinal) {
        throw new HumanError(hindrance.message, hindrance.next);
      }
      if (hindrance) {
        options.onProgress({ text: hindrance.message, done: 0, total: 1 });
      }
      await pause(step.ms, undefined, { signal });
    }
  }
}

async function openOurselves(options: TerminalClientOptions): Promise<TerminalClient | undefined> {
  const hold = await holdDatabase(options.place, {
    role: 'terminal',
    version,
    purpose: options.purpose,
    listen: async () => null,
    // Before it writes, the database itself looks whether somebody took over.
    onLost: () => undefined,
  });
  if (!hold) {
    return undefined;
  }
  const application = options.openApplication();
  const client = application.connect(options.client);
  return {
    request: (method, params, signal) => client.handle(method, params, signal),
    close: async () => {
      await application.close();
      await hold.release();
    },
  };
}
