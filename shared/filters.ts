import * as z from 'zod';

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

/** The sidebar's choice of how far back: days up to today, or everything. */
export const rangeSchema = z.union([z.literal(7), z.literal(30), z.literal(90), z.literal('all')]);
export type Range = z.infer<typeof rangeSchema>;

/** The repositories of the open workspace folders, or every repository that was read. */
export const scopeKindSchema = z.enum(['workspace', 'all']);
export type ScopeKind = z.infer<typeof scopeKindSchema>;
