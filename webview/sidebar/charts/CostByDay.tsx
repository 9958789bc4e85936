import type { CostByDay as Cost } from '../../../shared/sidebar';
import { Icon } from '../../kit/Icon';
import { usePage } from '../state/pageContext';
import { CostBars } from './CostBars';
import { CostLegend } from './CostLegend';
import { CostTable } from './CostTable';
import { Hatches } from './Hatches';
import { type BarRow, barRows, type Series, seriesOf } from './series';

export interface CostByDayProps {
  cost: Cost;
  /** First and last day of the range. */
  from: string;
  to: string;
  hidden: string[];
  onHide(hidden: string[]): void;
  as: 'chart' | 'table';
  onAs(as: 'chart' | 'table'): void;
}

/** Cost of each day or week by model, as bars or as a table. */
export function CostByDay({ cost, from, to, hidden, onHide, as, onAs }: CostByDayProps) {
  const { format } = usePage();
  const series = seriesOf(cost.models);
  const rows = barRows(cost, to);
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  const unpriced = cost.days.reduce((sum, day) => sum + day.unpriced_tokens, 0);
  const isWeek = cost.bucket_days === 7;
  const title = isWeek ? 'Cost per week' : 'Cost per day';
  const shown = series.filter((each) => !hidden.includes(each.model));

  if (total === 0) {
    return (
      <figure className="cost">
        <h3>{title}</h3>
        <p className="caption">
          {unpriced > 0
            ? `No price is known for the ${format.tokens(unpriced)} tokens of this time.`
            : 'Nothing was spent in this time.'}
        </p>
      </figure>
    );
  }
  return (
    <figure className="cost">
      <Hatches />
      <div className="cost-head">
        <h3>{title}</h3>
        <span className="muted">by model</span>
        <button
          type="button"
          className="icon-button"
          aria-label="Show as table"
          aria-pressed={as === 'table'}
          title={as === 'table' ? 'Show as chart' : 'Show as table'}
          onClick={() => onAs(as === 'table' ? 'chart' : 'table')}
        >
          <Icon name={as === 'table' ? 'graph' : 'table'} />
        </button>
      </div>
      {as === 'table' ? (
        <CostTable series={series} rows={rows} today={to} head={isWeek ? 'Week of' : 'Day'} />
      ) : (
        <>
          <CostLegend series={series} hidden={hidden} onHide={onHide} />
          <CostBars series={shown} rows={rows} today={to} isWeek={isWeek} label={labelOf()} />
        </>
      )}
      {unpriced > 0 && (
        <figcaption className="caption">
          {format.tokens(unpriced)} tokens have no known price: they are in no bar.
        </figcaption>
      )}
    </figure>
  );

  function labelOf(): string {
    const last = rows.findLast((row) => row.total > 0);
    const span = `${title} by model, ${format.day(from, to)} to ${format.day(to, to)}, ${format.usd(total)} together.`;
    return last ? `${span} Last, ${format.day(last.day, to)}: ${valuesOf(last, series)}.` : span;
  }

  function valuesOf(row: BarRow, of: Series[]): string {
    return of
      .filter((each) => (row.cost[each.index] ?? 0) > 0)
      .map((each) => `${each.model} ${format.usd(row.cost[each.index] ?? 0)}`)
      .join(', ');
  }
}
