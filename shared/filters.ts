import * as z from 'zod';
import { type Range, ranges, type ScopeKind, scopeKinds } from './choices';

/** What a report's rows are grouped by; `none` gives one row of all. */
export const groupBys = ['none', 'model', 'provider', 'repository', 'branch', 'day', 'week', 'session'] as const;
export const groupBySchema = z.enum(groupBys);
export type GroupBy = z.infer<typeof groupBySchema>;

/** A day in the zone of the database, `YYYY-MM-DD`. */
export const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a day is written YYYY-MM-DD')
  .refine((day) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false, 'there is no such day');

/** What to look at; an absent filter leaves everything in. Days are inclusive on both ends. */
export const filtersSchema = z.object({
  from: daySchema.optional(),
  to: daySchema.optional(),
  repositories: z.array(z.string()).optional(),
  providers: z.array(z.string()).optional(),
  models: z.array(z.string()).optional(),
  branches: z.array(z.string()).optional(),
});
export type Filters = z.infer<typeof filtersSchema>;

export const rangeSchema = z.literal([...ranges]);
export const scopeKindSchema = z.enum(scopeKinds);
export type { Range, ScopeKind };
