import * as z from 'zod';
import { rangeSchema, scopeKindSchema } from './filters';
import { bandSchema, unitSchema } from './report';

/** One line of the sidebar: a metric, what it is made of, its past. */
export const sidebarMetricSchema = z.object({
  metric: z.string(),
  label: z.string(),
  unit: unitSchema,
  value: z.number().nullable(),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  /** Independent sessions or commits the value rests on. */
  units: z.number(),
  /** What the value is of, in words: "12 of 31 sessions". */
  of: z.string(),
  /** Why there is no value. */
  reason: z.string().nullable(),
  band: bandSchema.nullable(),
  /** "good under 15 min, risk over 45 min"; null where the metric has no band. */
  band_rule: z.string().nullable(),
  /** The same range before, `of` in words; null where the range is everything. */
  before: z.object({ value: z.number().nullable(), units: z.number(), of: z.string() }).nullable(),
  /** Only of shares: is the change more than noise? */
  verdict: z.enum(['noise', 'up', 'down']).nullable(),
  /** Which direction is good for a share; null: neither. */
  better: z.enum(['up', 'down']).nullable(),
  /** A value per week of the range, oldest first; null: no data in that week. */
  series: z.array(z.object({ week: z.string(), value: z.number().nullable(), units: z.number() })),
  /** What is counted, in a sentence. */
  counts: z.string(),
  /** What is left out, in a sentence. */
  leaves_out: z.string(),
  /** Name of the query that made it, for *Show SQL*. */
  query: z.string(),
});
export type SidebarMetric = z.infer<typeof sidebarMetricSchema>;

export const sidebarGroupSchema = z.object({
  id: z.enum(['session', 'commits', 'cost']),
  title: z.string(),
  metrics: z.array(sidebarMetricSchema),
  /** Made from the numbers: state, number, next step. `metric`: the rows that the sentence speaks of. */
  sentences: z.array(z.object({ text: z.string(), metric: z.string().nullable() })),
});
export type SidebarGroup = z.infer<typeof sidebarGroupSchema>;
export type SidebarSentence = SidebarGroup['sentences'][number];

export const costByDaySchema = z.object({
  /** Every day of the range in order, without gaps; at most `bucket_days` days to a bar. */
  days: z.array(z.object({ day: z.string(), cost: z.array(z.number()), unpriced_tokens: z.number() })),
  /** The series, dearest first, at most four and then "other"; index as in `cost`. */
  models: z.array(z.string()),
  /** 1: a bar is a day; 7: a bar is the week that begins on `day`. */
  bucket_days: z.union([z.literal(1), z.literal(7)]),
});
export type CostByDay = z.infer<typeof costByDaySchema>;

export const sidebarReadySchema = z.object({
  state: z.literal('ready'),
  scope: scopeKindSchema,
  scope_label: z.string(),
  range: rangeSchema,
  from: z.string(),
  to: z.string(),
  groups: z.array(sidebarGroupSchema),
  cost_by_day: costByDaySchema,
  coverage: z.object({
    priced_sessions: z.number(),
    sessions_with_tokens: z.number(),
    records: z.number(),
    unknown_records: z.number(),
    problems: z.number(),
    last_read_at: z.number(),
  }),
  data_version: z.number(),
});
export type SidebarReady = z.infer<typeof sidebarReadySchema>;

export const sidebarEmptySchema = z.object({
  state: z.literal('empty'),
  scope: scopeKindSchema,
  scope_label: z.string(),
  range: rangeSchema,
  /** Where logs were looked for. */
  places: z.array(z.object({ provider: z.string(), path: z.string(), found: z.boolean(), logs: z.number() })),
  /** Sessions that the filters leave out: in other workspaces, or before the range. */
  elsewhere: z.object({ sessions_in_other_repositories: z.number(), sessions_before_range: z.number() }),
});
export type SidebarEmpty = z.infer<typeof sidebarEmptySchema>;

export const sidebarLoadingSchema = z.object({
  state: z.literal('loading'),
  /** What the engine is doing; null: it is starting. */
  progress: z.object({ text: z.string(), done: z.number(), total: z.number() }).nullable(),
});

export const sidebarErrorSchema = z.object({
  state: z.literal('error'),
  message: z.string(),
  /** What to do about it. */
  next: z.string(),
  /** For *Copy details*. */
  detail: z.string(),
});

/** Everything the sidebar can be. */
export const sidebarStateSchema = z.discriminatedUnion('state', [
  sidebarLoadingSchema,
  sidebarEmptySchema,
  sidebarErrorSchema,
  sidebarReadySchema,
]);
export type SidebarState = z.infer<typeof sidebarStateSchema>;
