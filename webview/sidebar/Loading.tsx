import { usePage } from './state/pageContext';
import type { Progress } from './state/pageState';

const skeleton = [
  { group: 'session', lines: ['one', 'two', 'three'] },
  { group: 'commits', lines: ['one', 'two'] },
  { group: 'cost', lines: ['one', 'two', 'three'] },
];

/** The page's own lines while the first numbers are made, and how far that is. */
export function Loading({ progress }: { progress: Progress | null }) {
  const { format } = usePage();
  const isCounted = progress !== null && progress.total > 0;
  return (
    <>
      <div className="loading-head">
        <p>
          <span className="cut">{progress?.text ?? 'Starting'}</span>
          {isCounted && (
            <span className="amount">
              {format.count(progress.done)} of {format.count(progress.total)}
            </span>
          )}
        </p>
        {isCounted && (
          <progress max={progress.total} value={Math.min(progress.done, progress.total)} aria-label={progress.text} />
        )}
      </div>
      <div aria-hidden="true">
        {skeleton.map(({ group, lines }) => (
          <div className="group skeleton" key={group}>
            <span className="bone bone-title" />
            {lines.map((line) => (
              <div className="metric" key={line}>
                <span className="bone bone-name" />
                <span className="bone bone-value" />
                <span className="bone bone-of" />
                <span className="bone bone-trend" />
              </div>
            ))}
          </div>
        ))}
      </div>
    </>
  );
}
