import { appendFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { contentOf, emptyDatabase, makeHome, pass } from './ingestHarness';
import { copied, edit, firstCount, type Json, lines, prompt, response, turns } from './sampleLogs';

type Files = Readonly<Record<string, readonly Json[]>>;

/** Reads files in the given order: all in one pass, or one pass each. Paths are shown as file names. */
async function readInOrder(files: Files, order: readonly string[], how: 'one pass' | 'a pass each') {
  const home = makeHome();
  const database = await emptyDatabase();
  try {
    for (const [index, name] of order.entries()) {
      // Discovery goes by path: the folder's name decides who is read first.
      home.log(`-${index}/${name}.jsonl`, lines(files[name] ?? []));
      if (how === 'a pass each') await pass(database, home);
    }
    if (how === 'one pass') await pass(database, home);
    const content = contentOf(database);
    return Object.fromEntries(
      Object.entries(content)
        // Which logs hold a copy beside its owner is noted once a second holder is met; that is not compared.
        .filter(([table]) => table !== 'fact_session_copy')
        .map(([table, rows]) => [table, rows.map((row) => row.replaceAll(/"\/[^"]*\.jsonl"/g, shortName)).sort()]),
    );
  } finally {
    database.close();
    home.remove();
  }
}

const shortName = (path: string): string => `"${basename(JSON.parse(path))}"`;

const permutations = (names: readonly string[]): string[][] =>
  names.length <= 1
    ? [[...names]]
    : names.flatMap((name) => permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));

/** Output tokens by session, as the events have them. */
const outputBySession = (database: Database): Record<string, number> =>
  Object.fromEntries(
    database
      .all<{ session_key: string; output_tokens: number }>(
        'select session_key, output_tokens from event_session where is_retracted = 0 order by session_key',
      )
      .map((row) => [row.session_key.replace('claude-code:', ''), row.output_tokens]),
  );

const guess = firstCount({ session: 'a', uuid: 'a-first', minute: 19 });
const start = [...turns('a', 2), ...guess];
const at = (session: string, name: string, minute: number): Json =>
  response({ session, uuid: name === 'own' ? `${session}-own` : name, minute });
const pairs: Record<string, Files> = {
  'a fork of all there was then': {
    a: [...start, ...turns('a', 1, 200)],
    b: [...copied(start, 'b'), ...turns('b', 1, 500)],
  },
  'a prefix and its continuation': { a: start, b: [...copied(start, 'b'), ...turns('b', 1, 30)] },
  'a fork of a fork': {
    a: [...start, ...turns('a', 1, 40)],
    b: [...copied(start, 'b'), ...turns('b', 1, 60)],
    c: [...copied([...start, ...turns('b', 1, 60)], 'c'), ...turns('c', 1, 400)],
  },
  'three that went on from one point': {
    c: [...start, ...turns('c', 1, 50)],
    b: [...copied(start, 'b'), ...turns('b', 1, 70)],
    a: [...copied(start, 'a'), ...turns('a', 1, 90)],
  },
  'three of which each has a better right than the next': {
    a: [at('a', 'shared-5', 25), at('a', 'own', 0)],
    b: [at('b', 'shared-4', 20), at('b', 'shared-5', 25)],
    c: [at('c', 'shared-4', 20), at('c', 'shared-5', 25), at('c', 'own', 26)],
  },
  'two equal files': { a: start, b: copied(start, 'b') },
  'a copy whose texts were cut short': {
    a: guess,
    b: JSON.parse(JSON.stringify(copied(guess, 'b')).replaceAll('firstfirst', 'first')),
  },
};

describe('records that stand in several logs', () => {
  describe.each(Object.entries(pairs))('%s', (_, files) => {
    it('belong to the same session whichever log is read first', async () => {
      const orders = permutations(Object.keys(files));
      const expected = await readInOrder(files, orders[0] ?? [], 'one pass');
      for (const order of orders) {
        expect({ order, content: await readInOrder(files, order, 'one pass') }).toEqual({ order, content: expected });
        expect({ order, content: await readInOrder(files, order, 'a pass each') }).toEqual({
          order,
          content: expected,
        });
      }
    });
  });

  it('belong to the same session for any three logs that share any records', async () => {
    const pool = Array.from({ length: 6 }, (_, index) => index);
    const part = fc.record({
      shared: fc.subarray(pool),
      own: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(part, part, part, async (a, b, c) => {
        const file = (session: string, { shared, own }: { shared: number[]; own: number[] }): Json[] => [
          ...shared.map((index) => response({ session, uuid: `shared-${index}`, minute: 5 * index })),
          ...own.map((minute, index) => response({ session, uuid: `${session}-own-${index}`, minute })),
        ];
        const files = { a: file('a', a), b: file('b', b), c: file('c', c) };
        const expected = await readInOrder(files, ['a', 'b', 'c'], 'one pass');
        for (const order of [
          ['c', 'b', 'a'],
          ['b', 'c', 'a'],
          ['b', 'a', 'c'],
        ]) {
          expect(await readInOrder(files, order, 'one pass')).toEqual(expected);
        }
        expect(await readInOrder(files, ['c', 'a', 'b'], 'a pass each')).toEqual(expected);
      }),
      { numRuns: 25, seed: 20260402 },
    );
  });

  it('move to the log that comes later and has them by right', async () => {
    const home = makeHome();
    const database = await emptyDatabase();
    const shared = [
      prompt({ session: 'root', uuid: 'p', minute: 0 }),
      response({ session: 'root', uuid: 'r', minute: 1 }),
    ];
    home.log(
      '-s/late.jsonl',
      lines([...copied(shared, 'late'), response({ session: 'late', uuid: 'l', minute: 900 })]),
    );
    home.log(
      '-s/later.jsonl',
      lines([...copied(shared, 'later'), response({ session: 'later', uuid: 'm', minute: 999 })]),
    );
    await pass(database, home);
    expect(outputBySession(database)).toEqual({ late: 200, later: 100 });

    // The file that both were forked from: it went on at once.
    home.log('-s/root.jsonl', lines([...shared, response({ session: 'root', uuid: 'q', minute: 2 })]));
    await pass(database, home);
    expect(outputBySession(database)).toEqual({ late: 100, later: 100, root: 200 });

    // Gone files keep what is theirs.
    rmSync(`${home.path}/.claude/projects/-s/root.jsonl`);
    await pass(database, home);
    expect(outputBySession(database)).toEqual({ late: 100, later: 100, root: 200 });
    home.remove();
  });

  it('take what the log does not count of their output with them', async () => {
    const guess = firstCount({ session: 'root', uuid: 'guess', minute: 1 });
    const own = (session: string, minute: number) => response({ session, uuid: `${session}-own`, minute });
    const home = makeHome();
    const database = await emptyDatabase();
    /** Session, tokens, millionths of a dollar: at 25 dollars a million. */
    const missing = () =>
      database
        .all<{ session_key: string; tokens: number; cost: number }>(
          `select session_key, estimated_missing_output_tokens as tokens, round(1e6 * estimated_missing_cost_usd) as cost
           from view_session where is_output_underreported = 1 order by session_key`,
        )
        .map((row) => [row.session_key.replace('claude-code:', ''), row.tokens, row.cost]);
    // A copy that has the first line only, the other line, and the file that both were copied from.
    home.log('-s/late.jsonl', lines([...copied(guess.slice(0, 1), 'late'), own('late', 900)]));
    await pass(database, home);
    expect(missing()).toEqual([['late', 24, 24 * 25]]);
    home.log('-s/later.jsonl', lines([...copied(guess.slice(1), 'later'), own('later', 999)]));
    await pass(database, home);
    expect(missing()).toEqual([['late', 53, 53 * 25]]);
    home.log('-s/root.jsonl', lines([...guess, own('root', 2)]));
    await pass(database, home);
    expect(missing()).toEqual([['root', 53, 53 * 25]]);
    home.remove();
  });

  it('are built again when a fork that was read before answers a call of theirs', async () => {
    const home = makeHome();
    const [call, ...answer] = edit({ session: 'a', uuid: 'asked', minute: 30 });
    const asked = [...start, ...(call ? [call] : [])];
    home.log('-s/a.jsonl', lines(asked));
    const fork = home.log('-s/b.jsonl', lines(copied(asked, 'b')));
    const database = await emptyDatabase();
    await pass(database, home);
    const applied = () =>
      database.all("select edits_applied from event_session where session_key = 'claude-code:a' and is_retracted = 0");
    expect(applied()).toEqual([{ edits_applied: 2 }]);
    appendFileSync(fork, lines(copied(answer, 'b')));
    await pass(database, home);
    expect(applied()).toEqual([{ edits_applied: 3 }]);
    home.remove();
  });

  it('are counted once: a fork starts at its first own record', async () => {
    const home = makeHome();
    home.log('-s/a.jsonl', lines([...start, ...turns('a', 1, 200)]));
    home.log('-s/b.jsonl', lines([...copied(start, 'b'), ...turns('b', 1, 500)]));
    const database = await emptyDatabase();
    await pass(database, home);
    const events = database.all<{ session_key: string; prompts: number; edits_applied: number; started_at: number }>(
      'select session_key, prompts, edits_applied, started_at from event_session order by session_key',
    );
    expect(
      events.map(({ started_at, ...event }) => ({ ...event, started: new Date(started_at).toISOString() })),
    ).toEqual([
      { session_key: 'claude-code:a', prompts: 3, edits_applied: 3, started: '2026-03-01T10:00:00.000Z' },
      { session_key: 'claude-code:b', prompts: 1, edits_applied: 1, started: '2026-03-01T18:20:00.000Z' },
    ]);
    home.remove();
  });
});
