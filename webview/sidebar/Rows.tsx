import { useCallback, useEffect, useState } from 'react';
import type { ViewResult } from '../../shared/contract';
import type { Range, ScopeKind } from '../../shared/filters';
import type { CommitRow, SessionRow } from '../../shared/report';
import type { Failure } from '../kit/host';
import { usePage } from './state/pageContext';
import { commitTitle, counted, sessionCost, sessionTitle } from './text/words';

type Page = ViewResult<'rows'>;
type Loaded =
  | { state: 'loading' }
  | ({ state: 'failed' } & Failure)
  | { state: 'ready'; pages: Page[]; isMoreComing: boolean };

const pageSize = 20;

export interface RowsProps {
  id: string;
  metric: string;
  label: string;
  scope: ScopeKind;
  range: Range;
}

/** The sessions or commits behind a number, as they were when asked for; each opens. */
export function Rows({ id, metric, label, scope, range }: RowsProps) {
  const { request, format, announce } = usePage();
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });

  const load = useCallback(
    async (pages: Page[], isWanted: () => boolean = () => true) => {
      setLoaded(pages.length === 0 ? { state: 'loading' } : { state: 'ready', pages, isMoreComing: true });
      const answer = await request('rows', {
        scope,
        range,
        metric,
        limit: pageSize,
        offset: pages.reduce((sum, page) => sum + page.rows.length, 0),
      });
      if (!isWanted()) {
        return;
      }
      if (!answer.ok) {
        setLoaded({ state: 'failed', message: answer.message, next: answer.next });
        return announce(answer.message);
      }
      setLoaded({ state: 'ready', pages: [...pages, answer.result], isMoreComing: false });
    },
    [request, announce, scope, range, metric],
  );

  useEffect(() => {
    let isHere = true;
    load([], () => isHere);
    return () => {
      isHere = false;
    };
  }, [load]);

  if (loaded.state === 'loading') {
    return (
      <p className="rows-note" id={id}>
        Looking them up…
      </p>
    );
  }
  if (loaded.state === 'failed') {
    return (
      <p className="rows-note" id={id}>
        {loaded.message} {loaded.next}{' '}
        <button type="button" className="link" onClick={() => load([])}>
          Try again
        </button>
      </p>
    );
  }
  const total = loaded.pages[0]?.total ?? 0;
  const shown = loaded.pages.reduce((sum, page) => sum + page.rows.length, 0);
  const one = loaded.pages[0]?.kind === 'commits' ? 'commit' : 'session';
  if (shown === 0) {
    return (
      <p className="rows-note" id={id}>
        No {one} stands behind it.
      </p>
    );
  }
  return (
    <div className="rows" id={id}>
      <p className="rows-note">
        {shown < total
          ? `${format.count(shown)} of ${counted(total, one, `${one}s`, format)}`
          : counted(total, one, `${one}s`, format)}
      </p>
      <ul aria-label={`${label}: ${one}s`}>
        {loaded.pages.flatMap((page) =>
          page.kind === 'sessions'
            ? page.rows.map((row) => <SessionLine key={row.session_key} row={row} />)
            : page.rows.map((row) => <CommitLine key={`${row.repository_key} ${row.commit_id}`} row={row} />),
        )}
      </ul>
      {shown < total && (
        <button type="button" className="link more" disabled={loaded.isMoreComing} onClick={() => load(loaded.pages)}>
          {loaded.isMoreComing ? 'Looking them up…' : `Show ${format.count(Math.min(pageSize, total - shown))} more`}
        </button>
      )}
    </div>
  );
}

function SessionLine({ row }: { row: SessionRow }) {
  const { format, act } = usePage();
  const title = sessionTitle(row);
  const cost = sessionCost(row, format);
  return (
    <li>
      <button type="button" className="line" onClick={() => act('openSession', { sessionKey: row.session_key })}>
        <bdi className={row.title === null ? 'cut muted' : 'cut'} title={title}>
          {title}
        </bdi>
        <span className="amount" title={cost.title}>
          {cost.text}
        </span>
        <span className="facts cut">
          {format.instant(row.started_at)} · {counted(row.prompts, 'prompt', 'prompts', format)}
        </span>
      </button>
    </li>
  );
}

function CommitLine({ row }: { row: CommitRow }) {
  const { format, act } = usePage();
  const title = commitTitle(row);
  return (
    <li>
      <button type="button" className="line" onClick={() => act('openCommit', { commit: row.commit_id })}>
        <bdi className={row.subject === null ? 'cut muted' : 'cut'} title={title}>
          {title}
        </bdi>
        <span className="amount">
          +{format.count(row.added_lines)} {'\u2212'}
          {format.count(row.removed_lines)}
        </span>
        <span className="facts cut">
          <code>{row.commit_id.slice(0, 7)}</code> · {format.instant(row.authored_at)} ·{' '}
          {counted(row.sessions, 'session', 'sessions', format)}
        </span>
      </button>
    </li>
  );
}
