import type { SidebarReady, SidebarState } from '../../../shared/sidebar';
import type { Push } from '../../kit/host';

/** How far something is. */
export interface Progress {
  text: string;
  done: number;
  total: number;
}

export interface PageState {
  current: SidebarState;
  /** The numbers shown last; they stay under an error. */
  last: SidebarReady | null;
  /** Newer numbers that wait until the person wants them. */
  waiting: SidebarReady | null;
  progress: Progress | null;
  locale: string;
}

export type PageEvent =
  /** `reading`: a detail or table is open, so nothing may move. */
  { type: 'pushed'; push: Push; reading: boolean } | { type: 'showWaiting' };

export const firstPage: PageState = {
  current: { state: 'loading', progress: null },
  last: null,
  waiting: null,
  progress: null,
  locale: 'en',
};

/** What the page shows after a message or a click. New data never moves what is being read. */
export function nextPage(page: PageState, event: PageEvent): PageState {
  if (event.type === 'showWaiting') {
    return page.waiting ? { ...page, current: page.waiting, last: page.waiting, waiting: null } : page;
  }
  const { push, reading } = event;
  if (push.type === 'progress') {
    return { ...page, progress: push.progress };
  }
  const { state, locale } = push;
  if (state.state !== 'ready') {
    return { ...page, locale, current: state, waiting: null, last: state.state === 'empty' ? null : page.last };
  }
  if (reading && page.current.state === 'ready' && isNewerOfSame(page.current, state)) {
    return { ...page, locale, waiting: state };
  }
  return { ...page, locale, current: state, last: state, waiting: null };
}

function isNewerOfSame(shown: SidebarReady, next: SidebarReady): boolean {
  return shown.scope === next.scope && shown.range === next.range && shown.data_version !== next.data_version;
}
