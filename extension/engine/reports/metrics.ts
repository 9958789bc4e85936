import * as z from 'zod';
import type { Filters, GroupBy } from '../../../shared/filters';
import type { CostReport, MetricRow, SessionReport } from '../../../shared/report';
import { bandSchema, costRowSchema, reportSchemaVersion, unitSchema } from '../../../shared/report';
import type { Catalogue } from '../database/catalogue';
import type { Database } from '../database/database';
import { readSetting } from '../database/schema';
import { filterParameters, type QueryParameters, runQuery } from './parameters';

/** A row of a `*.metrics` query. */
export const metricQueryRow = z.object({
  grp: z.string(),
  metric: z.string(),
  value: z.number().nullable(),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  units: z.number(),
  band: bandSchema.nullable(),
  good: z.number().nullable(),
  watch: z.number().nullable(),
});
export type MetricQueryRow = z.infer<typeof metricQueryRow>;

/** Groups in which a commit has a place; by model or session it would count once for each. */
const commitGroups: ReadonlySet<string> = new Set(['none', 'repository', 'day', 'week', 'period']);

/** All metrics of the session report for every group, in the order of the queries. */
export function queryMetrics(
  database: Database,
  catalogue: Catalogue,
  filters: Filters,
  groupBy: GroupBy | 'period',
  pivot: string | null = null,
): MetricQueryRow[] {
  const parameters: QueryParameters = filterParameters(filters, groupBy, pivot);
  const withCommits = commitGroups.has(groupBy) && !filters.models && !filters.providers && !filters.branches;
  return [
    ...runQuery(database, catalogue, 'session.metrics', parameters, metricQueryRow),
    ...(withCommits ? runQuery(database, catalogue, 'commit.metrics', parameters, metricQueryRow) : []),
    ...runQuery(database, catalogue, 'cost.metrics', parameters, metricQueryRow),
  ];
}

export function sessionReport(
  database: Database,
  catalogue: Catalogue,
  filters: Filters,
  groupBy: GroupBy,
): SessionReport {
  const rows = queryMetrics(database, catalogue, filters, groupBy).filter(
    (row) => catalogue.metrics.get(row.metric)?.query !== 'cost.metrics',
  );
  return {
    report: 'session',
    schema_version: reportSchemaVersion,
    filters: { ...filters, timezone: readSetting(database, 'zone') ?? 'UTC' },
    group_by: groupBy,
    rows: rows.map((row) => describeMetric(catalogue, row)),
  };
}

export function costReport(database: Database, catalogue: Catalogue, filters: Filters, groupBy: GroupBy): CostReport {
  const rows = runQuery(
    database,
    catalogue,
    'cost.report',
    filterParameters(filters, groupBy),
    costRowSchema.omit({ group: true }).extend({ grp: z.string() }),
  );
  return {
    report: 'cost',
    schema_version: reportSchemaVersion,
    filters: { ...filters, timezone: readSetting(database, 'zone') ?? 'UTC' },
    group_by: groupBy,
    rows: rows.map(({ grp, ...row }) => ({ group: grp, ...row })),
  };
}

/** A metric with its name and unit from the SQL's header, and why it has no value where it has none. */
export function describeMetric(catalogue: Catalogue, row: MetricQueryRow): MetricRow {
  const definition = catalogue.metrics.get(row.metric);
  const { grp, ...rest } = row;
  return {
    group: grp,
    ...rest,
    label: definition?.label ?? row.metric,
    unit: unitSchema.catch('number').parse(definition?.unit),
    reason: row.value === null ? reasonFor(row) : null,
  };
}

const noTokens = 'No data because no session in the range used tokens.';
const noPrice = 'No price is known for any model used in the range.';

/** A numerator without a value: there is money, but nothing to share it by. */
function costReason({ metric, units, numerator }: MetricQueryRow): string {
  if (metric === 'cost_per_change' && numerator !== null) {
    return 'No data because no session in the range stands behind a commit.';
  }
  return units === 0 ? noTokens : numerator === null ? noPrice : 'No data because nothing was spent.';
}

function reasonFor(row: MetricQueryRow): string {
  switch (row.metric) {
    case 'time_to_first_edit':
      return row.denominator === 0
        ? 'No data because there is no session with a prompt in the range.'
        : `None of ${row.denominator} sessions has an applied edit.`;
    case 'rejected_edit_rate':
      return 'No data because no session in the range says that the agent asks before it edits.';
    case 'session_to_commit':
      return 'No data because no session with output in a git repository is old enough.';
    case 'commits_linked':
      return 'No data because no commit of yours was read in the range.';
    case 'ai_share':
    case 'ai_heavy':
      return 'No data because no commit of yours in the range has enough lines of a known writer.';
    case 'cost_linked':
    case 'cost_per_change':
      return costReason(row);
    case 'cost':
    case 'cost_per_session':
      return row.denominator === 0 ? noTokens : noPrice;
    default:
      return 'No data because there is no session with a prompt in the range.';
  }
}
