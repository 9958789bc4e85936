import * as z from 'zod';
import type { Filters, Range, ScopeKind } from '../../../shared/filters';
import { createFormat } from '../../../shared/format';
import type { Unit } from '../../../shared/report';
import type { SidebarEmpty, SidebarGroup, SidebarMetric, SidebarReady } from '../../../shared/sidebar';
import type { Catalogue } from '../database/catalogue';
import type { Database } from '../database/database';
import { addDays, createCalendar } from '../events/calendar';
import { costByDay } from './costByDay';
import { costReport, describeMetric, type MetricQueryRow, queryMetrics } from './metrics';
import { filterParameters, rangeDays, runQuery } from './parameters';
import { sentencesOf } from './sentences';

export interface SidebarInput {
  database: Database;
  catalogue: Catalogue;
  scope: ScopeKind;
  scopeLabel: string;
  range: Range;
  /** Repositories of the scope; undefined: all. */
  repositories: string[] | undefined;
  now: number;
  zone: string;
  dataVersion: number;
}

const layout: { id: SidebarGroup['id']; title: string; metrics: string[] }[] = [
  {
    id: 'session',
    title: 'Session',
    metrics: [
      'sessions',
      'prompts_per_session',
      'time_to_first_edit',
      'no_output_rate',
      'session_to_commit',
      'rejected_edit_rate',
    ],
  },
  { id: 'commits', title: 'Commits', metrics: ['commits_linked', 'ai_share', 'ai_heavy'] },
  { id: 'cost', title: 'Cost', metrics: ['cost', 'cost_per_session', 'cost_linked', 'cost_per_change'] },
];

/** In which direction a share is good. */
const better: Readonly<Record<string, 'up' | 'down'>> = { no_output_rate: 'down', session_to_commit: 'up' };

/** Shares of lines or of money: those of one commit or session go together, so the test of shares does not hold. */
const withoutVerdict: ReadonlySet<string> = new Set(['ai_share', 'cost_linked']);

const text = createFormat('en');

/**
 * Everything that the sidebar draws for one scope and range; `empty` where there is nothing to draw: where logs were
 * looked for is to be added.
 */
export function buildSidebar(input: SidebarInput): SidebarReady | Omit<SidebarEmpty, 'places'> {
  const { database, catalogue, repositories } = input;
  const calendar = createCalendar(input.zone);
  const today = calendar.day(input.now);
  const all: Filters = repositories ? { repositories } : {};
  const bounds = input.range === 'all' ? undefined : rangeDays(today, input.range);
  const known = dayBounds(database, catalogue, all);
  const from = bounds?.from ?? known.first ?? today;
  const to = bounds?.to ?? (known.last !== null && known.last > today ? known.last : today);
  const filters: Filters = { ...all, from, to };

  const now = queryMetrics(database, catalogue, filters, 'none');
  const sessions = now.find((row) => row.metric === 'sessions');
  const commits = now.find((row) => row.metric === 'commits_linked');
  const head = { scope: input.scope, scope_label: input.scopeLabel, range: input.range };
  if ((sessions?.denominator ?? 0) === 0 && (commits?.denominator ?? 0) === 0) {
    return {
      state: 'empty',
      ...head,
      elsewhere: {
        sessions_in_other_repositories: repositories
          ? countSessions(database, catalogue, { ...(bounds ? { from, to } : {}) })
          : 0,
        sessions_before_range: bounds ? countSessions(database, catalogue, { ...all, to: addDays(from, -1) }) : 0,
      },
    };
  }

  const before = bounds
    ? queryMetrics(database, catalogue, { ...all, from: bounds.beforeFrom, to: addDays(from, -1) }, 'none')
    : [];
  const weeks = weeksBetween(calendar.week(from), calendar.week(to));
  const byWeek = queryMetrics(database, catalogue, filters, 'week');
  const metric = (name: string): SidebarMetric[] => {
    const row = now.find((candidate) => candidate.metric === name);
    return row
      ? [
          describe(
            input,
            row,
            before.find((candidate) => candidate.metric === name),
            weeks,
            byWeek,
            bounds !== undefined,
          ),
        ]
      : [];
  };
  const [spent] = costReport(database, catalogue, filters, 'none').rows;
  const groups = layout.map((group) => ({
    id: group.id,
    title: group.title,
    metrics: group.metrics.flatMap(metric),
    sentences: sentencesOf(group.id, now, spent),
  }));
  const summary = runQuery(database, catalogue, 'coverage.summary', {}, coverageRow)[0];
  const cost = now.find((row) => row.metric === 'cost');
  return {
    state: 'ready',
    ...head,
    from,
    to,
    groups,
    cost_by_day: costByDay(database, catalogue, filters, from, to),
    coverage: {
      priced_sessions: cost?.numerator ?? 0,
      sessions_with_tokens: cost?.denominator ?? 0,
      records: summary?.records ?? 0,
      unknown_records: summary?.unknown_records ?? 0,
      problems: summary?.problems ?? 0,
      last_read_at: summary?.last_read_at ?? 0,
    },
    data_version: input.dataVersion,
  };
}

const coverageRow = z.object({
  records: z.number(),
  unknown_records: z.number(),
  problems: z.number(),
  last_read_at: z.number(),
});

function describe(
  input: SidebarInput,
  row: MetricQueryRow,
  before: MetricQueryRow | undefined,
  weeks: string[],
  byWeek: MetricQueryRow[],
  hasBefore: boolean,
): SidebarMetric {
  const { catalogue } = input;
  const described = describeMetric(catalogue, row);
  const definition = catalogue.metrics.get(row.metric);
  const series = weeks.map((week) => {
    const point = byWeek.find((candidate) => candidate.metric === row.metric && candidate.grp === week);
    return {
      week,
      value: point?.value ?? (isCounted(described.unit, row.metric) ? 0 : null),
      units: point?.units ?? 0,
    };
  });
  return {
    metric: row.metric,
    label: described.label,
    unit: described.unit,
    value: row.value,
    numerator: row.numerator,
    denominator: row.denominator,
    units: row.units,
    of: ofWords(row),
    reason: described.reason,
    band: row.band,
    band_rule: bandRule(row, described.unit),
    before: hasBefore
      ? { value: before?.value ?? null, units: before?.units ?? 0, of: before ? ofWords(before) : '' }
      : null,
    verdict:
      described.unit === 'ratio' && !withoutVerdict.has(row.metric) && before ? verdictOf(input, row, before) : null,
    better: better[row.metric] ?? null,
    series,
    counts: definition?.counts ?? '',
    leaves_out: definition?.leavesOut ?? '',
    query: definition?.query ?? '',
  };
}

/** A week without sessions is a week of none; a rate without sessions is unknown. */
const isCounted = (unit: Unit, metric: string): boolean => unit === 'count' || metric === 'cost';

function ofWords(row: MetricQueryRow): string {
  const n = text.count(row.numerator ?? 0);
  const of = text.count(row.denominator ?? 0);
  switch (row.metric) {
    case 'sessions':
      return row.numerator === row.denominator
        ? 'all with a prompt of yours'
        : `of ${of}; others headless or without a prompt`;
    case 'prompts_per_session':
      return `${n} prompts in ${of} sessions`;
    case 'time_to_first_edit':
      return `median of ${n}; ${text.count((row.denominator ?? 0) - (row.numerator ?? 0))} without an edit`;
    case 'no_output_rate':
      return `${n} of ${of} sessions`;
    case 'session_to_commit':
      return `${n} of ${of} sessions with output`;
    case 'rejected_edit_rate':
      return `${n} of ${of} edits`;
    case 'commits_linked':
    case 'ai_heavy':
      return `${n} of ${of} commits`;
    case 'ai_share':
      return `${n} of ${of} lines in ${text.count(row.units)} commits`;
    case 'cost_linked':
      return `${text.usd(row.numerator ?? 0)} of ${text.usd(row.denominator ?? 0)}`;
    case 'cost_per_change':
      return `${text.usd(row.numerator ?? 0)} over ${of} commits`;
    case 'cost':
      return `${n} of ${of} sessions priced`;
    case 'cost_per_session':
      return row.numerator === null ? `${of} sessions` : `${text.usd(row.numerator)} over ${of} sessions`;
    default:
      return `${n} of ${of}`;
  }
}

function bandRule(row: MetricQueryRow, unit: Unit): string | null {
  if (row.good === null || row.watch === null) {
    return null;
  }
  const show = (value: number) => text.value(value, unit, 0);
  return row.good > row.watch
    ? `good from ${show(row.good)}, risk under ${show(row.watch)}`
    : `good under ${show(row.good)}, risk over ${show(row.watch)}`;
}

function verdictOf(input: SidebarInput, now: MetricQueryRow, before: MetricQueryRow): 'noise' | 'up' | 'down' | null {
  const [row] = runQuery(
    input.database,
    input.catalogue,
    'trend.compare',
    {
      $now_numerator: now.numerator,
      $now_denominator: now.denominator,
      $before_numerator: before.numerator,
      $before_denominator: before.denominator,
    },
    z.object({ verdict: z.enum(['noise', 'up', 'down']).nullable() }),
  );
  return row?.verdict ?? null;
}

function weeksBetween(first: string, last: string): string[] {
  const weeks: string[] = [];
  for (let week = first; week <= last; week = addDays(week, 7)) {
    weeks.push(week);
  }
  return weeks;
}

function dayBounds(
  database: Database,
  catalogue: Catalogue,
  filters: Filters,
): { first: string | null; last: string | null } {
  const row = z.object({ first: z.string().nullable(), last: z.string().nullable() });
  return (
    runQuery(database, catalogue, 'coverage.bounds', filterParameters(filters), row)[0] ?? { first: null, last: null }
  );
}

function countSessions(database: Database, catalogue: Catalogue, filters: Filters): number {
  return (
    runQuery(database, catalogue, 'session.count', filterParameters(filters), z.object({ sessions: z.number() }))[0]
      ?.sessions ?? 0
  );
}
