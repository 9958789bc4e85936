import type { CostByDay } from '../../../shared/sidebar';

/** Which colour and hatch a series wears; a model keeps its number wherever it is drawn. */
export type Wear = 1 | 2 | 3 | 4 | 'other';

export interface Series {
  model: string;
  /** Index in `cost` of a day. */
  index: number;
  wear: Wear;
}

/** One bar: the cost of each shown series, and how much it is faded. */
export interface BarRow {
  day: string;
  cost: number[];
  total: number;
  /** The last week is not over yet. */
  isPartial: boolean;
}

const wears: readonly Wear[] = [1, 2, 3, 4];

/** The series in stacking order: dearest first, "other" last and in no colour of its own. */
export function seriesOf(models: string[]): Series[] {
  return models.map((model, index) => ({
    model,
    index,
    wear: model === 'other' ? 'other' : (wears[index] ?? 'other'),
  }));
}

/** One row a bar; `to` is the last day of the range. */
export function barRows(cost: CostByDay, to: string): BarRow[] {
  return cost.days.map((day) => ({
    day: day.day,
    cost: day.cost,
    total: day.cost.reduce((sum, each) => sum + each, 0),
    isPartial: cost.bucket_days === 7 && dayAfter(day.day, 6) > to,
  }));
}

/** From zero up in three to five round steps; the last is at or above the highest value. */
export function ticksTo(highest: number): number[] {
  if (!(highest > 0)) {
    return [0, 1];
  }
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10]
      .map((factor) => factor * power)
      .find((each) => each >= rough && (each < 1 || Number.isInteger(each))) ?? 10 * power;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step);
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
