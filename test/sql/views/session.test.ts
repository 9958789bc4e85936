import { describe, expect, it } from 'vitest';
import { given } from '../../support/given';
import { columns, emptyDatabase, type Row } from '../../support/schema';

describe('view_session', () => {
  it('flags what rates are made of', async () => {
    const database = await emptyDatabase();
    given(database, 'event_session', [
      { session_key: 'edits', edits_applied: 1 },
      { session_key: 'shell', opaque_writes: 1 },
      { session_key: 'commits', declared_commits: 1 },
      { session_key: 'rejects', edits_rejected: 5, edits_failed: 5 },
      { session_key: 'headless', kind: 'headless' },
      { session_key: 'silent', prompts: 0 },
      { session_key: 'unpriced', responses: 2, unpriced_responses: 1 },
      { session_key: 'guessed', responses: 2, underreported_responses: 1 },
    ]);
    expect(
      columns(
        database.all<Row>('select * from view_session order by event_rev'),
        'session_key is_counted has_edit has_output has_commit has_usage is_unpriced is_output_underreported',
      ),
    ).toEqual([
      ['edits', 1, 1, 1, 0, 0, 0, 0],
      ['shell', 1, 0, 1, 0, 0, 0, 0],
      ['commits', 1, 0, 1, 1, 0, 0, 0],
      ['rejects', 1, 0, 0, 0, 0, 0, 0],
      ['headless', 0, 0, 0, 0, 0, 0, 0],
      ['silent', 0, 0, 0, 0, 0, 0, 0],
      ['unpriced', 1, 0, 0, 0, 1, 1, 0],
      ['guessed', 1, 0, 0, 0, 1, 0, 1],
    ]);
  });

  it('adds both bases of cost and all classes of tokens, reasoning not twice and no estimate', async () => {
    const database = await emptyDatabase();
    given(database, 'event_session', [
      {
        ...{ recorded_cost_usd: 1.5, estimated_cost_usd: 0.25 },
        ...{ input_tokens: 1, cache_write_5m_tokens: 2, cache_write_1h_tokens: 4, cache_read_tokens: 8 },
        ...{ output_tokens: 16, reasoning_tokens: 16 },
        ...{ estimated_missing_output_tokens: 32, estimated_missing_cost_usd: 4 },
      },
    ]);
    expect(columns(database.all<Row>('select * from view_session'), 'cost_usd tokens')).toEqual([[1.75, 31]]);
  });

  it('leaves out what was retracted', async () => {
    const database = await emptyDatabase();
    given(database, 'event_session', [{ session_key: 'stands' }, { session_key: 'gone', is_retracted: 1 }]);
    expect(columns(database.all<Row>('select * from view_session'), 'session_key')).toEqual([['stands']]);
  });
});

describe('view_session_week', () => {
  it('counts counted sessions by the week they began in', async () => {
    const database = await emptyDatabase();
    given(database, 'event_session', [
      { week: '2026-03-02', prompts: 3, edits_applied: 1 },
      { week: '2026-03-02', prompts: 4 },
      { week: '2026-03-02', prompts: 9, is_plan_only: 1 },
      { week: '2026-03-02', prompts: 9, kind: 'headless' },
      { week: '2026-03-09', prompts: 2, is_plan_only: 1 },
      { week: '2026-03-16', prompts: 0 },
    ]);
    expect(
      columns(
        database.all<Row>('select * from view_session_week order by week'),
        'week sessions prompts prompts_per_session sessions_without_output sessions_that_could_write no_output_rate',
      ),
    ).toEqual([
      ['2026-03-02', 3, 16, 16 / 3, 1, 2, 0.5],
      ['2026-03-09', 1, 2, 2, 0, 0, null],
    ]);
  });
});
