import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Store } from '../../extension/engine/database/store';
import { HumanError } from '../../extension/engine/humanError';
import { createLog } from '../../extension/engine/log';
import { createPasses, type Passes, type Reader } from '../../extension/engine/passes';
import { bundledPrices } from '../../extension/engine/pricing/prices';
import { type Home, makeHome } from '../ingest/ingestHarness';

let home: Home;
let passes: Passes;
let reader: Reader;
/** What was done, in order. */
let done: string[];
let errors: string[];
/** What a pass does in place of reading. */
let write: (signal: AbortSignal) => Promise<unknown>;
let afterPass: () => Promise<void>;

/** A promise, and what resolves it. */
const hold = () => {
  let release: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, resolve: () => release?.() };
};

const summary = { read: 0, sources: 0, duration_ms: 0 };
const never = new AbortController().signal;

beforeEach(() => {
  home = makeHome();
  done = [];
  errors = [];
  write = async () => summary;
  afterPass = async () => undefined;
  reader = {
    asker: { home: home.path, variables: {}, folders: [], isTrusted: false, identities: [], prices: null },
    environment: { home: home.path, platform: 'linux', variables: {} },
  };
  const store: Partial<Store> = {
    write: async <Result>(signal: AbortSignal) => {
      signal.throwIfAborted();
      done.push('pass');
      return (await write(signal)) as Result;
    },
    setAside: () => [],
  };
  passes = createPasses({
    store: () => store as Store,
    read: () => Promise.reject(new Error('not asked')),
    providers: [],
    pricesFor: () => bundledPrices(),
    readerFile: undefined,
    clock: Date.now,
    log: createLog((level, text) => {
      if (level === 'error') errors.push(text);
    }),
    onProgress: () => undefined,
    onChanged: () => undefined,
    afterPass: () => afterPass(),
  });
  passes.join(reader);
});
afterEach(async () => {
  await passes.close();
  home.remove();
});

it('a pass that fails is not tried again at once while somebody looks', async () => {
  // An end, for this test's sake: tried again at once it would go on for ever and leave nobody a turn.
  write = async () => {
    if (done.length < 20) throw new HumanError('The disk is full.', 'Free some space.');
    return summary;
  };
  passes.setVisible(reader, true);
  await vi.waitFor(() => expect(errors).toHaveLength(1));
  // That nothing comes can't be waited for otherwise.
  await pause(100);
  expect([done, errors]).toEqual([['pass'], ['reading what changed: The disk is full.']]);
});

it('reading that was cancelled while it waited does not go on by itself', async () => {
  passes.setVisible(reader, true);
  await vi.waitFor(() => expect(done).toEqual(['pass']));
  const held = hold();
  const before = passes.alone(() => held.promise);
  const cancel = new AbortController();
  const asked = passes.read(reader, cancel.signal);
  cancel.abort(new HumanError('Cancelled.', ''));
  held.resolve();
  await before;
  await expect(asked).rejects.toThrow('Cancelled.');
  expect(passes.stateFor(reader).mode).toBe('paused');
});

it('who waits for the database to be alone waits for all that follows a pass', async () => {
  afterPass = async () => {
    await pause(20);
    done.push('copied');
  };
  await Promise.all([passes.read(reader, never), passes.alone(async () => void done.push('alone'))]);
  expect(done).toEqual(['pass', 'copied', 'alone']);
});

it('clearing all data ends what is being read, and who asks then gets a pass of his own', async () => {
  const ended = (signal: AbortSignal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ...summary, cancelled: true })));
  write = ended;
  const cut = passes.read(reader, never);
  await vi.waitFor(() => expect(done).toEqual(['pass']));
  passes.pause();
  write = async () => ({ ...summary, cancelled: false });
  const own = passes.read(reader, never);
  expect([await cut, await own]).toMatchObject([{ cancelled: true }, { cancelled: false }]);
});

it('who joins a pass leaves nothing on the signal that it waited with', async () => {
  const [first, second] = [new AbortController().signal, new AbortController().signal];
  await Promise.all([passes.read(reader, first), passes.read(reader, second)]);
  expect(getEventListeners(second, 'abort')).toEqual([]);
});

it('reading that ends because the last window goes is no error', async () => {
  const held = hold();
  const before = passes.alone(() => held.promise);
  passes.setVisible(reader, true);
  await vi.waitFor(() => expect(passes.stateFor(reader).mode).toBe('watching'));
  await pause(50);
  passes.leave(reader);
  held.resolve();
  await before;
  await passes.close();
  await pause(20);
  expect([done, errors]).toEqual([[], []]);
});
