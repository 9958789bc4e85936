import { describe, expect, it } from 'vitest';
import { type GivenRow, given, hours } from '../../support/given';
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

describe('view_session_commit', () => {
  const repository_key = 'host/own/one';
  const session = { session_key: 's', repository_key, started_at: hours(100), ended_at: hours(102) };
  const later = { session_key: 'later', started_at: hours(200), ended_at: hours(200) };
  type Commit = GivenRow<'event_commit'> & { lines?: number; declared?: number };

  async function outcome(commits: Commit[], worked = [hours(100), hours(101)], own: GivenRow<'event_session'> = {}) {
    const database = await emptyDatabase();
    given(database, 'event_session', [{ ...session, responses: worked.length, ...own }, later]);
    given(
      database,
      'event_usage',
      worked.map((hour_at) => ({ session_key: 's', hour_at })),
    );
    for (const [index, { lines = 0, declared = 0, ...commit }] of commits.entries()) {
      const commit_id = `c${index}`;
      given(database, 'event_commit', [{ commit_id, change_id: commit_id, repository_key, ...commit }]);
      given(database, 'event_commit_session', [
        { commit_id, repository_key, session_key: 's', is_declared: declared, credited_added_lines: lines },
      ]);
    }
    const [row] = database.all<Row>("select * from view_session_commit where session_key = 's'");
    return [row?.['is_mature'], row?.['lines_committed_soon'], row?.['is_committed_soon']];
  }
  const at = (hour: number) => ({ authored_at: hours(hour), committed_at: hours(hour) });

  it.each<[string, Commit[], [number, number]]>([
    ['three lines soon after', [{ ...at(105), lines: 3 }], [3, 1]],
    ['two lines', [{ ...at(105), lines: 2 }], [2, 0]],
    ['two lines of two commits each', [at(103), at(104)].map((time) => ({ ...time, lines: 2 })), [4, 1]],
    ['copies of two lines', [at(103), at(104)].map((time) => ({ ...time, lines: 2, change_id: 'x' })), [2, 0]],
    ['too late', [{ ...at(106.1), lines: 9 }], [0, 0]],
    ['before it began', [{ ...at(99), lines: 9 }], [0, 0]],
    ['amended late', [{ authored_at: hours(103), committed_at: hours(150), lines: 3 }], [3, 1]],
    ['an old one amended', [{ authored_at: hours(50), committed_at: hours(103), lines: 3 }], [3, 1]],
    ['none of its lines, but declared', [{ ...at(103), declared: 1 }], [0, 1]],
    ['declared days later', [{ ...at(150), declared: 1 }], [0, 0]],
  ])('%s', async (_, commits, expected) => expect((await outcome(commits)).slice(1)).toEqual(expected));

  it('a commit in a pause longer than the wait belongs to no segment', async () => {
    const worked = [hours(100), hours(120)];
    const own = { ended_at: hours(121) };
    expect(await outcome([{ ...at(110), lines: 9 }], worked, own)).toEqual([1, 0, 0]);
    expect(await outcome([{ ...at(104), lines: 9 }], worked, own)).toEqual([1, 9, 1]);
    expect(await outcome([{ ...at(124), lines: 9 }], worked, own)).toEqual([1, 9, 1]);
  });

  it('is too young where nothing that was read is younger than the wait', async () => {
    expect((await outcome([], [], { ended_at: hours(196) }))[0]).toBe(1);
    expect((await outcome([], [], { ended_at: hours(196.1) }))[0]).toBe(0);
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
