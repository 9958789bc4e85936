import { type ReactNode, useState } from 'react';
import type { Range, ScopeKind } from '../../shared/filters';
import type { SidebarMetric } from '../../shared/sidebar';
import { BandMark, bandWords } from '../kit/BandMark';
import { Rows } from './Rows';
import { usePage } from './state/pageContext';
import { beforeText } from './text/metricText';

export interface MetricDetailProps {
  id: string;
  metric: SidebarMetric;
  scope: ScopeKind;
  range: Range;
}

/** How a number came about, and the way to its rows and its SQL. */
export function MetricDetail({ id, metric, scope, range }: MetricDetailProps) {
  const { format, act } = usePage();
  const [hasRows, setHasRows] = useState(false);
  const rowsId = `${id}-rows`;
  const before = beforeText(metric, format);
  return (
    <section className="detail" id={id} aria-label={metric.label}>
      <dl>
        <Fact term="Counted">{metric.counts}</Fact>
        <Fact term="Left out">{metric.leaves_out}</Fact>
        <Fact term="Made of">{metric.of}</Fact>
        {(metric.band_rule !== null || metric.band !== null) && (
          <Fact term="Band">
            {metric.band && metric.band !== 'too_few' && (
              <span className={`band-word band-${metric.band}`}>
                <BandMark band={metric.band} /> {bandWords[metric.band]}
              </span>
            )}
            {metric.band === 'too_few' && 'none: fewer than 10 to judge'}
            {metric.band_rule !== null && (
              <span className="muted">{metric.band ? ` · ${metric.band_rule}` : metric.band_rule}</span>
            )}
          </Fact>
        )}
        {before !== null && <Fact term="Before">{before}</Fact>}
      </dl>
      <p className="buttons">
        <button
          type="button"
          className="button"
          aria-expanded={hasRows}
          aria-controls={hasRows ? rowsId : undefined}
          onClick={() => setHasRows(!hasRows)}
        >
          {hasRows ? 'Hide rows' : 'Show rows'}
        </button>
        <button type="button" className="button" onClick={() => act('openSql', { metric: metric.metric })}>
          Show SQL
        </button>
      </p>
      {hasRows && <Rows id={rowsId} metric={metric.metric} label={metric.label} scope={scope} range={range} />}
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return children === '' ? null : (
    <div>
      <dt>{term}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}
