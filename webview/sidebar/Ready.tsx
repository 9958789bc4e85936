import { Fragment, useState } from 'react';
import type { SidebarGroup, SidebarReady, SidebarSentence } from '../../shared/sidebar';
import { Coverage } from './Coverage';
import { CostByDay } from './charts/CostByDay';
import { MetricDetail } from './MetricDetail';
import { MetricRow } from './MetricRow';
import { Rows } from './Rows';
import { type Remembered, toggled } from './state/remembered';

export interface ReadyProps {
  ready: SidebarReady;
  looked: Remembered;
  onLook(looked: Remembered): void;
}

/** The numbers: one section a question, then what they rest on. */
export function Ready({ ready, looked, onLook }: ReadyProps) {
  return (
    <div data-scope={ready.scope} data-range={ready.range}>
      {ready.groups.map((group) => (
        <Group key={group.id} group={group} ready={ready} looked={looked} onLook={onLook} />
      ))}
      <Coverage coverage={ready.coverage} />
    </div>
  );
}

function Group({ group, ready, looked, onLook }: ReadyProps & { group: SidebarGroup }) {
  const heading = `group-${group.id}`;
  return (
    <section className="group" aria-labelledby={heading}>
      <h2 id={heading}>
        <bdi>{group.title}</bdi>
      </h2>
      {group.metrics.map((metric) => {
        const isOpen = looked.expanded.includes(metric.metric);
        const id = `detail-${metric.metric}`;
        return (
          <Fragment key={metric.metric}>
            <MetricRow
              metric={metric}
              isOpen={isOpen}
              detailId={id}
              onToggle={() => onLook({ ...looked, expanded: toggled(looked.expanded, metric.metric) })}
            />
            {isOpen && <MetricDetail id={id} metric={metric} scope={ready.scope} range={ready.range} />}
          </Fragment>
        );
      })}
      {group.sentences.map((sentence) => (
        <Sentence key={sentence.metric} group={group} sentence={sentence} ready={ready} />
      ))}
      {group.id === 'cost' && (
        <CostByDay
          cost={ready.cost_by_day}
          from={ready.from}
          to={ready.to}
          hidden={looked.hidden}
          onHide={(hidden) => onLook({ ...looked, hidden })}
          as={looked.costAs}
          onAs={(costAs) => onLook({ ...looked, costAs })}
        />
      )}
    </section>
  );
}

/** What the numbers say, and the rows it speaks of. */
function Sentence({ group, sentence, ready }: { group: SidebarGroup; sentence: SidebarSentence; ready: SidebarReady }) {
  const [isOpen, setOpen] = useState(false);
  const { text, metric } = sentence;
  const id = `rows-${group.id}-${metric}`;
  return (
    <div className="sentence">
      <p>
        <bdi>{text}</bdi>
        {metric !== null && (
          <>
            {' '}
            <button
              type="button"
              className="link"
              aria-expanded={isOpen}
              aria-controls={isOpen ? id : undefined}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide them' : 'Show them'}
            </button>
          </>
        )}
      </p>
      {isOpen && metric !== null && (
        <Rows id={id} metric={metric} label={group.title} scope={ready.scope} range={ready.range} />
      )}
    </div>
  );
}
