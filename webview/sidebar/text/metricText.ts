import type { Format } from '../../../shared/format';
import type { SidebarMetric } from '../../../shared/sidebar';

type Part = { value: number | null; units: number };

/** Judged or not, in words; `tone` only repeats the word. */
export interface Trend {
  text: string;
  tone: 'neutral' | 'better' | 'worse';
  title: string;
}

/** The value of a metric, as "61%", "7 min" or, too few to make a rate of, "1 of 4"; null where it can't be known. */
export function valueText(metric: SidebarMetric, format: Format): string | null {
  if (metric.value === null) {
    return null;
  }
  return isTooFewForRate(metric)
    ? (ofText(metric, format) ?? partText(metric, metric, format))
    : partText(metric, metric, format);
}

/** The second line: what the value is of. Where the value itself says "1 of 4", only what the four are. */
export function madeOfText(metric: SidebarMetric, format: Format): string {
  if (!isTooFewForRate(metric)) {
    return metric.of;
  }
  const said = ofText(metric, format);
  const rest = said !== null && metric.of.startsWith(said) ? metric.of.slice(said.length).trim() : metric.of;
  return rest === '' ? 'too few to judge' : `${rest}, too few to judge`;
}

/** Against the same range before; null where there is nothing to compare with. */
export function trendOf(metric: SidebarMetric, format: Format): Trend | null {
  const { before, value } = metric;
  if (before === null || before.value === null || value === null) {
    return null;
  }
  const was = partText(metric, before, format);
  if (metric.verdict === 'noise') {
    return { text: '≈ before', tone: 'neutral', title: `was ${was}, within noise` };
  }
  if (metric.verdict === null || metric.unit !== 'ratio') {
    return { text: `was ${was}`, tone: 'neutral', title: `was ${was} in the same range before` };
  }
  const points = pointsText(value - before.value, metric.units, format);
  if (metric.better === null) {
    return { text: points, tone: 'neutral', title: `was ${was}` };
  }
  const tone = metric.verdict === metric.better ? 'better' : 'worse';
  return { text: `${points} ${tone}`, tone, title: `was ${was}, more than noise` };
}

/** "55%, 17 of 31" of the range before; null where the range has none before it. */
export function beforeText(metric: SidebarMetric, format: Format): string | null {
  const { before } = metric;
  if (before === null) {
    return null;
  }
  if (before.value === null) {
    return 'no earlier data';
  }
  const parts = [partText(metric, before, format), before.of, metric.verdict === 'noise' ? 'within noise' : null];
  return parts.filter(Boolean).join(', ');
}

function partText(metric: SidebarMetric, part: Part, format: Format): string {
  return part.value === null ? '–' : format.value(part.value, metric.unit, part.units);
}

function ofText(metric: SidebarMetric, format: Format): string | null {
  return metric.numerator === null || metric.denominator === null
    ? null
    : `${format.count(metric.numerator)} of ${format.count(metric.denominator)}`;
}

function isTooFewForRate(metric: SidebarMetric): boolean {
  return (
    metric.band === 'too_few' && metric.unit === 'ratio' && metric.numerator !== null && metric.denominator !== null
  );
}

/** A difference of two shares: "+7 pt", "−3.6 pt"; a decimal from 50 units on. */
function pointsText(difference: number, units: number, format: Format): string {
  const points = Math.abs(difference) * 100;
  return `${difference < 0 ? '\u2212' : '+'}${units >= 50 ? format.number(points) : format.count(points)} pt`;
}
