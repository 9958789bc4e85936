import type { SidebarMetric } from '../../shared/sidebar';
import { BandMark, bandWords } from '../kit/BandMark';
import { Icon } from '../kit/Icon';
import { Sparkline } from '../kit/Sparkline';
import { usePage } from './state/pageContext';
import { madeOfText, trendOf, valueText } from './text/metricText';

export interface MetricRowProps {
  metric: SidebarMetric;
  isOpen: boolean;
  detailId: string;
  onToggle(): void;
}

/** One metric on two lines: what and of what, its course, its value and what it was. */
export function MetricRow({ metric, isOpen, detailId, onToggle }: MetricRowProps) {
  const { format } = usePage();
  const value = valueText(metric, format);
  const trend = trendOf(metric, format);
  const isKnown = value !== null;
  return (
    <button
      type="button"
      className={`metric ${isKnown ? '' : 'metric-unknown'}`}
      aria-expanded={isOpen}
      aria-controls={isOpen ? detailId : undefined}
      onClick={onToggle}
    >
      {metric.band && isKnown && <BandMark band={metric.band} />}
      <span className="name">
        <bdi className="cut" title={metric.label}>
          {metric.label}
        </bdi>
        <Icon name="chevron-down" size={12} />
      </span>
      {isKnown && <Sparkline points={metric.series} />}
      <span className="value">
        <span className="sr">, </span>
        {isKnown ? value : <span aria-hidden="true">–</span>}
        {metric.band && isKnown && <span className="sr">, band {bandWords[metric.band]}</span>}
        <span className="sr">, </span>
      </span>
      {isKnown ? (
        <bdi className="of cut" title={metric.of}>
          {madeOfText(metric, format)}
        </bdi>
      ) : (
        <bdi className="of reason">{metric.reason ?? 'No value, and no reason was given.'}</bdi>
      )}
      {trend && (
        <span className={`trend trend-${trend.tone}`} title={trend.title}>
          <span className="sr">, </span>
          {trend.text}
        </span>
      )}
    </button>
  );
}
