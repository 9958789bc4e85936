import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { given } from '../../support/given';
import { type Asked, ask, columns, emptyDatabase } from '../../support/schema';

const repository_key = 'host/own/paceflow';

describe('session.rows', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
    given(database, 'metadata_repository', [{ name: 'paceflow' }]);
    given(database, 'metadata_session', [{ session_key: 'dear', title: 'A title' }]);
    given(database, 'event_session', [
      {
        session_key: 'dear',
        started_at: 1,
        repository_key,
        responses: 1,
        estimated_cost_usd: 3,
        recorded_cost_usd: 1,
        edits_applied: 1,
        active_ms_to_first_edit: 50,
        prompts: 2,
      },
      {
        session_key: 'cheap',
        started_at: 2,
        responses: 1,
        estimated_cost_usd: 1,
        permission: 'asks',
        edits_rejected: 2,
        prompts: 9,
      },
      { session_key: 'free', started_at: 3, edits_applied: 1, active_ms_to_first_edit: 70 },
      {
        session_key: 'unpriced',
        started_at: 4,
        responses: 2,
        unpriced_responses: 1,
        is_plan_only: 1,
        underreported_responses: 1,
        estimated_missing_output_tokens: 9,
        estimated_missing_cost_usd: 0.5,
      },
      {
        session_key: 'headless',
        started_at: 5,
        responses: 1,
        kind: 'headless',
        permission: 'asks',
        edits_rejected: 9,
        active_ms_to_first_edit: 1,
      },
    ]);
    given(
      database,
      'event_usage',
      ['dear', 'cheap', 'unpriced', 'headless'].map((session_key) => ({ session_key })),
    );
  });
  const keys = (asked: Asked) =>
    columns(ask(database, 'session.rows', { limit: 100, offset: 0, ...asked }), 'session_key').flat();

  it.each<[string | null, string[]]>([
    [null, ['dear', 'cheap', 'headless', 'unpriced', 'free']],
    ['sessions', ['unpriced', 'free', 'cheap', 'dear']],
    ['prompts_per_session', ['cheap', 'dear', 'unpriced', 'free']],
    ['median_prompts', ['cheap', 'dear', 'unpriced', 'free']],
    ['time_to_first_edit', ['free', 'dear']],
    ['no_output_rate', ['cheap']],
    ['rejected_edit_rate', ['cheap']],
    ['cost', ['dear', 'cheap', 'headless', 'unpriced']],
    ['cost_per_session', ['dear', 'cheap', 'headless', 'unpriced']],
    ['cost_linked', []],
    ['session_to_commit', []],
    ['unpriced', ['unpriced']],
    ['underreported', ['unpriced']],
  ])('of metric %s, in its order', (metric, expected) => expect(keys({ metric })).toEqual(expected));

  it('come in pages that say how many there are', () => {
    const page = ask(database, 'session.rows', { limit: 2, offset: 1 });
    expect(columns(page, 'session_key total')).toEqual([
      ['cheap', 5],
      ['headless', 5],
    ]);
    expect(keys({ limit: 2, offset: 4 })).toEqual(['free']);
    expect(keys({ offset: 5 })).toEqual([]);
  });

  it('name the session and the repository where they are known', () => {
    const rows = ask(database, 'session.rows', { limit: 2, offset: 0 });
    expect(columns(rows, 'title repository repository_key cost_usd tokens')).toEqual([
      ['A title', 'paceflow', repository_key, 4, 0],
      [null, null, null, 1, 0],
    ]);
  });

  it('have what the log does not count beside their cost', () => {
    const shown = 'session_key cost_usd estimated_missing_output_tokens estimated_missing_cost_usd';
    const expected = [['unpriced', 0, 9, 0.5]];
    const rows = ask(database, 'session.rows', { metric: 'underreported', limit: 9, offset: 0 });
    expect(columns(rows, shown)).toEqual(expected);
    expect(columns(ask(database, 'session.session', { session: 'unpriced' }), shown)).toEqual(expected);
  });

  it('session.session is one of them, or none', () => {
    const rows = ask(database, 'session.session', { session: 'dear' });
    expect(columns(rows, 'session_key title repository cost_usd active_ms_to_first_edit subagents')).toEqual([
      ['dear', 'A title', 'paceflow', 4, 50, 0],
    ]);
    expect(ask(database, 'session.session', { session: 'nobody' })).toEqual([]);
  });
});
