import { createContext, useContext } from 'react';
import type { ViewMethod, ViewParams } from '../../../shared/contract';
import { createFormat, type Format } from '../../../shared/format';
import type { Host } from '../../kit/host';

/** What every part of the page needs. */
export interface PageContext {
  format: Format;
  request: Host['request'];
  /** Asks for something done; a failure is shown in the page's notice. Says whether it was done. */
  act<M extends ViewMethod>(method: M, params: ViewParams<M>): Promise<boolean>;
  /** Says something to screen readers. */
  announce(text: string): void;
}

const Context = createContext<PageContext>({
  format: createFormat('en'),
  request: async () => ({ ok: false, message: 'The page is not connected.', next: 'Reload the window.' }),
  act: async () => false,
  announce: () => undefined,
});

export const PageProvider = Context.Provider;
export const usePage = (): PageContext => useContext(Context);
