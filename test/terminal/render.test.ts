import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../extension/engine/terminal/render';
import type { CommitReport, CostReport, DoctorReport, SessionReport } from '../../shared/report';
import { commitReport, session } from '../engine/samples';

const renderer = createRenderer('en');
const hostile = '\u001b[31mred\u001b[0m\u202egnp.exe\nnext \u0007';
const filters = { timezone: 'UTC' };

/** No title, branch or path moves the cursor, colours the text or reorders it. */
const expectPlain = (text: string) => {
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  return text;
};

describe('the session report', () => {
  const row = { group: '', units: 12, band: null, good: null, watch: null, reason: null };
  const report: SessionReport = {
    report: 'session',
    schema_version: 1,
    filters: { ...filters, from: '2026-03-01', to: '2026-03-31', models: [hostile] },
    group_by: 'none',
    rows: [
      { ...row, metric: 'sessions', label: 'Sessions', unit: 'count', value: 12, numerator: 12, denominator: 14 },
      {
        ...row,
        metric: 'no_output_rate',
        label: 'No output',
        unit: 'ratio',
        value: 0.25,
        numerator: 3,
        denominator: 12,
        band: 'watch',
      },
      {
        ...row,
        metric: 'time_to_first_edit',
        label: 'Time to first edit',
        unit: 'duration',
        value: 8_160_000,
        numerator: 11,
        denominator: 12,
        band: 'too_few',
      },
      {
        ...row,
        metric: 'prompts_per_session',
        label: 'Prompts per session',
        unit: 'number',
        value: 4.25,
        numerator: 51,
        denominator: 12,
      },
      {
        ...row,
        metric: 'rejected_edit_rate',
        label: 'Rejected edits',
        unit: 'ratio',
        value: null,
        numerator: null,
        denominator: 0,
        reason: 'No data.',
      },
    ],
  };

  it('reads as a table, with what each number is of', () => {
    expect(
      renderer
        .session({ ...report, filters: { ...filters, from: '2026-03-01', to: '2026-03-31' } }, new Map())
        .split('\n'),
    ).toEqual([
      'paceflow session    Mar 1, 2026 – Mar 31, 2026    UTC',
      '',
      'metric                    value  of            band',
      '──────────────────────────────────────────────────────',
      'Sessions                     12  of 14',
      'No output                   25%  3 of 12       watch',
      'Time to first edit   2 h 16 min  median of 11  too few',
      'Prompts per session         4.3  51 in 12',
      'Rejected edits                –  No data.',
      '──────────────────────────────────────────────────────',
    ]);
  });

  it('shows names of repositories, and groups without a name', () => {
    const rows = ['key', '', hostile].map((group) => ({
      ...row,
      group,
      metric: 'sessions',
      label: 'Sessions',
      unit: 'count' as const,
      value: 1,
      numerator: 1,
      denominator: 1,
    }));
    const text = expectPlain(
      renderer.session({ ...report, group_by: 'repository', rows }, new Map([['key', `shop ${hostile}`]])),
    );
    expect(text).toContain('shop  [31mred');
    expect(text).toContain('(no repository)');
    expect(renderer.session({ ...report, rows: [] }, new Map())).toContain('No sessions in the range.');
  });
});

describe('the cost report', () => {
  const tokens = { input_tokens: 1500, cache_write_tokens: 0, cache_read_tokens: 2_000_000, output_tokens: 999 };
  const opus: CostReport['rows'][number] = {
    group: 'opus',
    sessions: 3,
    ...tokens,
    recorded_cost_usd: 0,
    estimated_cost_usd: 12.5,
    cost_usd: 12.5,
    linked_cost_usd: 8,
    unlinked_cost_usd: 4.5,
    linked_changes: 4,
    cost_per_change_usd: 2,
    unpriced_sessions: 0,
    unpriced_tokens: 0,
    underreported_sessions: 0,
    estimated_missing_output_tokens: 0,
    estimated_missing_cost_usd: 0,
  };
  const unlinked = { linked_cost_usd: 0, unlinked_cost_usd: 0, linked_changes: 0, cost_per_change_usd: null };
  const free = { ...opus, group: hostile, sessions: 1, estimated_cost_usd: 0, cost_usd: 0, ...unlinked };
  const report: CostReport = {
    report: 'cost',
    schema_version: 1,
    filters,
    group_by: 'model',
    rows: [opus, { ...free, unpriced_sessions: 1, unpriced_tokens: 99 }],
  };
  const lines = (rows: CostReport['rows']) => expectPlain(renderer.cost({ ...report, rows }, new Map())).split('\n');

  it('says what has no price', () => {
    const [head, , columns, , first, second] = lines(report.rows);
    expect(head).toBe('paceflow cost    all days    UTC    by model');
    expect(columns?.split(/ {2,}/)).toEqual([
      'model',
      'sessions',
      'input',
      'cache write',
      'cache read',
      'output',
      'recorded',
      'estimated',
      'cost',
      'linked',
      'unlinked',
      'per commit',
      'unpriced',
    ]);
    expect(first?.split(/ {2,}/)).toEqual([
      ...['opus', '3', '1.5K', '0', '2M', '999', '$0.00', '$12.50', '$12.50', '$8.00', '$4.50', '$2.00', '0'],
    ]);
    expect(second).toMatch(/no price +\$0\.00 +\$0\.00 +– {2}1 sessions$/);
    expect(lines([])).toContain('No session in the range used tokens.');
  });

  it('says under the table what logs do not count, and only where there is something', () => {
    const missing = {
      underreported_sessions: 2,
      estimated_missing_output_tokens: 4000,
      estimated_missing_cost_usd: 0.5,
    };
    const note = 'Estimated from their text, in no column: about';
    expect(lines([{ ...opus, ...missing }]).at(-1)).toBe(
      `2 sessions log too few output tokens. ${note} 4K output tokens, about $0.50.`,
    );
    expect(lines([{ ...opus, ...missing, underreported_sessions: 1 }]).at(-1)).toMatch(/^1 session logs too few/);
    // Two groups may hold the same session.
    expect(
      lines([
        { ...opus, ...missing },
        { ...free, ...missing, estimated_missing_cost_usd: 0 },
      ]).at(-1),
    ).toBe(`Some sessions log too few output tokens. ${note} 8K output tokens, about $0.50.`);
    expect(lines([{ ...opus, ...missing }])[4]).toBe(lines([opus])[4]);
    expect(lines([{ ...opus, underreported_sessions: 2 }])).toEqual(lines([opus]));
  });
});

describe('the commit report', () => {
  const sample = commitReport(`Fix ${hostile}`);
  const report: CommitReport = {
    ...sample,
    commit: {
      ...sample.commit,
      repository: `shop ${hostile}`,
      author: `Ada ${hostile}`,
      ...{
        files: 2,
        added_lines: 10,
        removed_lines: 3,
        countable_lines: 10,
        known_lines: 8,
        ai_lines: 6,
        ai_share: 0.75,
      },
      excluded_lines: 400,
      lines: {
        ai: { added: 6, removed: 1 },
        ai_declared: { added: 0, removed: 0 },
        tool: { added: 0, removed: 2 },
        human: { added: 2, removed: 0 },
        unknown: { added: 2, removed: 0 },
      },
    },
  };
  const one = session({
    session_key: `claude-code:${hostile}`,
    model: hostile,
    title: null,
    first_prompt: `Do ${hostile} ${'long '.repeat(200)}`,
    cost_usd: null,
    commit_cost_usd: null,
    credited_added_lines: 6,
    credited_removed_lines: 1,
    evidence: [
      { kind: 'exact', added_lines: 4, removed_lines: 1 },
      { kind: 'moved', added_lines: 2, removed_lines: 0 },
    ],
  });

  it('with a session: its lines, how they are known, and what the rest is', () => {
    const lines = expectPlain(renderer.commit({ ...report, sessions: [one] })).split('\n');
    expect(lines.slice(2, 5)).toEqual(['2 files, +10 −3 lines', '75% AI, 6 of 8 added lines', '']);
    expect(lines[5]).toMatch(/7 prompts, 1 h 22 min active, no price$/);
    expect(lines.slice(7)).toEqual([
      '  +6 −1: 5 same text at the same path; 2 same run of lines at another place',
      expect.stringMatching(/^ {2}claude-code:.*; proved by its lines; its log or the commit says so$/),
      '',
      'Why not more',
      '  +2 human or untracked tool',
      '  −2 in files that a session wrote by a command, whose text no log has',
      '  +2 unknown: no log covers them',
      '  400 not counted: lock, generated, vendored or large files, very long lines',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(500);
  });

  it('without a session, with one whose log is gone, and with what is possible', () => {
    expect(renderer.commit(report)).toContain(
      'No line of a session was found in it, and no log names it. 4 sessions were at work',
    );
    expect(renderer.commit({ ...report, sessions: [{ ...one, first_prompt: null }] })).toContain('Its log is gone');
    const possible_sessions = [{ session_key: 'claude-code:p', provider: 'claude-code', title: hostile, files: 2 }];
    const text = expectPlain(renderer.commit({ ...report, possible_sessions }));
    expect(text).toContain('  1 other session edited the same files before: possible, counted nowhere');
    expect(text).toMatch(/ {4}claude-code:p .*, 2 files$/);
  });
});

it('doctor: every text of a log is plain', () => {
  const report: DoctorReport = {
    report: 'doctor',
    schema_version: 1,
    version: '1',
    home: `/home/${hostile}`,
    database: {
      path: `/db/${hostile}`,
      bytes: 12_300_000,
      schema: 1,
      mode: 'atomic snapshot',
      timezone: 'UTC',
      source_id: 'x',
    },
    engine: {
      pid: 4711,
      version: hostile,
      started_at: '2026-03-01T10:00:00.000Z',
      address: hostile,
      lock: 'abstract socket',
      connections: [{ role: 'window', version: hostile, pid: 1 }],
    },
    engine_errors: [{ at: '2026-03-01T10:00:00.000Z', pid: 1, message: hostile }],
    places: [{ provider: 'claude-code', path: hostile, found: false, logs: 0 }],
    sources: [1, 2].map(() => ({
      provider: 'claude-code',
      path: hostile,
      status: 'read',
      bytes: 1_000_000,
      records: 5,
      problems: 1,
      last_read_at: '',
    })),
    unknown_records: [{ provider: 'claude-code', record_type: hostile, client_version: hostile, records: 1 }],
    unknown_fields: [
      { provider: 'claude-code', record_type: hostile, field: hostile, client_version: hostile, records: 1 },
    ],
    problem_count: 1,
    problems: [{ provider: 'claude-code', path: hostile, place: 0, reason: 'not_json', detail: hostile }],
    repositories: [{ repository_key: 'folder:1', name: hostile, clones: 0, sessions: 1, commits: 0, is_shallow: true }],
    prices: [{ model: hostile, source: null, responses: 1, tokens: 1 }],
    live: { mode: 'watching', watches: 3, failures: [{ path: hostile, code: 'ENOSPC' }] },
    not_read: ['Others.'],
  };
  const text = expectPlain(renderer.doctor(report));
  expect(text).toContain('12.3 MB, schema 1, atomic snapshot, days in UTC');
  expect(text).toMatch(/claude-code {2}read +2 +10 +2 MB +2/);
  expect(text).toMatch(/^engine {4}process 4711, version .*, locked by abstract socket$/m);
  expect(renderer.doctor({ ...report, engine: null })).toContain('engine    none runs');
  for (const title of [
    'Connections: 1',
    'Last errors of the engine',
    'Looked in',
    'Sources: 2',
    'Repositories',
    'Prices',
    'Records not understood',
    'Fields not understood',
    'Problems: 1',
    'Not watched: 1',
    'Not read by this version',
  ]) {
    expect(text.split('\n')).toContain(title);
  }
  expect(renderer.doctor({ ...report, problems: [] })).toContain('No problems.');
});

it('ingest: what was read, and what to do about problems', () => {
  const summary = {
    sources: 3,
    read: 2,
    unchanged: 1,
    bytes: 1_500_000,
    records: 1200,
    sessions: 5,
    repositories: 1,
    commits: 7,
    problems: 2,
    duration_ms: 1234,
    cancelled: true,
    set_aside: [],
  };
  expect(expectPlain(renderer.ingest(summary, `/db${hostile}`)).split('\n')).toEqual([
    '2 of 3 logs had something new: 1,200 records, 1.5 MB.',
    '7 commits read. 5 sessions and 1 repositories known.',
    '2 problems: paceflow doctor shows them.',
    'Cancelled: what was read is kept, the next run goes on from there.',
    '1.2 s, /db [31mred [0m gnp.exe next  ',
  ]);
});
