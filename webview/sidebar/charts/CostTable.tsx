import { usePage } from '../state/pageContext';
import type { BarRow, Series } from './series';

export interface CostTableProps {
  series: Series[];
  rows: BarRow[];
  today: string;
  /** What a row is: a day, or the week that begins on it. */
  head: string;
}

/** The chart in numbers, newest first, with every series. */
export function CostTable({ series, rows, today, head }: CostTableProps) {
  const { format } = usePage();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className="table-box" tabIndex={0} aria-label="Cost as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">Total</th>
            {series.map((each) => (
              <th scope="col" key={each.model} title={each.model}>
                <bdi>{each.model}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map((row) => (
            <tr key={row.day}>
              <th scope="row">{format.day(row.day, today)}</th>
              <td className={row.total === 0 ? 'muted' : 'strong'}>{row.total === 0 ? '0' : format.usd(row.total)}</td>
              {series.map((each) => {
                const cost = row.cost[each.index] ?? 0;
                return (
                  <td key={each.model} className={cost === 0 ? 'muted' : ''}>
                    {cost === 0 ? '0' : format.usd(cost)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
