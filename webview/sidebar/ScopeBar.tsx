import { useState } from 'react';
import { type Range, rangeSchema, type ScopeKind, scopeKindSchema } from '../../shared/filters';
import type { SidebarEmpty, SidebarReady } from '../../shared/sidebar';
import { Icon } from '../kit/Icon';
import { usePage } from './state/pageContext';
import type { Progress } from './state/pageState';
import { ranges, rangeText } from './text/words';

const scopeTexts: Record<ScopeKind, string> = { workspace: 'This workspace', all: 'All repositories' };

export interface ScopeBarProps {
  shown: SidebarReady | SidebarEmpty;
  progress: Progress | null;
  hasWaiting: boolean;
  onShowWaiting(): void;
}

/** What is looked at, how far back, and what goes on meanwhile. */
export function ScopeBar({ shown, progress, hasWaiting, onShowWaiting }: ScopeBarProps) {
  const { act, format } = usePage();
  const [asked, setAsked] = useState<{ scope: ScopeKind; range: Range } | null>(null);

  // What was chosen counts until its numbers are there: those of the old choice may still come in between.
  if (asked?.scope === shown.scope && asked.range === shown.range) {
    setAsked(null);
  }
  const { scope, range } = asked ?? shown;
  const ask = async (next: { scope: ScopeKind; range: Range }) => {
    setAsked(next);
    if (!(await act('setScope', next))) {
      setAsked((now) => (now === next ? null : now));
    }
  };

  return (
    <header className="scope" aria-busy={asked !== null}>
      <div className="picks">
        <Picker
          name="Scope"
          text={asked ? scopeTexts[scope] : shown.scope_label}
          value={scope}
          options={scopeKindSchema.options.map((kind) => [kind, scopeTexts[kind]])}
          onPick={(value) => ask({ scope: scopeKindSchema.parse(value), range })}
        />
        <span aria-hidden="true">·</span>
        <Picker
          name="Range"
          text={rangeText(range)}
          value={String(range)}
          options={ranges.map((each) => [String(each), rangeText(each)])}
          onPick={(value) => ask({ scope, range: rangeSchema.parse(value === 'all' ? value : Number(value)) })}
        />
        {hasWaiting ? (
          <button
            type="button"
            className="link meanwhile"
            title="Newer numbers were read. Show them."
            onClick={onShowWaiting}
          >
            New data
          </button>
        ) : (
          progress && (
            <span className="meanwhile amount cut" title={progress.text}>
              {progress.total > 0 ? `${format.count(progress.done)} of ${format.count(progress.total)}` : progress.text}
            </span>
          )
        )}
      </div>
      {progress && progress.total > 0 && (
        <progress max={progress.total} value={Math.min(progress.done, progress.total)} aria-label={progress.text} />
      )}
    </header>
  );
}

interface PickerProps {
  name: string;
  text: string;
  value: string;
  options: [value: string, text: string][];
  onPick(value: string): void;
}

/** A native select under our own text: keys, menu and screen reader are the platform's. */
function Picker({ name, text, value, options, onPick }: PickerProps) {
  return (
    <span className="picker" title={text}>
      <bdi className="cut" aria-hidden="true">
        {text}
      </bdi>
      <Icon name="chevron-down" size={12} />
      <select aria-label={name} value={value} onChange={(event) => onPick(event.target.value)}>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </span>
  );
}
