import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { contentOf, emptyDatabase, makeHome, pass, readOnce } from './ingestHarness';
import { copied, declaredCommit, lines, response, turns } from './sampleLogs';

const machine = temporaryHome();

/** What a crash leaves: the bytes of the checkpoint before it. */
async function afterCrash(database: Database): Promise<Database> {
  const bytes = database.toBytes();
  database.close();
  return emptyDatabase(bytes);
}

class Crash extends Error {}

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
