import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { type GivenRow, given } from '../../support/given';
import { type Asked, ask, columns, emptyDatabase } from '../../support/schema';

const [one, two] = ['host/own/one', 'host/own/two'];
const linked = 'linked00aa';

/** Two repositories; commits that differ in one thing each; one session behind `linked`, another one too. */
async function commits(): Promise<Database> {
  const database = await emptyDatabase();
  given(database, 'metadata_person', [{ person_id: 'me', is_me: 1 }]);
  given(database, 'metadata_repository', [
    { repository_key: one, name: 'one' },
    { repository_key: two, name: 'two' },
  ]);
  const all = [
    { commit_id: linked, authored_at: 10, day: '2026-03-02', added_lines: 5, removed_lines: 2 },
    { commit_id: 'alone', authored_at: 20, day: '2026-03-03' },
    { commit_id: 'other', authored_at: 30, day: '2026-03-03', is_mine: 0 },
    { commit_id: 'merge', authored_at: 40, day: '2026-03-03', is_merge: 1 },
    { commit_id: 'lost', authored_at: 50, day: '2026-03-03', is_reachable: 0 },
    { commit_id: 'later', authored_at: 60, day: '2026-03-09', week: '2026-03-09' },
    { commit_id: 'elsewhere', authored_at: 70, day: '2026-03-09', week: '2026-03-09', repository_key: two },
  ];
  given(
    database,
    'event_commit',
    all.map((commit) => ({ repository_key: one, ...commit })),
  );
  given(
    database,
    'fact_commit',
    all.map(({ commit_id, authored_at, ...commit }) => ({
      ...{ commit_id, authored_at, subject: `Make ${commit_id}`, committed_at: authored_at },
      repository_id: commit.repository_key === two ? 2 : 1,
    })),
  );
  given(database, 'event_session', [
    {
      session_key: 'late',
      started_at: 5,
      ended_at: 9,
      repository_key: one,
      model: 'm',
      prompts: 3,
      estimated_cost_usd: 2,
    },
    { session_key: 'soon', started_at: 1, ended_at: 2, repository_key: one },
    { session_key: 'silent', started_at: 1, ended_at: 2, repository_key: two },
  ]);
  given(database, 'metadata_session', [{ session_key: 'late', title: 'A title' }]);
  given(database, 'event_commit_session', [
    { repository_key: one, commit_id: linked, session_key: 'late', declared_at: 9 },
    { repository_key: one, commit_id: linked, session_key: 'soon', declared_at: 2 },
    { repository_key: one, commit_id: linked, session_key: 'silent', declared_at: null, is_declared: 0 },
    { repository_key: one, commit_id: 'merge', session_key: 'late', declared_at: 3 },
  ]);
  return database;
}

let database: Database;
beforeAll(async () => {
  database = await commits();
});

describe('commit.metrics', () => {
  const rows = (asked: Asked) =>
    columns(
      ask(database, 'commit.metrics', asked).filter(({ metric }) => metric === 'commits_linked'),
      'grp metric value numerator denominator units band',
    );

  it.each<[string, Asked, [string, number | null, number, number][]]>([
    ['all', { group_by: 'none' }, [['all', 0.25, 1, 4]]],
    [
      'by day',
      { group_by: 'day' },
      [
        ['2026-03-02', 1, 1, 1],
        ['2026-03-03', 0, 0, 1],
        ['2026-03-09', 0, 0, 2],
      ],
    ],
    [
      'by week',
      { group_by: 'week' },
      [
        ['2026-03-02', 0.5, 1, 2],
        ['2026-03-09', 0, 0, 2],
      ],
    ],
    [
      'by repository',
      { group_by: 'repository' },
      [
        [one, 1 / 3, 1, 3],
        [two, 0, 0, 1],
      ],
    ],
    [
      'by period',
      { group_by: 'period', pivot: '2026-03-03' },
      [
        ['before', 1, 1, 1],
        ['now', 0, 0, 3],
      ],
    ],
    ['of a repository', { group_by: 'none', repositories: [two] }, [['all', 0, 0, 1]]],
    ['from a day on', { group_by: 'none', from: '2026-03-03' }, [['all', 0, 0, 3]]],
    ['up to a day', { group_by: 'none', to: '2026-03-02' }, [['all', 1, 1, 1]]],
    ['of nothing', { group_by: 'none', to: '2020-01-01' }, [['all', null, 0, 0]]],
  ])('%s', (_, asked, expected) => {
    expect(rows(asked)).toEqual(
      expected.map(([grp, value, numerator, denominator]) => [
        grp,
        'commits_linked',
        value,
        numerator,
        denominator,
        denominator,
        null,
      ]),
    );
  });
});

describe('AI share and AI-heavy commits', () => {
  const metrics = async (commits: GivenRow<'event_commit'>[]) => {
    const own = await emptyDatabase();
    given(own, 'event_commit', commits);
    return columns(ask(own, 'commit.metrics', { group_by: 'none' }), 'metric value numerator denominator units').slice(
      1,
    );
  };
  const half = { added_lines: 10, ai_added_lines: 5, human_added_lines: 5 };

  it('weigh a share by lines, and count commits', async () => {
    expect(
      await metrics([half, { added_lines: 90, human_added_lines: 90 }, { added_lines: 4, ai_added_lines: 4 }]),
    ).toEqual([
      ['ai_share', 9 / 104, 9, 104, 3],
      ['ai_heavy', 1 / 3, 1, 3, 3],
    ]);
  });

  it('leave out copies, commits of others, merges and what is mostly unknown', async () => {
    expect(
      await metrics([
        half,
        { ...half, is_canonical: 0 },
        { ...half, is_mine: 0 },
        { ...half, is_merge: 1 },
        { added_lines: 10, ai_added_lines: 4, unknown_added_lines: 6 },
        { added_lines: 10, ai_declared_added_lines: 10 },
        {},
      ]),
    ).toEqual([
      ['ai_share', 0.5, 5, 10, 1],
      ['ai_heavy', 1, 1, 1, 1],
    ]);
  });

  it('have no value where there is nothing to share', async () => {
    expect(await metrics([{}])).toEqual([
      ['ai_share', null, 0, 0, 0],
      ['ai_heavy', null, 0, 0, 0],
    ]);
  });
});

describe('commit.rows', () => {
  const rows = (asked: Asked = {}) =>
    columns(ask(database, 'commit.rows', { limit: 10, offset: 0, ...asked }), 'commit_id sessions total');

  it('are the counted ones, newest first', () => {
    expect(rows()).toEqual([
      ['elsewhere', 0, 4],
      ['later', 0, 4],
      ['alone', 0, 4],
      [linked, 3, 4],
    ]);
  });

  it.each<[string, Asked, string[]]>([
    ['linked ones', { metric: 'commits_linked' }, [linked]],
    ['with lines of a session', { metric: 'ai_share' }, []],
    ['of a repository', { repositories: [two] }, ['elsewhere']],
    ['of a range, both days included', { from: '2026-03-03', to: '2026-03-09' }, ['elsewhere', 'later', 'alone']],
    ['a page', { limit: 2, offset: 1 }, ['later', 'alone']],
  ])('%s', (_, asked, expected) => expect(rows(asked).map(([commit]) => commit)).toEqual(expected));

  it('say what the commit was', () => {
    expect(
      columns(
        ask(database, 'commit.rows', { limit: 1, offset: 3 }),
        'repository subject authored_at added_lines removed_lines',
      ),
    ).toEqual([['one', `Make ${linked}`, 10, 5, 2]]);
  });
});

describe('one commit', () => {
  const found = (commit: string, asked: Asked = {}) =>
    columns(ask(database, 'commit.commit', { commit, upper: `${commit}g`, ...asked }), 'commit_id').flat();

  it('is found by its first digits, counted or not', () => {
    expect(found('linked0')).toEqual([linked]);
    expect(found('merge')).toEqual(['merge']);
    expect(found('l')).toEqual(['later']);
    expect(found(linked)).toEqual([linked]);
    expect(found('x')).toEqual([]);
  });

  it('only in the repositories that are asked for', () => {
    expect(found('alone', { repositories: [two] })).toEqual([]);
    expect(found('alone', { repositories: [two, one] })).toEqual(['alone']);
  });

  it('has its sessions, who said so first on top, who did not say it last', () => {
    const rows = ask(database, 'commit.sessions', { repository: one, commit: linked });
    expect(columns(rows, 'session_key declared_at title model prompts cost_usd')).toEqual([
      ['soon', 2, null, null, 1, 0],
      ['late', 9, 'A title', 'm', 3, 2],
      ['silent', null, null, null, 1, 0],
    ]);
    expect(ask(database, 'commit.sessions', { repository: two, commit: linked })).toEqual([]);
  });

  it.each([
    [9, 100, 1],
    [2, 8, 2],
    [2, 5, 2],
    [3, 4, 0],
    [10, 100, 0],
    [0, 1, 1],
  ])('sessions at work between %i and %i: %i', (after, before, sessions) => {
    expect(ask(database, 'commit.lookedAt', { repository: one, after, before })).toEqual([{ sessions }]);
  });

  it('session.commits are those that a session stands behind, oldest first', () => {
    expect(
      columns(ask(database, 'session.commits', { session: 'late' }), 'commit_id repository subject sessions'),
    ).toEqual([
      [linked, 'one', `Make ${linked}`, 3],
      ['merge', 'one', 'Make merge', 1],
    ]);
  });
});
