import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { makeRepository, type Repository, temporaryHome } from '../git/makeRepository';
import { createRandom } from '../support/random';
import { catalogue, contentOf, emptyDatabase, type Home, makeHome, pass } from './ingestHarness';
import { edit, type Json, lines } from './sampleLogs';

const machine = temporaryHome();
const start = Date.parse('2026-03-01T10:00:00Z') / 1000;

let home: Home;
let database: Database;
let repository: Repository;
beforeEach(async () => {
  home = makeHome();
  database = await emptyDatabase();
  repository = makeRepository(join(machine(), 'shop'));
});
afterEach(() => {
  database.close();
  home.remove();
});

/** The sample edit ("old" into "new one", "new two"), in this repository. */
function editHere(session: string, minute: number): Json[] {
  const text = lines(edit({ session, uuid: `${session}-${minute}`, minute })).replaceAll(
    '/nowhere/shop',
    repository.folder,
  );
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

const credits = (of = database) =>
  of.all<{ session_key: string; credited_added_lines: number; credited_removed_lines: number }>(
    `select session_key, credited_added_lines, credited_removed_lines from event_commit_session
     where is_retracted = 0 order by session_key, commit_id`,
  );
const findings = () => catalogue.checks.flatMap((check) => database.all(check.text));

describe('lines of commits', () => {
  it('are credited to the session that wrote and removed them; the rest is mine', async () => {
    repository.commit({ files: { 'cart.ts': 'top line\nold\n' }, at: start - 3600 });
    home.log('-s/s.jsonl', lines(editHere('s', 10)));
    repository.commit({ files: { 'cart.ts': 'top line\nnew one\nnew two\nby hand\n' }, at: start + 1200 });
    await pass(database, home);
    expect(credits()).toEqual([{ session_key: 'claude-code:s', credited_added_lines: 2, credited_removed_lines: 0 }]);
    expect(
      database.all('select ai_added_lines, human_added_lines, added_lines from event_commit order by authored_at'),
    ).toEqual([
      { ai_added_lines: 0, human_added_lines: 2, added_lines: 2 },
      { ai_added_lines: 2, human_added_lines: 1, added_lines: 3 },
    ]);
    expect(findings()).toEqual([]);
  });

  it('that two sessions wrote are the later one’s, or whose note the commit gets, also later', async () => {
    repository.commit({ files: { 'cart.ts': 'top line\nold\n' }, at: start - 3600 });
    home.log('-s/s.jsonl', lines(editHere('s', 10)));
    home.log('-s/t.jsonl', lines(editHere('t', 15)));
    const commit = repository.commit({ files: { 'cart.ts': 'top line\nnew one\nnew two\n' }, at: start + 1200 });
    await pass(database, home);
    expect(credits().map(({ session_key }) => session_key)).toEqual(['claude-code:t']);
    const input = `cart.ts
  s_1::t_1 2-3
---
{"schema_version":"authorship/3.0.0","sessions":{"s_1":{"agent_id":{"tool":"claude","id":"s"}}}}`;
    repository.gitWith({ input }, 'notes', '--ref=ai', 'add', '-F', '-', commit);
    await pass(database, home);
    expect(credits()).toEqual([{ session_key: 'claude-code:s', credited_added_lines: 2, credited_removed_lines: 0 }]);
    expect(findings()).toEqual([]);
  });

  it('are matched the same pass by pass, in any order, as in one pass', async () => {
    repository.commit({ files: { 'cart.ts': 'top line\n' }, at: start - 3600 });
    await pass(database, home, { folders: [repository.folder] });
    repository.commit({ files: { 'cart.ts': 'top line\nnew one\nnew two\n' }, at: start + 1200 });
    await pass(database, home, { folders: [repository.folder] });
    home.log('-s/later.jsonl', lines(editHere('later', 15)));
    await pass(database, home);
    home.log('-s/first.jsonl', lines(editHere('first', 5)));
    await pass(database, home);
    repository.commit({ files: { 'cart.ts': 'new one\ntop line\nnew one\nnew two\nnew two\n' }, at: start + 2400 });
    await pass(database, home);
    home.log('-s/after.jsonl', lines(editHere('after', 60)));
    await pass(database, home);
    const once = await emptyDatabase();
    await pass(once, home);
    expect(contentOf(database)).toEqual(contentOf(once));
    expect(credits().length).toBeGreaterThan(1);
    expect(findings()).toEqual([]);
    once.close();
  });

  it('are left alone by a push, and by a mainline that catches up', async () => {
    repository.commit({ files: { 'cart.ts': 'top line\n' }, at: start - 3600 });
    home.log('-s/s.jsonl', lines(editHere('s', 10)));
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit({ files: { 'cart.ts': 'top line\nnew one\nnew two\n' }, at: start + 1200 });
    repository.commit({ files: { 'cart.ts': 'top line\nnew one\nby hand\n' }, at: start + 2400 });
    await pass(database, home);
    const moves = [
      () => repository.git('branch', '-f', 'main', 'work'),
      () => repository.git('update-ref', 'refs/remotes/origin/main', 'main'),
    ];
    for (const move of moves) {
      move();
      const asked: string[] = [];
      await pass({ ...database, all: (sql, params) => database.all(asked.push(sql) > 0 ? sql : '', params) }, home);
      expect(asked.filter((sql) => sql.includes('fact_commit_file_change as file'))).toEqual([]);
      const once = await emptyDatabase();
      await pass(once, home);
      expect(contentOf(database)).toEqual(contentOf(once));
      once.close();
    }
    expect(database.all('select is_pushed from fact_commit')).toEqual(Array(3).fill({ is_pushed: 1 }));
    expect(credits()).toHaveLength(1);
  });

  it('stand in the copy that the mainline takes in, whenever it does', async () => {
    repository.commit({ files: { 'cart.ts': 'top line\n' }, at: start - 3600 });
    repository.git('checkout', '-q', '-b', 'work');
    const original = repository.commit({ files: { 'cart.ts': 'top line\nby hand\n' }, at: start });
    repository.git('checkout', '-q', '-b', 'beside', 'main');
    repository.commit({ files: { 'other.ts': 'elsewhere\n' }, at: start + 60 });
    repository.git('cherry-pick', 'work');
    const canonical = () =>
      database.all('select commit_id from event_commit where change_id = ? and is_canonical = 1', [original]);
    await pass(database, home, { folders: [repository.folder] });
    expect(canonical()).toEqual([{ commit_id: repository.git('rev-parse', 'beside') }]);
    repository.git('branch', '-f', 'main', 'work');
    await pass(database, home, { folders: [repository.folder] });
    expect(canonical()).toEqual([{ commit_id: original }]);
  });

  it.each([1, 3])('are matched the same pass by pass while branches move (%i)', async (seed) => {
    const random = createRandom(seed);
    home.log('-s/s.jsonl', lines([...editHere('s', 10), ...editHere('s', 20)]));
    repository.commit({ files: { 'cart.ts': 'top line\n' }, at: start - 3600 });
    const branches = ['main'];
    const hasPassed: number[] = [];
    for (let step = 1; step <= 14; step++) {
      const at = start + 600 * step;
      const branch = random.pick(branches);
      const other = random.pick(branches);
      repository.git('checkout', '-q', branch);
      const text = Array.from({ length: random.between(2, 5) }, () =>
        random.pick(['new one', 'new two', 'by hand', `line ${random.between(1, 9)} of mine`]),
      );
      const dated = { environment: { GIT_COMMITTER_DATE: `${at} +0000`, GIT_AUTHOR_DATE: `${at} +0000` } };
      const moves = [
        () => repository.commit({ files: { 'cart.ts': `${text.join('\n')}\n` }, at }),
        () => repository.commit({ files: { [`${random.between(1, 3)}.ts`]: `${text.join('\n')}\n` }, at }),
        () => branches.push(repository.git('checkout', '-q', '-b', `work${step}`) || `work${step}`),
        () => repository.gitWith(dated, 'merge', '-q', '--ff-only', other),
        () => repository.gitWith(dated, 'merge', '-q', '-X', 'ours', '-m', 'Merge', other),
        () => repository.gitWith(dated, 'cherry-pick', '-X', 'ours', other),
        () => repository.git('update-ref', 'refs/remotes/origin/main', 'main'),
      ];
      try {
        random.pick(moves)();
      } catch {
        // It can't be done as things are: git says so, and nothing has moved.
        repository.git('reset', '-q', '--hard');
      }
      if (!random.chance(0.6)) continue;
      await pass(database, home, { folders: [repository.folder] });
      hasPassed.push(step);
    }
    await pass(database, home, { folders: [repository.folder] });
    const once = await emptyDatabase();
    await pass(once, home, { folders: [repository.folder] });
    expect({ seed, ...contentOf(database) }).toEqual({ seed, ...contentOf(once) });
    expect(hasPassed.length).toBeGreaterThan(3);
    once.close();
  });
});
