import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { emptyDatabase, type Home, makeHome, pass } from './ingestHarness';
import { type Json, lines, prompt } from './sampleLogs';

const byPerson = (title: string): Json => ({ type: 'custom-title', customTitle: title, sessionId: 's' });
const byAgent = (title: string): Json => ({ type: 'ai-title', aiTitle: title, sessionId: 's' });
const start = prompt({ session: 's', uuid: 'p', minute: 0 });

const titleOf = (database: Database) =>
  database.get<{ title: string | null }>("select title from metadata_session where native_id = 's'")?.title;

async function withHome(work: (home: Home, database: Database) => Promise<void>): Promise<void> {
  const home = makeHome();
  const database = await emptyDatabase();
  try {
    await work(home, database);
  } finally {
    database.close();
    home.remove();
  }
}

describe('the title of a session', () => {
  it.each<[string, Json[], string]>([
    ['the agent’s last', [byAgent('one'), byAgent('two')], 'two'],
    ['the person’s, whatever the agent says later', [byAgent('one'), byPerson('mine'), byAgent('two')], 'mine'],
    ['the person’s last', [byPerson('mine'), byAgent('one'), byPerson('mine again')], 'mine again'],
  ])('is %s', (_, titles, expected) =>
    withHome(async (home, database) => {
      home.log('-shop/s.jsonl', lines([start, ...titles]));
      await pass(database, home);
      expect(titleOf(database)).toBe(expected);
    }),
  );

  it('is the same when the log grows record by record', () =>
    withHome(async (home, database) => {
      const file = home.log('-shop/s.jsonl', lines([start]));
      const seen: (string | null | undefined)[] = [];
      for (const record of [
        byAgent('one'),
        byPerson('mine'),
        byAgent('two'),
        byPerson('mine again'),
        byAgent('three'),
      ]) {
        appendFileSync(file, lines([record]));
        await pass(database, home);
        seen.push(titleOf(database));
      }
      expect(seen).toEqual(['one', 'mine', 'mine', 'mine again', 'mine again']);
    }));

  it('stays when a newer parser reads the log again', () =>
    withHome(async (home, database) => {
      home.log(
        '-shop/s.jsonl',
        lines([start, byAgent('one'), byPerson('mine'), byPerson('mine again'), byAgent('two')]),
      );
      await pass(database, home);
      await pass(database, home, { providers: [{ ...claudeCode, parserVersion: claudeCode.parserVersion + 1 }] });
      expect(titleOf(database)).toBe('mine again');
    }));

  it.each<[string, Json[], Json[], string]>([
    ['the person’s, in whichever log', [byPerson('mine')], [byAgent('one')], 'mine'],
    ['the person’s, in the other log', [byAgent('one')], [byPerson('mine')], 'mine'],
    ['of two by the person that of the log with the greater path', [byPerson('a')], [byPerson('b')], 'b'],
    ['of two by the agent that of the log with the greater path', [byAgent('a')], [byAgent('b')], 'b'],
  ])('is, where two logs hold the session, %s, whichever is read first', async (_, first, second, expected) => {
    const logs = { '-a/s.jsonl': lines([start, ...first]), '-b/s.jsonl': lines([start, ...second]) };
    for (const names of [Object.keys(logs), Object.keys(logs).reverse()]) {
      await withHome(async (home, database) => {
        for (const name of names) {
          home.log(name, logs[name as keyof typeof logs]);
          await pass(database, home);
        }
        expect(titleOf(database)).toBe(expected);
      });
    }
  });
});
