import { describe, expect, it } from 'vitest';
import { buildSidebar } from '../../extension/engine/reports/sidebar';
import type { Range } from '../../shared/filters';
import { at, type GivenRow, given } from '../support/given';
import { catalogue, emptyDatabase } from '../support/schema';

const day = '2026-03-02';
const unpriced = { unpriced_responses: 1, unpriced_tokens: 10 };
const missing = { underreported_responses: 2, estimated_missing_output_tokens: 4000, estimated_missing_cost_usd: 0.5 };

/** What the sidebar says under the cost of some sessions on 8 March. */
async function costSentences(usage: GivenRow<'event_usage'>[], range: Range = 'all') {
  const database = await emptyDatabase();
  given(
    database,
    'event_session',
    [...new Set(usage.map((row) => row.session_key ?? ''))].map((session_key) => ({ session_key })),
  );
  given(database, 'event_usage', usage);
  const sidebar = buildSidebar({
    ...{ database, catalogue, scope: 'all', scopeLabel: '', range, repositories: undefined },
    ...{ now: at('2026-03-08T12:00Z'), zone: 'UTC', dataVersion: 1 },
  });
  return sidebar.state === 'ready' ? sidebar.groups.find((group) => group.id === 'cost')?.sentences : undefined;
}

const list = { text: 'At list price where the log records none: a subscription pays otherwise.', metric: null };
const noPrice = {
  text: '1 sessions used a model without a known price: their tokens are in no cost.',
  metric: 'unpriced',
};
const notLogged = (sessions: string, what: string) => ({
  text: `${sessions} too few output tokens. Estimated from their text, in no cost: about ${what}.`,
  metric: 'underreported',
});

describe('under the cost', () => {
  it.each<[string, GivenRow<'event_usage'>[], object[]]>([
    ['stands its basis where it is whole', [{ session_key: 'a', estimated_cost_usd: 1 }], [list]],
    ['stands what has no price', [{ session_key: 'a', ...unpriced }], [noPrice]],
    [
      'stands what logs do not count, of all sessions once',
      [
        { session_key: 'a', model: 'm', ...missing },
        { session_key: 'a', model: 'n', ...missing },
        { session_key: 'b', ...missing },
        { session_key: 'c' },
      ],
      [notLogged('2 sessions log', '12K output tokens, about $1.50')],
    ],
    [
      'stand both',
      [{ session_key: 'a', ...unpriced, ...missing, estimated_missing_cost_usd: 0 }],
      [noPrice, notLogged('1 session logs', '4K output tokens')],
    ],
    [
      'stands nothing of a first count that was right',
      [{ session_key: 'a', ...missing, estimated_missing_output_tokens: 0, estimated_missing_cost_usd: 0 }],
      [list],
    ],
  ])('%s', async (_, usage, expected) => {
    expect(await costSentences(usage)).toEqual(expected);
  });

  it('stands only what is in the range', async () => {
    const usage = [
      { session_key: 'a', day: '2026-02-01', week: '2026-01-26', ...missing },
      { session_key: 'b', day },
    ];
    expect(await costSentences(usage, 7)).toEqual([list]);
    expect(await costSentences(usage)).toEqual([notLogged('1 session logs', '4K output tokens, about $0.50')]);
  });
});
