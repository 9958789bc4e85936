import * as z from 'zod';
import type { Filters } from '../../../shared/filters';
import type { CostByDay } from '../../../shared/sidebar';
import type { Catalogue } from '../database/catalogue';
import type { Database } from '../database/database';
import { addDays, createCalendar } from '../events/calendar';
import { filterParameters, runQuery } from './parameters';

/** Bars of a day up to three months, of a week beyond: a bar needs its pixels. */
const mostDailyBars = 92;
const mostSeries = 4;

/** Money by day and model over a range without gaps, for the chart: the dearest models, and the rest together. */
export function costByDay(
  database: Database,
  catalogue: Catalogue,
  filters: Filters,
  from: string,
  to: string,
): CostByDay {
  const calendar = createCalendar('UTC');
  const bucketDays = daysBetween(from, to) > mostDailyBars ? 7 : 1;
  const parameters = filterParameters(filters, bucketDays === 7 ? 'week' : 'day');
  const rows = runQuery(
    database,
    catalogue,
    'cost.dayModel',
    parameters,
    z.object({ day: z.string(), model: z.string(), cost_usd: z.number(), unpriced_tokens: z.number() }),
  );
  const totals = new Map<string, number>();
  for (const row of rows) {
    totals.set(row.model, (totals.get(row.model) ?? 0) + row.cost_usd);
  }
  const ranked = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([model]) => model);
  const named = ranked.length > mostSeries + 1 ? ranked.slice(0, mostSeries) : ranked.slice(0, mostSeries + 1);
  const models = named.length < ranked.length ? [...named, 'other'] : named;
  const days = [];
  for (let day = bucketDays === 7 ? calendar.week(from) : from; day <= to; day = addDays(day, bucketDays)) {
    const inDay = rows.filter((row) => row.day === day);
    const cost = models.map((_, index) =>
      sum(
        inDay
          .filter((row) => (named.indexOf(row.model) === -1 ? models.length - 1 : named.indexOf(row.model)) === index)
          .map((row) => row.cost_usd),
      ),
    );
    days.push({ day, cost, unpriced_tokens: sum(inDay.map((row) => row.unpriced_tokens)) });
  }
  return { days, models, bucket_days: bucketDays };
}

const daysBetween = (from: string, to: string): number =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
