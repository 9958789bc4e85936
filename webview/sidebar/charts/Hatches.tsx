import type { Series, Wear } from './series';

/** Fill of a series: colour, and a hatch so that colour is not all that tells it apart. */
export const fillOf = (wear: Wear): string =>
  wear === 1 || wear === 'other' ? `var(--pf-series-${wear})` : `url(#pf-hatch-${wear})`;

/** The patterns that `fillOf` names, once in the page. */
export function Hatches() {
  return (
    <svg className="hatches" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="pf-hatch-2" width="4" height="4" patternUnits="userSpaceOnUse">
          <rect width="4" height="4" fill="var(--pf-series-2)" />
          <rect width="4" height="1.5" fill="var(--pf-bg)" opacity=".5" />
        </pattern>
        <pattern id="pf-hatch-3" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="5" fill="var(--pf-series-3)" />
          <rect width="1.6" height="5" fill="var(--pf-bg)" opacity=".65" />
        </pattern>
        <pattern id="pf-hatch-4" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" fill="var(--pf-series-4)" />
          <circle cx="2.5" cy="2.5" r="1.2" fill="var(--pf-bg)" opacity=".75" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Swatch({ series }: { series: Series }) {
  return (
    <svg className="swatch" width="10" height="10" aria-hidden="true">
      <rect width="10" height="10" fill={fillOf(series.wear)} />
    </svg>
  );
}
