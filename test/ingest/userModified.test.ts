import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packLines } from '../../extension/engine/attribution/lines';
import type { Database } from '../../extension/engine/database/database';
import { emptyDatabase, type Home, makeHome, pass } from './ingestHarness';
import { changedEdit, edit, lines } from './sampleLogs';

let home: Home;
let database: Database;
beforeEach(async () => {
  home = makeHome();
  database = await emptyDatabase();
});
afterEach(() => {
  database.close();
  home.remove();
});

const change = () =>
  database.get<{ added_lines: number; proposed_added: Uint8Array | null; is_user_modified: number }>(
    'select added_lines, proposed_added, is_user_modified from fact_session_code_change',
  );
const linesAdded = () => database.get<{ n: number }>('select lines_added as n from event_session')?.n;

describe('a proposal that the person changed', () => {
  const [call = {}, result = {}] = changedEdit({ session: 's', uuid: 'e', minute: 1 });
  const proposed = packLines(['new one', 'new two']);

  it.each([
    ['call and result together', [[call, result]]],
    ['the call first', [[call], [result]]],
    ['the result first', [[result], [call]]],
    ['both again', [[call, result], [call], [result]]],
  ])('adds only what was in both: %s', async (_, parts) => {
    const path = home.log('-s/s.jsonl', '');
    for (const part of parts) {
      appendFileSync(path, lines(part));
      await pass(database, home);
    }
    expect(change()).toEqual({ added_lines: 3, proposed_added: proposed, is_user_modified: 1 });
    expect(linesAdded()).toBe(1);
  });

  it('adds what was applied where its call was never met', async () => {
    home.log('-s/s.jsonl', lines([result]));
    await pass(database, home);
    expect(change()).toMatchObject({ added_lines: 3, proposed_added: null });
    expect(linesAdded()).toBe(3);
  });

  it('is kept of changed proposals only', async () => {
    home.log('-s/s.jsonl', lines(edit({ session: 's', uuid: 'e', minute: 1 })));
    await pass(database, home);
    expect(change()).toMatchObject({ added_lines: 2, proposed_added: null, is_user_modified: 0 });
    expect(linesAdded()).toBe(2);
  });
});
