import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { ViewMethod, ViewParams } from '../../shared/contract';
import { createFormat } from '../../shared/format';
import type { Failure, Host } from '../kit/host';
import { Icon } from '../kit/Icon';
import { Empty } from './Empty';
import { ErrorView } from './ErrorView';
import { Loading } from './Loading';
import { Ready } from './Ready';
import { ScopeBar } from './ScopeBar';
import { type PageContext, PageProvider } from './state/pageContext';
import { firstPage, nextPage } from './state/pageState';
import type { Remembered } from './state/remembered';

export interface SidebarProps {
  host: Host;
  /** Where the person looked when the page was last hidden. */
  remembered: Remembered;
  remember(looked: Remembered): void;
}

/** The whole page: which of its states is drawn, what is announced, what failed. */
export function Sidebar({ host, remembered, remember }: SidebarProps) {
  const [page, dispatch] = useReducer(nextPage, firstPage);
  const [looked, setLooked] = useState(remembered);
  const [notice, setNotice] = useState<Failure | null>(null);
  const [said, announce] = useState('');
  const main = useRef<HTMLElement>(null);

  useEffect(
    () =>
      host.start((push) => {
        // Whatever is open, wherever it is: the page itself knows best.
        const reading = main.current?.querySelector('[aria-expanded="true"], table') != null;
        dispatch({ type: 'pushed', push, reading });
      }),
    [host],
  );

  const format = useMemo(() => createFormat(page.locale), [page.locale]);
  const context = useMemo<PageContext>(
    () => ({
      format,
      request: host.request,
      announce,
      act: async <M extends ViewMethod>(method: M, params: ViewParams<M>) => {
        const answer = await host.request(method, params);
        setNotice(answer.ok ? null : { message: answer.message, next: answer.next });
        return answer.ok;
      },
    }),
    [format, host],
  );

  const look = useCallback(
    (next: Remembered) => {
      setLooked(next);
      remember(next);
    },
    [remember],
  );

  const { current } = page;
  const records = useRef(0);
  records.current = current.state === 'ready' ? current.coverage.records : 0;
  useEffect(() => {
    // Once the numbers are there, not each time they change.
    if (current.state === 'ready') {
      announce(`Read ${format.count(records.current)} records`);
    }
  }, [current.state, format]);

  const shown = current.state === 'error' ? page.last : current;
  return (
    <PageProvider value={context}>
      <h1 className="sr">Paceflow</h1>
      {(shown?.state === 'ready' || shown?.state === 'empty') && (
        <ScopeBar
          shown={shown}
          progress={page.progress}
          hasWaiting={page.waiting !== null}
          onShowWaiting={() => dispatch({ type: 'showWaiting' })}
        />
      )}
      <main ref={main} aria-busy={current.state === 'loading'}>
        {current.state === 'error' && <ErrorView error={current} />}
        {shown?.state === 'loading' && <Loading progress={shown.progress ?? page.progress} />}
        {shown?.state === 'empty' && <Empty empty={shown} />}
        {shown?.state === 'ready' && <Ready ready={shown} looked={looked} onLook={look} />}
      </main>
      <div className="sr" role="status">
        {said}
      </div>
      {notice && (
        <div className="notice" role="alert">
          <Icon name="warning" />
          <p>
            {notice.message} {notice.next}
          </p>
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            title="Close"
            onClick={() => setNotice(null)}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </PageProvider>
  );
}
