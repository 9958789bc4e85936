import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { providers } from '../../extension/engine/providers/registry';
import { commitReport } from '../../extension/engine/reports/commit';
import { at, given } from '../support/given';
import { catalogue, emptyDatabase } from '../support/schema';

const repository_key = 'host/own/paceflow';
const commit_id = 'abcdef1234567890abcdef1234567890abcdef12';
const committed_at = at('2026-03-20T10:00Z');
const day = 86_400_000;
let database: Database;

beforeEach(async () => {
  database = await emptyDatabase();
  given(database, 'metadata_repository', [{}]);
  given(database, 'metadata_person', [{ person_id: 'me', is_me: 1 }]);
  given(
    database,
    'metadata_session',
    ['writer', 'helper', 'other', 'old'].map((session_key) => ({ session_key, repository_id: 1 })),
  );
  given(database, 'metadata_session', [{ session_key: 'sub', repository_id: 1, root_session_id: 3 }]);
  given(
    database,
    'event_session',
    ['writer', 'helper', 'other'].map((session_key) => ({ session_key, repository_key, estimated_cost_usd: 4 })),
  );
  given(database, 'metadata_source', [{}]);
  given(database, 'metadata_path', [
    { path: 'src/cart.ts' },
    { path: '/home/ada/shop/src/cart.ts' },
    { path: 'D:\\shop\\src\\cart.ts' },
    { path: '/home/ada/shop/src/other-cart.ts' },
  ]);
  given(database, 'fact_commit', [{ commit_id, committed_at }]);
  given(database, 'fact_commit_file_change', [{ commit_id, path_id: 1 }]);
  given(database, 'event_commit', [
    {
      ...{ commit_id, change_id: commit_id, committed_at, added_lines: 10, removed_lines: 1 },
      ...{ ai_added_lines: 6, ai_removed_lines: 1, human_added_lines: 4 },
    },
    { commit_id: 'another', change_id: 'another', committed_at },
  ]);
  given(database, 'fact_commit_session_match', [
    { commit_id, session_id: 2, evidence: 'moved', added_lines: 1 },
    { commit_id, session_id: 1, evidence: 'loose', added_lines: 1 },
    { commit_id, session_id: 1, evidence: 'exact', added_lines: 4, removed_lines: 1 },
  ]);
  given(database, 'event_commit_session', [
    { commit_id, session_key: 'helper', is_declared: 0, credited_added_lines: 1 },
    { commit_id, session_key: 'writer', is_declared: 0, credited_added_lines: 5, credited_removed_lines: 1 },
    { commit_id: 'another', session_key: 'writer', is_declared: 0, credited_added_lines: 2 },
  ]);
});

const ask = () => commitReport(database, catalogue, providers, commit_id.slice(0, 7), []);
const edits = (rows: { session_id: number; path_id: number; at?: number; outcome?: string }[]) =>
  given(
    database,
    'fact_session_code_change',
    rows.map((row) => ({ at: committed_at - day, outcome: 'ok', ...row })),
  );

describe('a commit', () => {
  it('has its sessions, most lines first, each with how its lines are known and its part of the cost', async () => {
    const report = await ask();
    expect(
      report?.sessions.map(({ session_key, evidence, commit_cost_usd }) => [session_key, commit_cost_usd, evidence]),
    ).toEqual([
      [
        'writer',
        3,
        [
          { kind: 'exact', added_lines: 4, removed_lines: 1 },
          { kind: 'loose', added_lines: 1, removed_lines: 0 },
        ],
      ],
      ['helper', 4, [{ kind: 'moved', added_lines: 1, removed_lines: 0 }]],
    ]);
    expect(report?.commit).toMatchObject({ ai_share: 0.6, ai_lines: 6, known_lines: 10, is_ai_heavy: true });
  });

  it('a session without a price has no part of a cost', async () => {
    database.run('update event_session set estimated_cost_usd = 0, unpriced_responses = 1');
    expect((await ask())?.sessions.map(({ cost_usd, commit_cost_usd }) => [cost_usd, commit_cost_usd])).toEqual([
      [null, null],
      [null, null],
    ]);
  });
});

describe('possible sessions', () => {
  const possible = async () => (await ask())?.possible_sessions.map(({ session_key, files }) => [session_key, files]);

  it('edited a file of it, under any spelling of its path, a sub-agent for its session', async () => {
    edits([{ session_id: 5, path_id: 2 }]);
    expect(await possible()).toEqual([['other', 1]]);
    database.run('update fact_session_code_change set path_id = 3');
    expect(await possible()).toEqual([['other', 1]]);
  });

  it.each([
    ['a session whose lines it holds', { session_id: 1, path_id: 2 }],
    ['another file whose name ends alike', { session_id: 3, path_id: 4 }],
    ['an edit that failed', { session_id: 3, path_id: 2, outcome: 'failed' }],
    ['an edit after it', { session_id: 3, path_id: 2, at: committed_at + day }],
    ['an edit long before it', { session_id: 4, path_id: 2, at: committed_at - 31 * day }],
  ])('not: %s', async (_, edit) => {
    edits([edit]);
    expect(await possible()).toEqual([]);
  });

  it('not where every line is a session’s', async () => {
    edits([{ session_id: 3, path_id: 2 }]);
    database.run('update event_commit set ai_added_lines = 10, human_added_lines = 0');
    expect(await possible()).toEqual([]);
  });
});
