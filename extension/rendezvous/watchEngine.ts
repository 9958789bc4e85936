import { endHungEngine } from './endHungEngine';
import type { Hello } from './greeting';
import { look } from './look';
import { firstWay, nextStep } from './nextStep';
import type { Place } from './place';

/** Looks after an engine while something is asked of it. */
export interface EngineWatch {
  /** The same promise; until it settles, an engine that hangs is noticed and ended. */
  during<Result>(work: Promise<Result>): Promise<Result>;
}

const lookEveryMs = 5_000;
const greetingPatienceMs = 5_000;

/**
 * A hung engine keeps its connections open and answers nobody: who waits for it would wait for ever. While one waits,
 * another connection asks for a greeting now and then; where none comes for long enough the engine is ended, and its
 * clients reach the next one.
 */
export function watchEngine(options: {
  place: Place;
  hello: Omit<Hello, 'token' | 'paceflow'>;
  log(line: string): void;
}): EngineWatch {
  const { place, hello } = options;
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;
  let way = firstWay(performance.now());

  const lookAgain = async () => {
    const sight = await look(place, hello, greetingPatienceMs);
    if (sight.kind === 'greeted') {
      sight.socket.destroy();
    }
    if (sight.kind !== 'silent') {
      way = firstWay(performance.now());
    } else {
      const [next, step] = nextStep(way, sight, performance.now());
      way = next;
      if (step.act === 'end') {
        options.log(`engine ${step.pid} does not answer: ${await endHungEngine(step.pid, place)}`);
      }
    }
    schedule();
  };
  const schedule = () => {
    timer = waiting > 0 ? setTimeout(() => void lookAgain(), lookEveryMs) : undefined;
  };

  return {
    during: (work) => {
      waiting += 1;
      if (timer === undefined) {
        way = firstWay(performance.now());
        schedule();
      }
      return work.finally(() => {
        waiting -= 1;
      });
    },
  };
}
