import { describe, expect, it } from 'vitest';
import type { SqlValue } from '../../../extension/engine/database/database';
import { writeSetting } from '../../../extension/engine/database/schema';
import { type GivenRow, given, hours, minutes } from '../../support/given';
import { type Asked, ask, columns, emptyDatabase } from '../../support/schema';

type Session = GivenRow<'event_session'>;
const metricColumns = 'value numerator denominator units band';

/** The rows of session.metrics over these sessions. */
async function rowsOf(sessions: Session[], asked: Asked = { group_by: 'none' }, settings: Record<string, string> = {}) {
  const database = await emptyDatabase();
  for (const [name, value] of Object.entries(settings)) {
    writeSetting(database, name, value);
  }
  given(database, 'event_session', sessions);
  return ask(database, 'session.metrics', asked);
}

/** Value, numerator, denominator, units and band of one metric over all these sessions. */
async function metric(name: string, sessions: Session[], settings: Record<string, string> = {}): Promise<SqlValue[]> {
  const rows = await rowsOf(sessions, { group_by: 'none' }, settings);
  return (
    columns(
      rows.filter((row) => row['metric'] === name),
      metricColumns,
    )[0] ?? []
  );
}

const soon: Session = { repository_key: 'host/own/one', edits_applied: 1, ended_at: minutes(10) };
const times = (count: number, session: Session): Session[] => Array.from({ length: count }, () => session);

describe('an empty range', () => {
  it('has every metric without a value, so that it says "no data" and not nothing', async () => {
    expect(columns(await rowsOf([]), `grp metric ${metricColumns}`)).toEqual([
      ['all', 'sessions', 0, 0, 0, 0, null],
      ['all', 'prompts_per_session', null, 0, 0, 0, null],
      ['all', 'median_prompts', null, 0, 0, 0, null],
      ['all', 'time_to_first_edit', null, 0, 0, 0, null],
      ['all', 'no_output_rate', null, 0, 0, 0, null],
      ['all', 'session_to_commit', null, 0, 0, 0, null],
      ['all', 'rejected_edit_rate', null, 0, 0, 0, null],
    ]);
  });

  it('has no group where there is nothing to group, but both periods', async () => {
    expect(await rowsOf([], { group_by: 'day' })).toEqual([]);
    const periods = await rowsOf([], { group_by: 'period', pivot: '2026-03-02' });
    expect(new Set(periods.map((row) => row['grp']))).toEqual(new Set(['now', 'before']));
    expect(periods).toHaveLength(14);
  });
});

describe('sessions', () => {
  it('are interactive ones with a prompt, of all', async () => {
    const sessions = [{}, {}, { prompts: 0 }, { kind: 'headless', prompts: 5 }, { is_retracted: 1 }];
    expect(await metric('sessions', sessions)).toEqual([2, 2, 4, 2, null]);
  });
});

describe('prompts', () => {
  it.each<[string, number[], number | null]>([
    ['none', [], null],
    ['one', [7], 7],
    ['odd', [9, 1, 2], 2],
    ['even', [1, 2, 4, 100], 3],
    ['even, alike in the middle', [1, 5, 5, 9], 5],
    ['two', [1, 2], 1.5],
  ])('median of %s', async (_, prompts, expected) => {
    const sessions = prompts.map((count) => ({ prompts: count }));
    expect(await metric('median_prompts', sessions)).toEqual([expected, ...Array(3).fill(prompts.length), null]);
  });

  it('per session and median leave headless runs out', async () => {
    const sessions = [{ prompts: 1 }, { prompts: 2 }, { prompts: 6 }, { prompts: 500, kind: 'headless' }];
    expect(await metric('prompts_per_session', sessions)).toEqual([3, 9, 3, 3, null]);
    expect((await metric('median_prompts', sessions))[0]).toBe(2);
  });

  it('median is that of each group', async () => {
    const sessions = [
      ...[1, 2, 3].map((prompts) => ({ prompts, branch: 'a' })),
      ...[10, 20].map((prompts) => ({ prompts, branch: 'b' })),
    ];
    const rows = await rowsOf(sessions, { group_by: 'branch' });
    expect(
      columns(
        rows.filter((row) => row['metric'] === 'median_prompts'),
        'grp value',
      ),
    ).toEqual([
      ['a', 2],
      ['b', 15],
    ]);
  });
});

describe('first applied edit', () => {
  it('is the median of sessions that have one, the others stand beside', async () => {
    const sessions = [
      ...[10, 30].map((count) => ({ active_ms_to_first_edit: minutes(count) })),
      { active_ms_to_first_edit: null },
      { active_ms_to_first_edit: minutes(999), kind: 'headless' },
    ];
    expect(await metric('time_to_first_edit', sessions)).toEqual([minutes(20), 2, 3, 2, 'too_few']);
  });

  it.each([
    [minutes(15) - 1, 'good'],
    [minutes(15), 'watch'],
    [minutes(45), 'watch'],
    [minutes(45) + 1, 'risk'],
  ])('%i ms is %s', async (ms, band) => {
    const sessions = times(10, { active_ms_to_first_edit: ms });
    expect(await metric('time_to_first_edit', sessions)).toEqual([ms, 10, 10, 10, band]);
  });

  it('units are the sessions with an edit: ten sessions, nine with one, are too few', async () => {
    const sessions = [...times(9, { active_ms_to_first_edit: 1 }), {}];
    expect(await metric('time_to_first_edit', sessions)).toEqual([1, 9, 10, 9, 'too_few']);
  });
});

describe('no output', () => {
  const withOutput = { edits_applied: 1 };

  it('is neither edit nor shell write nor commit, of sessions that could write', async () => {
    const sessions = [
      {},
      { edits_rejected: 3 },
      withOutput,
      { opaque_writes: 1 },
      { declared_commits: 1 },
      { is_plan_only: 1 },
      { kind: 'headless' },
      { prompts: 0 },
    ];
    expect(await metric('no_output_rate', sessions)).toEqual([2 / 5, 2, 5, 5, 'too_few']);
  });

  it('has no value where every session only planned', async () => {
    expect(await metric('no_output_rate', times(12, { is_plan_only: 1 }))).toEqual([null, 0, 0, 0, null]);
  });

  it.each([
    [2, 18, 0.1, 'good'],
    [3, 17, 0.15, 'watch'],
    [7, 13, 0.35, 'watch'],
    [8, 12, 0.4, 'risk'],
    [0, 10, 0, 'good'],
    [9, 0, 1, 'too_few'],
    [10, 0, 1, 'risk'],
  ])('%i without, %i with: %d is %s', async (without, having, value, band) => {
    const sessions = [...times(without, {}), ...times(having, withOutput)];
    expect(await metric('no_output_rate', sessions)).toEqual([
      value,
      without,
      without + having,
      without + having,
      band,
    ]);
  });

  it('thresholds and the least number of units are settings', async () => {
    const sessions = [...times(1, {}), ...times(3, withOutput)];
    const settings = { 'band.minimum_units': '4', 'band.no_output_rate.good': '0.26' };
    expect((await metric('no_output_rate', sessions, settings)).at(-1)).toBe('good');
    expect((await metric('no_output_rate', sessions)).at(-1)).toBe('too_few');
  });

  it('of what should be high, high is good', async () => {
    const settings = { 'band.minimum_units': '1' };
    const [good, watch, risk] = [
      [1, 1],
      [1, 3],
      [0, 2],
    ].map(([led = 0, not = 0]) => [
      ...times(led, { ...soon, declared_commits: 1 }),
      ...times(not, soon),
      // Something has to have happened since.
      { ...withOutput, ended_at: hours(9) },
    ]);
    const band = async (sessions: Session[] = []) => (await metric('session_to_commit', sessions, settings)).at(-1);
    expect([await band(good), await band(watch), await band(risk)]).toEqual(['good', 'watch', 'risk']);
  });

  it('names its thresholds', async () => {
    const rows = await rowsOf([]);
    expect(columns(rows, 'metric good watch').filter(([, good]) => good !== null)).toEqual([
      ['time_to_first_edit', 900_000, 2_700_000],
      ['no_output_rate', 0.15, 0.35],
      ['session_to_commit', 0.5, 0.25],
    ]);
  });
});

describe('rejected edits', () => {
  it('are of those decided on, in sessions that ask', async () => {
    const sessions = [
      { permission: 'asks', edits_rejected: 1, edits_applied: 2, edits_failed: 9 },
      { permission: 'asks', edits_applied: 1 },
      { permission: 'asks' },
      { permission: 'unknown', edits_rejected: 50 },
      { permission: 'never_asks', edits_applied: 50 },
      { permission: 'asks', edits_rejected: 50, kind: 'headless' },
    ];
    expect(await metric('rejected_edit_rate', sessions)).toEqual([0.25, 1, 4, 3, null]);
  });

  it('has no value where nothing was decided', async () => {
    expect(await metric('rejected_edit_rate', [{ permission: 'asks' }])).toEqual([null, 0, 0, 1, null]);
    expect(await metric('rejected_edit_rate', [{ permission: 'unknown', edits_rejected: 1 }])).toEqual([
      null,
      0,
      0,
      0,
      null,
    ]);
  });
});
