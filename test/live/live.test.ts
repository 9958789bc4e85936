import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLive, gatherMs, type Live, sweepEveryMs } from '../../extension/engine/live/live';
import type { Change } from '../../extension/engine/live/look';
import type { HintListener } from '../../extension/engine/live/watching';

/** What the parts around it were asked, in order. */
let said: string[];
let hint: HintListener | undefined;
let found: Change[];
let failure: Error | undefined;
let live: Live;
/** Reading ends when this is called; undefined: at once. */
let held: (() => void) | undefined;
let holds = false;
/** Called when a look found something. */
let beforeReading: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  found = [];
  hint = undefined;
  failure = undefined;
  holds = false;
  beforeReading = () => undefined;
  live = createLive({
    look: {
      everywhere: async () => {
        said.push('everywhere');
        beforeReading();
        return found.shift() ?? 'nothing';
      },
      at: async (files, clones) => {
        said.push(`at ${[...files, ...clones].join(' ')}`);
        return { logs: [], unchanged: [], clones: new Set(clones) };
      },
      remember: async () => undefined,
      forget: () => void said.push('forget'),
    },
    watch: (listener) => {
      hint = listener;
      return {
        follow: async () => void said.push('follow'),
        state: () => ({ watches: 1, failures: [] }),
        close: () => {
          hint = undefined;
          said.push('close');
        },
      };
    },
    places: async () => ({ roots: [], clones: [] }),
    read: async (change) => {
      said.push(change === 'all' ? 'read all' : 'read');
      if (failure) throw failure;
      if (holds) await new Promise<void>((resolve) => (held = resolve));
    },
    onError: (error) => void said.push(String(error)),
  });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

/** What was said since the last time, after so long. */
async function saidAfter(ms: number): Promise<string[]> {
  await vi.advanceTimersByTimeAsync(ms);
  return said.splice(0);
}

describe('what is read by itself', () => {
  it('is nothing while nobody looks: no watch, no timer', async () => {
    expect(await saidAfter(10 * sweepEveryMs)).toEqual([]);
    expect([vi.getTimerCount(), live.state().mode]).toEqual([0, 'nobody looks']);
    live.setVisible(true);
    await saidAfter(0);
    live.setVisible(false);
    expect(await saidAfter(10 * sweepEveryMs)).toEqual(['close']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is what a look everywhere finds, at once and every 30 seconds', async () => {
    found = ['all', 'nothing', { logs: [], unchanged: [], clones: new Set(['c']) }];
    live.setVisible(true);
    expect(await saidAfter(0)).toEqual(['follow', 'everywhere', 'read all', 'follow']);
    expect(await saidAfter(sweepEveryMs)).toEqual(['follow', 'everywhere']);
    expect(await saidAfter(sweepEveryMs)).toEqual(['follow', 'everywhere', 'read', 'follow']);
  });

  it('is what was hinted, gathered: a burst is read once', async () => {
    live.setVisible(true);
    await saidAfter(0);
    hint?.onFile('a');
    expect(await saidAfter(gatherMs - 1)).toEqual([]);
    hint?.onFile('a');
    hint?.onFile('b');
    hint?.onClone('c');
    expect(await saidAfter(1)).toEqual(['at a b c', 'read', 'follow']);
    expect(await saidAfter(gatherMs)).toEqual([]);
  });

  it('waits for the reading that goes on, and loses no hint meanwhile', async () => {
    live.setVisible(true);
    await saidAfter(0);
    holds = true;
    hint?.onFile('a');
    await saidAfter(gatherMs);
    hint?.onFile('b');
    expect(await saidAfter(gatherMs)).toEqual([]);
    holds = false;
    held?.();
    expect(await saidAfter(0)).toEqual(['follow', 'at b', 'read', 'follow']);
  });

  it('leaves three quarters of the time to others, however often is hinted', async () => {
    live.setVisible(true);
    await saidAfter(0);
    holds = true;
    hint?.onFile('a');
    await saidAfter(gatherMs + 1_000);
    holds = false;
    held?.();
    await saidAfter(0);
    hint?.onFile('b');
    expect(await saidAfter(2_900)).toEqual([]);
    expect(await saidAfter(100)).toEqual(['at b', 'read', 'follow']);
  });

  it('forgets what it saw where reading failed, says so, and tries again with the next sweep', async () => {
    failure = new Error('disk full');
    found = ['all', 'all'];
    live.setVisible(true);
    expect(await saidAfter(0)).toEqual(['follow', 'everywhere', 'read all', 'forget', 'Error: disk full']);
    failure = undefined;
    expect(await saidAfter(sweepEveryMs)).toEqual(['follow', 'everywhere', 'read all', 'follow']);
  });

  it('is tried again with a sweep, not with each hint, where reading fails, and the same failure is said once', async () => {
    failure = new Error('disk full');
    found = ['all', 'all', 'all'];
    live.setVisible(true);
    await saidAfter(0);
    hint?.onFile('a');
    expect(await saidAfter(10 * gatherMs)).toEqual([]);
    expect(await saidAfter(sweepEveryMs)).toEqual(['follow', 'everywhere', 'read all', 'forget']);
    failure = undefined;
    await saidAfter(sweepEveryMs);
    hint?.onFile('a');
    expect(await saidAfter(gatherMs)).toEqual(['at a', 'read', 'follow']);
  });

  it('is found again by the next look where nobody looks any more when it was found', async () => {
    found = ['all'];
    live.setVisible(true);
    beforeReading = () => live.setVisible(false);
    expect(await saidAfter(0)).toEqual(['follow', 'everywhere', 'close', 'forget']);
  });

  it('goes on where the clock was set back', async () => {
    live.setVisible(true);
    await saidAfter(0);
    hint?.onFile('a');
    await saidAfter(gatherMs);
    vi.setSystemTime(Date.now() - 86_400_000);
    hint?.onFile('b');
    expect(await saidAfter(gatherMs)).toEqual(['at b', 'read', 'follow']);
  });

  it('begins anew when a pass over everything has ended', async () => {
    live.passed();
    expect(await saidAfter(0)).toEqual([]);
    live.setVisible(true);
    await saidAfter(0);
    live.passed();
    expect(await saidAfter(0)).toEqual(['follow', 'everywhere']);
    expect(await saidAfter(sweepEveryMs)).toEqual(['follow', 'everywhere']);
  });

  it('is nothing after a person stopped it, until they ask again', async () => {
    live.setVisible(true);
    await saidAfter(0);
    hint?.onFile('a');
    live.pause();
    expect(await saidAfter(10 * sweepEveryMs)).toEqual(['close']);
    expect(live.state().mode).toBe('paused');
    live.resume();
    expect(await saidAfter(0)).toEqual(['follow', 'everywhere']);
  });
});
