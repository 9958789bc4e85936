import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { given } from '../../support/given';
import { columns, emptyDatabase, type Row } from '../../support/schema';

describe('views of cost', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
    const tokens = {
      input_tokens: 1,
      cache_write_5m_tokens: 2,
      cache_write_1h_tokens: 4,
      cache_read_tokens: 8,
      output_tokens: 16,
    };
    const missing = {
      underreported_responses: 2,
      estimated_missing_output_tokens: 100,
      estimated_missing_cost_usd: 8,
    };
    given(database, 'event_usage', [
      { session_key: 'a', model: 'm', day: '2026-03-02', ...tokens, reasoning_tokens: 16, recorded_cost_usd: 1 },
      { session_key: 'a', model: 'm', day: '2026-03-02', ...tokens, estimated_cost_usd: 0.5, ...missing },
      { session_key: 'a', model: 'n', day: '2026-03-03', unpriced_responses: 1, unpriced_tokens: 31, ...tokens },
      { session_key: 'b', model: 'm', day: '2026-03-02', estimated_cost_usd: 0.25, ...missing },
      { session_key: 'b', model: 'm', day: '2026-03-02', provider: 'other', estimated_cost_usd: 2 },
      { session_key: 'b', model: 'm', day: '2026-03-02', estimated_cost_usd: 64, is_retracted: 1, ...missing },
    ]);
  });
  const all = (view: string, order: string) => database.all<Row>(`select * from ${view} order by ${order}`);

  it('view_usage adds classes of tokens and bases of cost, reasoning not twice', () => {
    expect(columns(all('view_usage', 'hour_at'), 'session_key cache_write_tokens tokens cost_usd')).toEqual([
      ['a', 6, 31, 1],
      ['a', 6, 31, 0.5],
      ['a', 6, 31, 0],
      ['b', 0, 0, 0.25],
      ['b', 0, 0, 2],
    ]);
  });

  it('view_cost_day has a row per day, agent and model', () => {
    expect(
      columns(
        all('view_cost_day', 'day, provider, model'),
        'day provider model input_tokens cache_write_tokens cache_read_tokens output_tokens recorded_cost_usd estimated_cost_usd cost_usd unpriced_tokens',
      ),
    ).toEqual([
      ['2026-03-02', 'claude-code', 'm', 2, 12, 16, 32, 1, 0.75, 1.75, 0],
      ['2026-03-02', 'other', 'm', 0, 0, 0, 0, 0, 2, 2, 0],
      ['2026-03-03', 'claude-code', 'n', 1, 6, 8, 16, 0, 0, 0, 31],
    ]);
  });

  it('view_cost_session has a row per session', () => {
    const rows = database.all<Row>(
      "select * from view_cost_session where provider = 'claude-code' order by session_key",
    );
    expect(
      columns(
        rows,
        'source_id session_key recorded_cost_usd estimated_cost_usd cost_usd unpriced_responses unpriced_tokens',
      ),
    ).toEqual([
      ['here', 'a', 1, 0.5, 1.5, 1, 31],
      ['here', 'b', 0, 0.25, 0.25, 0, 0],
    ]);
  });

  it('output that logs do not count is beside tokens and cost, by day as by session', () => {
    const shown = 'tokens cost_usd estimated_missing_output_tokens estimated_missing_cost_usd';
    expect(columns(all('view_usage', 'hour_at'), shown)).toEqual([
      [31, 1, 0, 0],
      [31, 0.5, 100, 8],
      [31, 0, 0, 0],
      [0, 0.25, 100, 8],
      [0, 2, 0, 0],
    ]);
    expect(columns(all('view_cost_day', 'day, provider, model'), shown.replace('tokens', 'output_tokens'))).toEqual([
      [32, 1.75, 200, 16],
      [0, 2, 0, 0],
      [16, 0, 0, 0],
    ]);
    expect(
      columns(
        all('view_cost_session', 'session_key, provider'),
        `session_key underreported_responses ${shown.replace('tokens', 'output_tokens')}`,
      ),
    ).toEqual([
      ['a', 2, 48, 1.5, 100, 8],
      ['b', 2, 0, 0.25, 100, 8],
      ['b', 0, 0, 2, 0, 0],
    ]);
  });
});

describe('view_source_day', () => {
  it('adds sources by agent and day', async () => {
    const database = await emptyDatabase();
    given(database, 'event_source_day', [
      { records: 8, unknown_records: 2, problems: 1 },
      { records: 2, unknown_records: 0, problems: 3 },
      { day: '2026-03-03', records: 0, problems: 1 },
      { provider: 'other', records: 5 },
      { records: 100, is_retracted: 1 },
    ]);
    expect(
      columns(
        database.all<Row>('select * from view_source_day order by provider, day'),
        'provider day sources records unknown_records problems known_rate',
      ),
    ).toEqual([
      ['claude-code', '2026-03-02', 2, 10, 2, 4, 0.8],
      ['claude-code', '2026-03-03', 1, 0, 0, 1, null],
      ['other', '2026-03-02', 1, 5, 0, 0, 1],
    ]);
  });
});
