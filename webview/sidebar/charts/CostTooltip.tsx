import { usePage } from '../state/pageContext';
import { Swatch } from './Hatches';
import type { BarRow, Series } from './series';

export interface CostTooltipProps {
  row: BarRow;
  series: Series[];
  today: string;
  isWeek: boolean;
}

/** The numbers of one bar: a row per shown model that cost something, dearest on top as in the legend. */
export function CostTooltip({ row, series, today, isWeek }: CostTooltipProps) {
  const { format } = usePage();
  const shown = series.filter((each) => (row.cost[each.index] ?? 0) > 0);
  return (
    <div className="tooltip" role="status">
      <p className="tooltip-head">
        {isWeek ? `Week of ${format.day(row.day, today)}` : format.day(row.day, today)}
        {row.isPartial && ', so far'}
      </p>
      {shown.length === 0 && <p className="muted">no cost</p>}
      {shown.map((each) => (
        <p key={each.model} className="tooltip-row">
          <Swatch series={each} />
          <bdi className="cut">{each.model}</bdi>
          <span className="amount">{format.usd(row.cost[each.index] ?? 0)}</span>
        </p>
      ))}
      {shown.length > 1 && (
        <p className="tooltip-row total">
          <span>together</span>
          <span className="amount">
            {format.usd(shown.reduce((sum, each) => sum + (row.cost[each.index] ?? 0), 0))}
          </span>
        </p>
      )}
    </div>
  );
}
