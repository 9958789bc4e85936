import { useEffect, useState } from 'react';
import type { SidebarReady } from '../../shared/sidebar';
import { usePage } from './state/pageContext';
import { agoText, counted } from './text/words';

/** What the numbers rest on: priced, understood, read when. */
export function Coverage({ coverage }: { coverage: SidebarReady['coverage'] }) {
  const { format, act } = usePage();
  const now = useMinute();
  const show = () => act('showWhatWasRead', {});
  return (
    <footer className="coverage">
      <p>
        <span>
          {coverage.sessions_with_tokens === 0
            ? 'no session with tokens to price'
            : `priced ${format.count(coverage.priced_sessions)} of ${counted(coverage.sessions_with_tokens, 'session', 'sessions', format)}`}
        </span>
        {coverage.unknown_records > 0 && (
          <span title={`of ${format.count(coverage.records)} records`}>
            {counted(coverage.unknown_records, 'unknown record', 'unknown records', format)}
          </span>
        )}
        {coverage.problems > 0 && (
          <button type="button" className="link" onClick={show}>
            {counted(coverage.problems, 'problem', 'problems', format)}
          </button>
        )}
      </p>
      <p>
        <span title={format.instant(coverage.last_read_at)}>read {agoText(coverage.last_read_at, now, format)}</span>
        <button type="button" className="link" onClick={show}>
          Show what was read
        </button>
      </p>
    </footer>
  );
}

/** The time, to the minute. */
function useMinute(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
