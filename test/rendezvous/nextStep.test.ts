import { describe, expect, it } from 'vitest';
import type { Sight } from '../../extension/rendezvous/look';
import { backOff, firstWay, nextStep, type Step } from '../../extension/rendezvous/nextStep';

type Unmet = Exclude<Sight, { kind: 'greeted' }>;

/** What a client does that sees the same again and again, with the time of each start and end in seconds. */
function walk(sight: Unmet, seconds: number, patienceMs = 0): { acts: string[]; last: Step | undefined } {
  let now = 1_000_000;
  const begin = now;
  let way = firstWay(now, patienceMs);
  const acts: string[] = [];
  let last: Step | undefined;
  while (now - begin <= seconds * 1_000) {
    const [next, step] = nextStep(way, sight, now);
    way = next;
    last = step;
    if (step.act === 'wait') {
      now += step.ms;
    } else {
      acts.push(`${step.act} ${Math.round((now - begin) / 1_000)}`);
    }
  }
  return { acts, last };
}

describe('a client on its way', () => {
  it('starts an engine where nobody is, then ever more seldom', () => {
    expect(walk({ kind: 'nobody' }, 100).acts).toEqual([
      ...['start 0', 'start 1', 'start 3', 'start 7', 'start 15', 'start 31', 'start 61', 'start 91'],
    ]);
  });

  it('tells after three starts in vain, not before', () => {
    expect(walk({ kind: 'nobody' }, 2.9).last).toMatchObject({ hindrance: undefined });
    expect(walk({ kind: 'nobody' }, 4).last).toMatchObject({ hindrance: { kind: 'notStarting' } });
  });

  it('leaves the first word to a successor', () => {
    expect(walk({ kind: 'nobody' }, 5.5, 5_000).acts).toEqual(['start 5']);
  });

  it.each<Unmet>([
    { kind: 'leaving', pid: 7 },
    { kind: 'terminal', pid: 7 },
    { kind: 'elsewhere', host: 'h', pid: 7 },
    { kind: 'foreign', pid: 7, version: '9' },
  ])('starts nothing and ends nobody while it sees $kind', (sight) => {
    expect(walk(sight, 600).acts).toEqual([]);
  });

  it('ends an engine that was silent for half a minute, and not before', () => {
    // Each look lasts as long as a greeting is waited for; here it takes no time, so only the pauses count.
    expect(walk({ kind: 'silent', pid: 7 }, 29).acts).toEqual([]);
    expect(walk({ kind: 'silent', pid: 7 }, 31).acts).toEqual(['end 30']);
  });

  it('never ends one that was silent once, nor another than the silent one', () => {
    const silent = (pid: number): Unmet => ({ kind: 'silent', pid });
    let [way, step] = nextStep(firstWay(0), silent(7), 0);
    [way, step] = nextStep(way, silent(7), 100_000);
    expect(step.act).toBe('wait');
    [way, step] = nextStep(way, silent(8), 100_001);
    [way, step] = nextStep(way, silent(8), 100_002);
    [way, step] = nextStep(way, silent(8), 100_003);
    expect(step.act).toBe('wait');
    [way] = nextStep(way, { kind: 'leaving', pid: 8 }, 100_004);
    [, step] = nextStep(way, silent(8), 200_000);
    expect(step.act).toBe('wait');
  });
});

it('reconnects at once, then twice as late each time, and at once again after a good minute', () => {
  const waits: number[] = [];
  let waited = 0;
  for (let crash = 0; crash < 9; crash++) {
    waited = backOff(waited, 1_000);
    waits.push(waited);
  }
  expect(waits).toEqual([300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 30_000, 30_000]);
  expect(backOff(30_000, 60_000)).toBe(300);
});
