import { Fragment } from 'react';
import type { SidebarEmpty } from '../../shared/sidebar';
import { usePage } from './state/pageContext';
import { counted, rangeText } from './text/words';

/** Nothing to count: what was looked for, where, what was found, the one next step. */
export function Empty({ empty }: { empty: SidebarEmpty }) {
  const { act, format } = usePage();
  const { sessions_in_other_repositories: others, sessions_before_range: earlier } = empty.elsewhere;
  const showAll = () => act('setScope', { scope: 'all', range: empty.range });
  const showEverything = () => act('setScope', { scope: empty.scope, range: 'all' });
  return (
    <section className="state-page">
      <h2>
        No agent sessions in <bdi>{empty.scope === 'workspace' ? empty.scope_label : 'any repository'}</bdi>
        {empty.range === 'all' ? ' yet.' : ` in the last ${rangeText(empty.range)}.`}
      </h2>
      <p className="found">{foundText(empty, counted)}</p>
      {others > 0 && (
        <button type="button" className="button primary" onClick={showAll}>
          Show all repositories
        </button>
      )}
      {others === 0 && earlier > 0 && (
        <button type="button" className="button primary" onClick={showEverything}>
          Show everything
        </button>
      )}
      {empty.places.length > 0 && (
        <>
          <h3>Looked in</h3>
          <ul className="places">
            {empty.places.map((place) => (
              <li key={`${place.provider} ${place.path}`}>
                <bdi className="provider">{place.provider}</bdi>
                <span className="amount">
                  {place.found
                    ? place.logs === 0
                      ? 'no log'
                      : counted(place.logs, 'log', 'logs', format)
                    : 'not there'}
                </span>
                <bdi className="path">{breakable(place.path)}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="links">
        <button type="button" className="link" onClick={() => act('showWhatWasRead', {})}>
          Show what was read
        </button>
        {others > 0 && earlier > 0 && (
          <>
            {' · '}
            <button type="button" className="link" onClick={showEverything}>
              Show everything
            </button>
          </>
        )}
      </p>
    </section>
  );

  function foundText(state: SidebarEmpty, count: typeof counted): string {
    const found = [
      others > 0 ? `${count(others, 'session is', 'sessions are', format)} in other repositories.` : null,
      earlier > 0
        ? `${count(earlier, 'session is', 'sessions are', format)} older than ${rangeText(state.range)}.`
        : null,
    ].filter((sentence) => sentence !== null);
    if (found.length > 0) {
      return found.join(' ');
    }
    const logs = state.places.reduce((sum, place) => sum + place.logs, 0);
    return logs === 0
      ? `Looked in ${count(state.places.length, 'place', 'places', format)} and found no log. If your agent runs elsewhere, open this window there.`
      : `Read ${count(logs, 'log', 'logs', format)} and found no session with a prompt of yours. It appears here after your next one.`;
  }
}

/** A path that may break after each folder. */
function breakable(path: string) {
  return Array.from(path.matchAll(/[^/\\]*[/\\]?/gu), (folder) => (
    <Fragment key={folder.index}>
      {folder[0]}
      <wbr />
    </Fragment>
  ));
}
