import { describe, expect, it, vi } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { contentOf, emptyDatabase, makeHome, pass, readOnce } from './ingestHarness';
import { copied, declaredCommit, edit, lines, response, turns } from './sampleLogs';

const machine = temporaryHome();

/** What a crash leaves: the bytes of the checkpoint before it. */
async function afterCrash(database: Database): Promise<Database> {
  const bytes = database.toBytes();
  database.close();
  return emptyDatabase(bytes);
}

class Crash extends Error {}

/** A database that is gone after its n-th commit, and the bytes that it leaves. */
function crashAfter(database: Database, commits: number) {
  let made = 0;
  let isInside = false;
  let bytes: Uint8Array | undefined;
  const counted = <Result>(work: () => Result): Result => {
    if (isInside) return work();
    if (made === commits) throw new Crash();
    isInside = true;
    try {
      return work();
    } finally {
      isInside = false;
      made += 1;
      bytes = database.toBytes();
    }
  };
  const crashing: Database = {
    ...database,
    run: (sql, params) => counted(() => database.run(sql, params)),
    transaction: (work) => counted(() => database.transaction(work)),
  };
  return { crashing, left: () => bytes, made: () => made };
}

describe('a pass that ends in the middle', () => {
  it('after any checkpoint leaves nothing out of the next pass: facts, events, commits and links', async () => {
    const home = makeHome();
    const repository = makeRepository(`${machine()}/shop`);
    const commit = repository.commit({ files: { 'cart.ts': 'one\n' }, at: Date.parse('2026-03-01T10:30:00Z') / 1000 });
    const shared = turns('b', 1);
    home.log('-s/a.jsonl', lines(declaredCommit({ session: 'a', uuid: 'c', minute: 30 }, commit, repository.folder)));
    home.log('-s/b.jsonl', lines([...shared, ...turns('b', 1, 30)]));
    home.log('-s/c.jsonl', lines([...copied(shared, 'c'), ...turns('c', 1, 600)]));
    // No price, no fork: nothing but its events tells that it was not finished.
    const unpriced = response({ session: 'd', uuid: 'x', minute: 3 });
    home.log('-s/d.jsonl', lines([unpriced]).replaceAll('claude-opus-4-5-20251101', 'house-model'));
    const expected = contentOf(await readOnce(home));
    expect(expected['event_commit_session']).toHaveLength(1);
    expect(expected['event_session']).toHaveLength(4);

    let checkpoints = 0;
    for (let crashAt = 1; ; crashAt++) {
      let database = await emptyDatabase();
      checkpoints = 0;
      const failed = await pass(database, home, {
        batchBytes: 1,
        onCheckpoint: async () => {
          checkpoints += 1;
          if (checkpoints === crashAt) throw new Crash();
        },
      }).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      );
      if (!failed) break;
      database = await afterCrash(database);
      await pass(database, home);
      expect({ crashAt, ...contentOf(database) }).toEqual({ crashAt, ...expected });
      database.close();
    }
    // Four logs, the end of the last, the events of logs, one clone.
    expect(checkpoints).toBe(7);
    home.remove();
  });

  it('after any transaction leaves nothing out of the next pass', async () => {
    const home = makeHome();
    const repository = makeRepository(`${machine()}/till`);
    const commit = repository.commit({ files: { 'till.ts': 'one\n' }, at: Date.parse('2026-03-01T10:30:00Z') / 1000 });
    const shared = turns('b', 1);
    home.log('-s/a.jsonl', lines(declaredCommit({ session: 'a', uuid: 'c', minute: 30 }, commit, repository.folder)));
    home.log('-s/b.jsonl', lines([...shared, ...turns('b', 1, 30)]));
    home.log('-s/c.jsonl', lines([...copied(shared, 'c'), ...turns('c', 1, 600)]));
    const expected = contentOf(await readOnce(home));
    expect([expected['event_session']?.length, expected['event_commit_session']?.length]).toEqual([3, 1]);

    let isWhole = false;
    // Every third, for time: most stand several times over, once per log.
    for (let crashAt = 1; !isWhole; crashAt += 3) {
      const database = await emptyDatabase();
      const { crashing, left } = crashAfter(database, crashAt);
      isWhole = await pass(crashing, home).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Crash);
          return false;
        },
      );
      database.close();
      const next = await emptyDatabase(left());
      await pass(next, home);
      expect({ crashAt, ...contentOf(next) }).toEqual({ crashAt, ...expected });
      next.close();
    }
    home.remove();
  });

  it('after any step of matching leaves no line unmatched', async () => {
    const home = makeHome();
    const repository = makeRepository(`${machine()}/desk`);
    const start = Date.parse('2026-03-01T10:00:00Z') / 1000;
    repository.commit({ files: { 'cart.ts': 'top line\nold\n' }, at: start });
    repository.commit({ files: { 'cart.ts': 'top line\nnew one\nnew two\n' }, at: start + 1200 });
    repository.commit({ files: { 'copy.ts': 'top line\nnew one\nnew two\n' }, at: start + 1800 });
    const text = lines(edit({ session: 's', uuid: 'x', minute: 5 }));
    home.log('-s/s.jsonl', text.replaceAll('/nowhere/shop', repository.folder));
    const expected = contentOf(await readOnce(home));
    expect(expected['fact_commit_line_match']).toHaveLength(1);

    // Each look at the clock is a slice later: each step has a transaction of its own.
    let at = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (at += 1000));
    const database = await emptyDatabase();
    const whole = crashAfter(database, Number.POSITIVE_INFINITY);
    await pass(whole.crashing, home);
    database.close();
    for (let crashAt = whole.made() - 2; crashAt > whole.made() / 3; crashAt -= 9) {
      const cut = await emptyDatabase();
      const { crashing, left } = crashAfter(cut, crashAt);
      await expect(pass(crashing, home)).rejects.toBeInstanceOf(Crash);
      cut.close();
      const next = await emptyDatabase(left());
      await pass(next, home);
      expect({ crashAt, ...contentOf(next) }).toEqual({ crashAt, ...expected });
      next.close();
    }
    clock.mockRestore();
    home.remove();
  });

  it('by cancellation keeps what was read, and the next pass completes it', async () => {
    const home = makeHome();
    for (const name of ['a', 'b', 'c']) home.log(`-s/${name}.jsonl`, lines(turns(name, 2)));
    const expected = contentOf(await readOnce(home));
    for (const cancelAt of [1, 2, 3]) {
      const database = await emptyDatabase();
      const cancel = new AbortController();
      let read = 0;
      const summary = await pass(database, home, {
        signal: cancel.signal,
        batchBytes: 1,
        onCheckpoint: async () => {
          read += 1;
          if (read === cancelAt) cancel.abort();
        },
      });
      expect(summary).toMatchObject({ cancelled: true, sessions: cancelAt });
      await pass(database, home);
      expect(contentOf(database)).toEqual(expected);
      database.close();
    }
    home.remove();
  });
});
