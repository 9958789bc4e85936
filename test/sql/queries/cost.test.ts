import { describe, expect, it } from 'vitest';
import { type GivenRow, given } from '../../support/given';
import { type Asked, ask, columns, emptyDatabase, type Row } from '../../support/schema';

type Usage = GivenRow<'event_usage'>;

async function rowsOf(query: string, usage: Usage[], asked: Asked) {
  const database = await emptyDatabase();
  given(database, 'event_usage', usage);
  return ask(database, query, asked);
}

const unpriced = { unpriced_responses: 1, unpriced_tokens: 10 };
const missing = { underreported_responses: 2, estimated_missing_output_tokens: 100, estimated_missing_cost_usd: 8 };
const [a, b, c] = ['a', 'b', 'c'].map((session_key) => ({ session_key }));

describe('cost.report', () => {
  const usage: Usage[] = [
    {
      ...a,
      model: 'm',
      input_tokens: 1,
      cache_write_5m_tokens: 2,
      cache_write_1h_tokens: 4,
      cache_read_tokens: 8,
      output_tokens: 16,
      recorded_cost_usd: 1,
      estimated_cost_usd: 0.5,
    },
    { ...a, model: 'n', output_tokens: 10, ...unpriced },
    { ...b, model: 'm', day: '2026-03-03', estimated_cost_usd: 4 },
    { ...c, model: 'z', estimated_cost_usd: 99, is_retracted: 1 },
  ];
  const shown =
    'grp sessions input_tokens cache_write_tokens cache_read_tokens output_tokens recorded_cost_usd estimated_cost_usd cost_usd unpriced_sessions unpriced_tokens underreported_sessions estimated_missing_output_tokens estimated_missing_cost_usd';

  it('keeps recorded, estimated and unpriced apart, dearest first', async () => {
    expect(columns(await rowsOf('cost.report', usage, { group_by: 'model' }), shown)).toEqual([
      ['m', 2, 1, 6, 8, 16, 1, 4.5, 5.5, 0, 0, 0, 0, 0],
      ['n', 1, 0, 0, 0, 10, 0, 0, 0, 1, 10, 0, 0, 0],
    ]);
  });

  it('counts a session once in the total, though it stands in two groups', async () => {
    expect(columns(await rowsOf('cost.report', usage, { group_by: 'none' }), shown)).toEqual([
      ['all', 2, 1, 6, 8, 26, 1, 4.5, 5.5, 1, 10, 0, 0, 0],
    ]);
  });

  it('days come in their order, not by cost; equal costs by name', async () => {
    expect(columns(await rowsOf('cost.report', usage, { group_by: 'day' }), 'grp cost_usd')).toEqual([
      ['2026-03-02', 1.5],
      ['2026-03-03', 4],
    ]);
    const equal = [{ ...b }, { ...a }, { ...c }];
    expect(columns(await rowsOf('cost.report', equal, { group_by: 'session' }), 'grp')).toEqual([['a'], ['b'], ['c']]);
  });

  it('keeps what logs do not count beside tokens and cost, and counts its sessions', async () => {
    const guessed = [
      { ...a, output_tokens: 1, estimated_cost_usd: 0.5, ...missing },
      { ...a, ...missing, model: 'n' },
      { ...b, output_tokens: 2, estimated_cost_usd: 0.25 },
      { ...c, ...missing, is_retracted: 1 },
    ];
    expect(
      columns(
        await rowsOf('cost.report', guessed, { group_by: 'none' }),
        'output_tokens cost_usd underreported_sessions estimated_missing_output_tokens estimated_missing_cost_usd',
      ),
    ).toEqual([[3, 0.75, 1, 200, 16]]);
  });

  it('an empty range has a total of nothing, and no groups', async () => {
    expect(columns(await rowsOf('cost.report', [], { group_by: 'none' }), shown)).toEqual([
      ['all', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    expect(await rowsOf('cost.report', [], { group_by: 'model' })).toEqual([]);
  });
});

describe('cost.metrics', () => {
  const all = async (usage: Usage[]) =>
    columns(
      await rowsOf('cost.metrics', usage, { group_by: 'none' }),
      'metric value numerator denominator units band',
    ).slice(0, 2);

  it('spend beside the sessions that are wholly priced; cost per session over all that used tokens', async () => {
    expect(
      await all([
        { ...a, recorded_cost_usd: 1 },
        { ...a, estimated_cost_usd: 0.5, ...unpriced },
        { ...b, estimated_cost_usd: 3 },
        { ...c, ...unpriced },
      ]),
    ).toEqual([
      ['cost', 4.5, 1, 3, 3, null],
      ['cost_per_session', 1.5, 4.5, 3, 3, null],
    ]);
  });

  it('where nothing has a price there is no cost, not a cost of zero', async () => {
    expect(
      await all([
        { ...a, ...unpriced },
        { ...b, ...unpriced },
      ]),
    ).toEqual([
      ['cost', null, 0, 2, 2, null],
      ['cost_per_session', null, null, 2, 2, null],
    ]);
  });

  it('priced at nothing is zero', async () => {
    expect(await all([{ ...a }])).toEqual([
      ['cost', 0, 1, 1, 1, null],
      ['cost_per_session', 0, 0, 1, 1, null],
    ]);
  });

  it('output that logs do not count is in no cost', async () => {
    expect(await all([{ ...a, estimated_cost_usd: 1, ...missing }])).toEqual([
      ['cost', 1, 1, 1, 1, null],
      ['cost_per_session', 1, 1, 1, 1, null],
    ]);
  });

  it('an empty range has no cost', async () => {
    expect(await all([])).toEqual([
      ['cost', null, 0, 0, 0, null],
      ['cost_per_session', null, null, 0, 0, null],
    ]);
  });
});

describe('linked and unlinked cost', () => {
  /** `made` stands behind two commits, one of them amended; `lost` behind one that no branch holds; `idle` behind none. */
  async function world() {
    const database = await emptyDatabase();
    given(
      database,
      'event_session',
      ['made', 'lost', 'idle'].map((session_key) => ({ session_key, estimated_cost_usd: 3 })),
    );
    given(database, 'event_usage', [
      { session_key: 'made', estimated_cost_usd: 1, model: 'm' },
      { session_key: 'made', estimated_cost_usd: 2, model: 'n' },
      { session_key: 'lost', estimated_cost_usd: 3, model: 'm' },
      { session_key: 'idle', estimated_cost_usd: 3, model: 'm' },
    ]);
    given(database, 'event_commit', [
      { commit_id: 'first', change_id: 'first', is_canonical: 0, is_reachable: 0 },
      { commit_id: 'amended', change_id: 'first' },
      { commit_id: 'other', change_id: 'other' },
      { commit_id: 'gone', is_reachable: 0 },
    ]);
    given(database, 'event_commit_session', [
      { commit_id: 'first', session_key: 'made' },
      { commit_id: 'amended', session_key: 'made', credited_added_lines: 3 },
      { commit_id: 'other', session_key: 'made', credited_added_lines: 1 },
      { commit_id: 'gone', session_key: 'lost' },
    ]);
    return database;
  }

  it('add up to all, by group too; a commit of two models is one of each', async () => {
    const rows = ask(await world(), 'cost.report', { group_by: 'model' });
    expect(columns(rows, 'grp cost_usd linked_cost_usd unlinked_cost_usd linked_changes')).toEqual([
      ['m', 7, 1, 6, 2],
      ['n', 2, 2, 0, 2],
    ]);
  });

  it('per commit: spend behind commits, by commits whose copies count once', async () => {
    const rows = ask(await world(), 'cost.metrics', { group_by: 'none' });
    expect(columns(rows, 'metric value numerator denominator units').slice(2)).toEqual([
      ['cost_linked', 1 / 3, 3, 9, 3],
      ['cost_per_change', 1.5, 3, 2, 2],
    ]);
  });

  it('a session’s cost is shared by credited lines', async () => {
    const database = await world();
    const query = 'select * from view_change_session order by change_id';
    expect(columns(database.all<Row>(query), 'change_id session_key credited_lines cost_usd')).toEqual([
      ['first', 'made', 3, 2.25],
      ['other', 'made', 1, 0.75],
    ]);
    database.run('update event_commit_session set credited_added_lines = 0');
    expect(columns(database.all<Row>(query), 'change_id cost_usd')).toEqual([
      ['first', 1.5],
      ['other', 1.5],
    ]);
  });
});

describe('cost.dayModel', () => {
  const usage: Usage[] = [
    { model: 'm', estimated_cost_usd: 1, day: '2026-03-03', week: '2026-03-02' },
    { model: 'm', recorded_cost_usd: 2, day: '2026-03-03', week: '2026-03-02', provider: 'other' },
    { model: 'b', ...unpriced, day: '2026-03-03', week: '2026-03-02' },
    { model: 'm', estimated_cost_usd: 4, day: '2026-03-05', week: '2026-03-02' },
    { model: 'm', estimated_cost_usd: 8, day: '2026-03-09', week: '2026-03-09' },
  ];

  it('by day', async () => {
    expect(
      columns(await rowsOf('cost.dayModel', usage, { group_by: 'day' }), 'day model cost_usd unpriced_tokens'),
    ).toEqual([
      ['2026-03-03', 'b', 0, 10],
      ['2026-03-03', 'm', 3, 0],
      ['2026-03-05', 'm', 4, 0],
      ['2026-03-09', 'm', 8, 0],
    ]);
  });

  it('by week, under its Monday', async () => {
    expect(columns(await rowsOf('cost.dayModel', usage, { group_by: 'week' }), 'day model cost_usd')).toEqual([
      ['2026-03-02', 'b', 0],
      ['2026-03-02', 'm', 7],
      ['2026-03-09', 'm', 8],
    ]);
  });
});
