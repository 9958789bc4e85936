import type { ViewResult } from '../../shared/contract';
import type { SessionRow } from '../../shared/report';
import type {
  CostByDay,
  SidebarEmpty,
  SidebarGroup,
  SidebarMetric,
  SidebarReady,
  SidebarState,
} from '../../shared/sidebar';

const minute = 60_000;
/** When the pages are looked at; the harness stops the clock there. */
export const now = Date.UTC(2025, 10, 20, 14, 30);

function day(offset: number): string {
  return new Date(Date.UTC(2025, 9, 22 + offset)).toISOString().slice(0, 10);
}

function series(values: (number | null)[], units = 14): SidebarMetric['series'] {
  return values.map((value, index) => ({ week: day(index * 7 - 33), value, units: value === null ? 0 : units }));
}

function metric(
  given: Partial<SidebarMetric> & Pick<SidebarMetric, 'metric' | 'label' | 'unit' | 'value' | 'of'>,
): SidebarMetric {
  return {
    numerator: null,
    denominator: null,
    units: given.denominator ?? 0,
    reason: null,
    band: null,
    band_rule: null,
    before: null,
    verdict: null,
    better: null,
    series: [],
    counts: 'Sessions that you started, with at least one prompt of yours.',
    leaves_out: 'Sessions that ran without you, and those of other people.',
    query: given.metric,
    ...given,
  };
}

const session: SidebarGroup = {
  id: 'session',
  title: 'Session',
  metrics: [
    metric({
      metric: 'session_to_commit',
      label: 'Session to commit',
      unit: 'ratio',
      value: 19 / 31,
      numerator: 19,
      denominator: 31,
      of: '19 of 31 sessions',
      band: 'good',
      band_rule: 'good from 50%, risk under 25%',
      before: { value: 0.69, units: 29, of: '20 of 29 sessions' },
      verdict: 'noise',
      better: 'up',
      series: series([0.55, 0.52, 0.5, 0.52, 0.56, 0.6, 0.58, 0.54, 0.5]),
      counts: 'Sessions whose edits were committed within four hours of their end.',
      leaves_out: '3 sessions that ended less than four hours ago, and 4 that changed nothing.',
    }),
    metric({
      metric: 'debug_loops',
      label: 'Debug loops',
      unit: 'ratio',
      value: 5 / 31,
      numerator: 5,
      denominator: 31,
      of: '5 of 31 sessions',
      band: 'watch',
      band_rule: 'good under 10%, risk over 25%',
      before: { value: 0.09, units: 22, of: '2 of 22 sessions' },
      verdict: 'up',
      better: 'down',
      series: series([0.05, 0.05, 0.09, 0.08, 0.11, 0.2, 0.22, 0.18, 0.16]),
    }),
    metric({
      metric: 'first_change',
      label: 'First accepted change',
      unit: 'duration',
      value: 7.2 * minute,
      of: 'median of 26 sessions',
      denominator: 26,
      band: 'good',
      band_rule: 'good under 15 min, risk over 45 min',
      before: { value: 9 * minute, units: 24, of: 'over 24' },
      series: series(
        [5, 4.5, null, 4.4, 6, null, 7, 7.4, 7.2].map((value) => (value === null ? null : value * minute)),
        6,
      ),
    }),
    metric({
      metric: 'rejected',
      label: 'Rejected edits in sessions that ask before every edit',
      unit: 'ratio',
      value: 40 / 260,
      numerator: 40,
      denominator: 260,
      of: '40 of 260 edits',
      band: 'risk',
      band_rule: 'good under 5%, risk over 15%',
      before: { value: 0.225, units: 240, of: '54 of 240 sessions' },
      verdict: 'down',
      better: 'down',
      series: series([0.3, 0.26, 0.24, 0.2, 0.18, 0.2, 0.17, 0.16, 0.154]),
    }),
  ],
  sentences: [
    {
      text: 'In 5 sessions one error came back 5 times. At the third, start afresh with the failing test.',
      metric: 'debug_loops',
    },
  ],
};

const commits: SidebarGroup = {
  id: 'commits',
  title: 'Commits',
  metrics: [
    metric({
      metric: 'commits',
      label: 'Commits with a session',
      unit: 'count',
      value: 47,
      numerator: 47,
      denominator: 58,
      of: '47 of 58 commits of yours',
      before: { value: 41, units: 60, of: '41 of 60 sessions' },
      series: series([3, 4, 5, 4, 7, 8, 6, 9, 11]),
    }),
    metric({
      metric: 'lines',
      label: 'Lines per commit',
      unit: 'number',
      value: 86.4,
      of: 'mean of 47',
      numerator: 4061,
      denominator: 47,
      before: { value: 1204.5, units: 41, of: 'over 41' },
      series: series([80, 95, 70, 60, 90, 110, 85, 84, 86]),
    }),
  ],
  sentences: [{ text: '11 commits of yours have no session behind them. Nothing to do.', metric: null }],
};

const models = ['claude-sonnet-4-5', 'gpt-5.1-codex', 'claude-opus-4-5', 'gemini-3-pro', 'other'];
const costByDay: CostByDay = {
  models,
  bucket_days: 1,
  days: Array.from({ length: 30 }, (_, index) => {
    const isWeekend = index % 7 === 3 || index % 7 === 4;
    const wave = 1 + Math.sin(index * 1.7) * 0.6 + index / 20;
    const cost = isWeekend
      ? [0, 0, 0, 0, 0]
      : [
          wave * 1.9,
          wave * 0.8,
          index % 3 === 0 ? wave * 1.3 : 0,
          index % 5 === 1 ? 0.9 : 0,
          index % 4 === 0 ? 0.35 : 0,
        ];
    return { day: day(index), cost, unpriced_tokens: index === 12 ? 1_240_000 : 0 };
  }),
};

const cost: SidebarGroup = {
  id: 'cost',
  title: 'Cost',
  metrics: [
    metric({
      metric: 'spend',
      label: 'Spend',
      unit: 'usd',
      value: 120.24,
      of: '27 of 28 sessions priced',
      before: { value: 47.1, units: 0, of: '' },
      series: series([8, 9, 12, 12, 12, 20, 20, 19, 24]),
    }),
    metric({
      metric: 'cost_per_commit',
      label: 'Per commit',
      unit: 'usd',
      value: 1.58,
      numerator: 30.02,
      denominator: 19,
      of: '$30.02 over 19 commits',
      before: { value: 0.072, units: 17, of: 'over 17' },
      series: series([0.9, 1, 1.1, 1.05, 1.2, 1.4, 1.4, 1.5, 1.58]),
    }),
    metric({
      metric: 'unlinked',
      label: 'Without a commit',
      unit: 'ratio',
      value: 0.7162,
      numerator: 86.12,
      denominator: 120.24,
      of: '$86.12 in 10 sessions',
      before: { value: 0.34, units: 47.1, of: '16 of 47.1 sessions' },
      series: series([0.7, 0.66, 0.7, 0.7, 0.6, 0.72, 0.76, 0.74, 0.716]),
    }),
  ],
  sentences: [
    { text: '$86.12 of $120.24 led to no commit.', metric: 'unlinked' },
    {
      text: '4 sessions log too few output tokens. Estimated from their text, in no cost: about 51K output tokens, about $0.77.',
      metric: 'underreported',
    },
  ],
};

export const full: SidebarReady = {
  state: 'ready',
  scope: 'workspace',
  scope_label: 'relay',
  range: 30,
  from: day(0),
  to: day(29),
  groups: [session, commits, cost],
  cost_by_day: costByDay,
  coverage: {
    priced_sessions: 27,
    sessions_with_tokens: 28,
    records: 4812,
    unknown_records: 12,
    problems: 3,
    last_read_at: now - 2 * minute,
  },
  data_version: 7,
};

/** Two sessions, hardly any of them whole: what a first day looks like. */
export const sparse: SidebarReady = {
  ...full,
  scope: 'all',
  scope_label: 'All repositories',
  range: 'all',
  groups: [
    {
      ...session,
      metrics: [
        metric({
          metric: 'session_to_commit',
          label: 'Session to commit',
          unit: 'ratio',
          value: 0.25,
          numerator: 1,
          denominator: 4,
          of: '1 of 4 sessions',
          band: 'too_few',
          band_rule: 'good from 50%, risk under 25%',
          before: { value: null, units: 0, of: '' },
          series: series([null, null, null, 0.25], 4),
        }),
        metric({
          metric: 'first_change',
          label: 'First accepted change',
          unit: 'duration',
          value: null,
          of: 'median of 0 sessions',
          reason: 'No session in this range has an applied edit.',
          band: null,
          band_rule: 'good under 15 min, risk over 45 min',
        }),
        metric({
          metric: 'debug_loops',
          label: 'Debug loops',
          unit: 'ratio',
          value: null,
          numerator: 0,
          denominator: 0,
          of: '0 of 0 sessions',
          reason: 'No session has five turns or more, and fewer say nothing about a loop.',
          before: { value: null, units: 0, of: '0 of 0 sessions' },
        }),
      ],
      sentences: [],
    },
    {
      ...commits,
      metrics: [
        metric({
          metric: 'commits',
          label: 'Commits with a session',
          unit: 'count',
          value: 0,
          of: '0 of 2 commits of yours',
        }),
      ],
      sentences: [{ text: '2 commits have no session behind them. Nothing to do.', metric: null }],
    },
    {
      ...cost,
      metrics: [
        metric({
          metric: 'spend',
          label: 'Spend',
          unit: 'usd',
          value: null,
          of: '0 of 4 sessions priced',
          reason: 'No price is known for composer-1.',
        }),
      ],
      sentences: [],
    },
  ],
  cost_by_day: {
    models: [],
    bucket_days: 1,
    days: [
      { day: day(28), cost: [], unpriced_tokens: 0 },
      { day: day(29), cost: [], unpriced_tokens: 48_200 },
    ],
  },
  coverage: {
    priced_sessions: 0,
    sessions_with_tokens: 4,
    records: 61,
    unknown_records: 0,
    problems: 0,
    last_read_at: now - 1000,
  },
};

/** A quarter, one model with a long name, a week under way. */
export const weeks: SidebarReady = {
  ...full,
  range: 90,
  from: '2025-08-23',
  cost_by_day: {
    models: ['accounts/fireworks/models/qwen3-coder-480b-a35b-instruct', 'gpt-5.1-codex'],
    bucket_days: 7,
    days: Array.from({ length: 13 }, (_, index) => ({
      day: new Date(Date.UTC(2025, 7, 23 + index * 7)).toISOString().slice(0, 10),
      cost: [40 + ((index * 37) % 50), (index * 13) % 20],
      unpriced_tokens: 0,
    })),
  },
};

const places: SidebarEmpty['places'] = [
  { provider: 'Claude Code', path: '/home/dev/.claude/projects', found: true, logs: 12 },
  { provider: 'Codex', path: '/home/dev/.codex/sessions', found: true, logs: 0 },
  { provider: 'Cursor', path: '/home/dev/.config/Cursor/User/globalStorage/state.vscdb', found: false, logs: 0 },
  { provider: 'Copilot Chat', path: '/home/dev/.config/Code/User/workspaceStorage', found: false, logs: 0 },
];
const empty: SidebarEmpty = {
  state: 'empty',
  scope: 'workspace',
  scope_label: 'relay',
  range: 30,
  places,
  elsewhere: { sessions_in_other_repositories: 138, sessions_before_range: 0 },
};

export const states = {
  full,
  sparse,
  weeks,
  empty,
  emptyBefore: { ...empty, elsewhere: { sessions_in_other_repositories: 0, sessions_before_range: 1 } },
  emptyNothing: {
    ...empty,
    range: 'all',
    places: places.map((place) => ({ ...place, logs: 0 })),
    elsewhere: { sessions_in_other_repositories: 0, sessions_before_range: 0 },
  },
  starting: { state: 'loading', progress: null },
  loading: { state: 'loading', progress: { text: 'Reading session logs', done: 118, total: 1272 } },
  error: {
    state: 'error',
    message: 'The database is locked by another window.',
    next: 'Close the other window, or wait until it has read its logs.',
    detail: 'SQLITE_BUSY: database is locked\n  at openDatabase (engine.js:120:11)',
  },
} as const satisfies Record<string, SidebarState>;

const plainSession: SessionRow = {
  session_key: 'claude:1',
  provider: 'claude',
  kind: 'interactive',
  title: 'Retry sync upload after 5xx',
  repository_key: 'relay',
  repository: 'relay',
  branch: 'main',
  model: 'claude-sonnet-4-5',
  started_at: now - 26 * 60 * minute,
  ended_at: now - 25 * 60 * minute,
  day: day(28),
  prompts: 7,
  active_ms: 57 * minute,
  active_ms_to_first_edit: 8 * minute,
  edits_applied: 12,
  edits_rejected: 1,
  edits_failed: 0,
  declared_commits: 1,
  tokens: 812_000,
  recorded_cost_usd: 0,
  estimated_cost_usd: 3.67,
  cost_usd: 3.67,
  unpriced_responses: 0,
  estimated_missing_output_tokens: 0,
  estimated_missing_cost_usd: 0,
};

export const scriptTitle = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
const titles: (string | null)[] = [
  'Retry sync upload after 5xx',
  scriptTitle,
  `Very long ${'and then some more of the same thing '.repeat(12)}`,
  'تعديل \u202Eeval(atob) المزامنة',
  null,
  ' \n\t ',
  '🧵👩‍👩‍👧‍👦 e\u0301\u0323 Zalgo z\u0334\u0321\u031b',
  'unbreakable/'.repeat(40),
  '{{constructor.constructor("alert(1)")()}} ${7*7} $(zap) `x`',
];

export const sessionRows: ViewResult<'rows'> = {
  kind: 'sessions',
  total: 138,
  rows: Array.from({ length: 20 }, (_, index) => ({
    ...plainSession,
    session_key: `claude:${index}`,
    title: titles[index % titles.length] ?? null,
    repository: index === 5 ? null : 'relay',
    started_at: now - index * 31 * 60 * minute,
    prompts: index === 0 ? 1 : 7 + index,
    ...(index === 2 ? { cost_usd: 0, unpriced_responses: 3 } : {}),
    ...(index === 3 ? { unpriced_responses: 1 } : {}),
    ...(index === 4 ? { cost_usd: 0, tokens: 0 } : {}),
    ...(index === 6 ? { estimated_missing_output_tokens: 51_000, estimated_missing_cost_usd: 0.765 } : {}),
  })),
};

export const commitRows: ViewResult<'rows'> = {
  kind: 'commits',
  total: 2,
  rows: [
    {
      repository_key: 'relay',
      repository: 'relay',
      commit_id: '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432',
      subject: 'Retry uploads that fail with 503',
      authored_at: now - 500 * minute,
      added_lines: 216,
      removed_lines: 14,
      ai_share: 0.86,
      sessions: 1,
    },
    {
      repository_key: 'relay',
      repository: 'relay',
      commit_id: '1234567c5b4a39281706f5e4d3c2b1a098765432',
      subject: null,
      authored_at: now - 900 * minute,
      added_lines: 0,
      removed_lines: 1204,
      ai_share: null,
      sessions: 2,
    },
  ],
};
