import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { makeRepository, type Repository, temporaryHome } from '../git/makeRepository';
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
});
