import type { Sight } from './look';

/** What a client has been through on its way to the engine. Times are milliseconds of a clock that stops in sleep. */
export interface Way {
  /** Engines that this client has started since it last had one. */
  starts: number;
  /** Not before this time another is started. */
  mayStartAt: number;
  /** The engine that takes connections without greeting, since when, and how often it was tried. */
  silent: { pid: number; since: number; looks: number } | undefined;
}

/** Why the engine can't be had for now, for a person. */
export type Hindrance =
  | { kind: 'terminal'; pid: number }
  | { kind: 'elsewhere'; host: string; pid: number }
  | { kind: 'foreign'; pid: number; version: string }
  | { kind: 'silent'; pid: number }
  /** It was started again and again and never greeted. */
  | { kind: 'notStarting' };

export type Step =
  | { act: 'start' }
  /** End this process, where it is the engine; it is hung. */
  | { act: 'end'; pid: number }
  | { act: 'wait'; ms: number; hindrance: Hindrance | undefined };

/** An engine needs 0.3 s to greet, several times that on a busy machine; then each further one waits longer. */
const startWaitsMs = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** So many starts in vain are told to the person. */
const tellAfterStarts = 3;
/** A hung engine is ended after this long, and never after one bad moment. */
const hungMs = 30_000;
const hungLooks = 3;

/** Others leave the first word to the newer window, whose engine is about to come. */
export const successorMs = 5_000;

export const firstWay = (now: number, patienceMs = 0): Way => ({
  starts: 0,
  mayStartAt: now + patienceMs,
  silent: undefined,
});

/** What a client does after a look that did not end in a greeting. Pure: the loop around it is in reach.ts. */
export function nextStep(way: Way, sight: Exclude<Sight, { kind: 'greeted' }>, now: number): [Way, Step] {
  const awake: Way = { ...way, silent: undefined };
  switch (sight.kind) {
    case 'nobody': {
      const hindrance: Hindrance | undefined = way.starts >= tellAfterStarts ? { kind: 'notStarting' } : undefined;
      if (now < way.mayStartAt) {
        return [awake, { act: 'wait', ms: way.starts > 1 ? 250 : 25, hindrance }];
      }
      const wait = startWaitsMs[Math.min(way.starts, startWaitsMs.length - 1)] ?? 0;
      return [{ ...awake, starts: way.starts + 1, mayStartAt: now + wait }, { act: 'start' }];
    }
    case 'silent': {
      const before = way.silent?.pid === sight.pid ? way.silent : { pid: sight.pid, since: now, looks: 0 };
      const silent = { ...before, looks: before.looks + 1 };
      if (silent.looks >= hungLooks && now - silent.since >= hungMs) {
        return [awake, { act: 'end', pid: sight.pid }];
      }
      return [
        { ...way, silent },
        { act: 'wait', ms: 1_000, hindrance: { kind: 'silent', pid: sight.pid } },
      ];
    }
    case 'leaving':
      return [awake, { act: 'wait', ms: 25, hindrance: undefined }];
    case 'terminal':
      return [awake, { act: 'wait', ms: 250, hindrance: { kind: 'terminal', pid: sight.pid } }];
    case 'elsewhere':
    case 'foreign':
      return [awake, { act: 'wait', ms: 5_000, hindrance: sight }];
  }
}

/** Reconnecting slows down where engines die young: at once, then doubling. */
export const firstBackOffMs = 300;
const longestBackOffMs = 30_000;
const steadyMs = 60_000;

/** How long to wait before the next connection, after one that lasted `lastedMs` and came after `waitedMs`. */
export function backOff(waitedMs: number, lastedMs: number): number {
  return lastedMs >= steadyMs || waitedMs === 0 ? firstBackOffMs : Math.min(longestBackOffMs, waitedMs * 2);
}
