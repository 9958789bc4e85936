import { Swatch } from './Hatches';
import type { Series } from './series';

export interface CostLegendProps {
  series: Series[];
  hidden: string[];
  onHide(hidden: string[]): void;
}

/** A click takes a series out or puts it back; with Shift it stays alone. */
export function CostLegend({ series, hidden, onHide }: CostLegendProps) {
  const pick = (model: string, isAlone: boolean) => {
    const others = series.map((each) => each.model).filter((other) => other !== model);
    if (isAlone) {
      return onHide(others.every((other) => hidden.includes(other)) && !hidden.includes(model) ? [] : others);
    }
    onHide(hidden.includes(model) ? hidden.filter((other) => other !== model) : [...hidden, model]);
  };
  return (
    <ul className="legend" aria-label="Models">
      {series.map((each) => (
        <li key={each.model}>
          <button
            type="button"
            aria-pressed={!hidden.includes(each.model)}
            title={`${each.model}\nClick: hide or show. Shift-click: show it alone.`}
            onClick={(event) => pick(each.model, event.shiftKey)}
          >
            <Swatch series={each} />
            <bdi className="cut">{each.model}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
