import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { given } from '../../support/given';
import { type Asked, ask, columns, emptyDatabase } from '../../support/schema';

/** Six sessions that differ in one thing each from the first, and usage that differs in the same way. */
const variants = [
  { session_key: 'plain' },
  { session_key: 'later', day: '2026-03-04', week: '2026-03-02' },
  { session_key: 'elsewhere', repository_key: 'host/own/two' },
  { session_key: 'agent', provider: 'other' },
  { session_key: 'model', model: 'n' },
  { session_key: 'branch', branch: 'topic' },
  { session_key: 'nameless', repository_key: null, branch: null, day: '2026-03-10', week: '2026-03-09' },
].map((variant) => ({ repository_key: 'host/own/one', branch: 'main', model: 'm', day: '2026-03-03', ...variant }));

const all = variants.map((variant) => variant.session_key);
const without = (...names: string[]) => all.filter((name) => !names.includes(name)).sort();

const cases: [string, Asked, string[]][] = [
  ['nothing asked', {}, without()],
  ['from a day on, that day included', { from: '2026-03-04' }, ['later', 'nameless']],
  ['up to a day, that day included', { to: '2026-03-03' }, without('later', 'nameless')],
  ['one day', { from: '2026-03-04', to: '2026-03-04' }, ['later']],
  ['a range that ends before it begins', { from: '2026-03-05', to: '2026-03-04' }, []],
  ['a repository', { repositories: ['host/own/two'] }, ['elsewhere']],
  ['two repositories', { repositories: ['host/own/two', 'host/own/one'] }, without('nameless')],
  ['no repository', { repositories: [] }, []],
  ['an agent', { providers: ['other'] }, ['agent']],
  ['a model', { models: ['n'] }, ['model']],
  ['a branch', { branches: ['topic'] }, ['branch']],
  ['what nobody has', { branches: ["it's; drop table"] }, []],
  [
    'all at once',
    {
      from: '2026-03-03',
      to: '2026-03-03',
      repositories: ['host/own/one'],
      providers: ['claude-code'],
      models: ['m'],
      branches: ['main'],
    },
    ['plain'],
  ],
];

describe('filters', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
    given(
      database,
      'event_session',
      variants.map((variant) => ({ ...variant, responses: 1 })),
    );
    given(database, 'event_usage', variants);
  });

  it.each(cases)('session.metrics: %s', (_, asked, expected) => {
    const rows = ask(database, 'session.metrics', { ...asked, group_by: 'session' });
    expect([...new Set(rows.map((row) => row['grp']))]).toEqual(expected);
  });

  it.each(cases)('session.rows: %s', (_, asked, expected) => {
    const rows = ask(database, 'session.rows', { ...asked, limit: 100, offset: 0 });
    expect(rows.map((row) => row['session_key']).sort()).toEqual(expected);
  });

  it.each(cases)('cost.report and cost.metrics: %s', (_, asked, expected) => {
    for (const query of ['cost.report', 'cost.metrics']) {
      const rows = ask(database, query, { ...asked, group_by: 'session' });
      expect([...new Set(rows.map((row) => row['grp']))]).toEqual(expected);
    }
  });

  it.each(cases)('cost.dayModel: %s', (_, asked, expected) => {
    const rows = ask(database, 'cost.dayModel', { ...asked, group_by: 'day' });
    const chosen = variants.filter((variant) => expected.includes(variant.session_key));
    expect(columns(rows, 'day model')).toEqual(
      [...new Set(chosen.map((variant) => `${variant.day} ${variant.model}`))].sort().map((row) => row.split(' ')),
    );
  });

  it.each(cases.filter(([, asked]) => !asked['providers'] && !asked['models'] && !asked['branches']))(
    'session.count: %s',
    (_, asked, expected) => {
      expect(ask(database, 'session.count', asked)).toEqual([{ sessions: expected.length }]);
    },
  );
});

describe('groups', () => {
  it.each([
    ['none', ['all']],
    ['day', ['2026-03-03', '2026-03-04', '2026-03-10']],
    ['week', ['2026-03-02', '2026-03-09']],
    ['provider', ['claude-code', 'other']],
    ['model', ['m', 'n']],
    ['repository', ['', 'host/own/one', 'host/own/two']],
    ['branch', ['', 'main', 'topic']],
    ['session', without()],
    ['period', ['before', 'now']],
  ])('by %s', async (group_by, expected) => {
    const database = await emptyDatabase();
    given(database, 'event_session', variants);
    given(database, 'event_usage', variants);
    for (const query of ['session.metrics', 'cost.metrics', 'cost.report']) {
      const rows = ask(database, query, { group_by, pivot: '2026-03-04' });
      expect([...new Set(rows.map((row) => row['grp']))].sort(), query).toEqual(expected);
    }
  });

  it('the pivot is the first day of now', async () => {
    const database = await emptyDatabase();
    given(database, 'event_session', [{ day: '2026-03-03' }, { day: '2026-03-04' }, { day: '2026-03-05' }]);
    const rows = ask(database, 'session.metrics', { group_by: 'period', pivot: '2026-03-04' });
    expect(
      columns(
        rows.filter((row) => row['metric'] === 'sessions'),
        'grp value',
      ),
    ).toEqual([
      ['before', 1],
      ['now', 2],
    ]);
  });
});
