import { type ViewMethod, type ViewParams, type ViewResult, viewRequests } from '../../shared/contract';
import { type FromView, type ToView, toViewSchema } from '../../shared/viewMessages';

/** What VS Code hands to a page, once. */
export interface ViewApi {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** A failure in words, and what the person can do about it. */
export interface Failure {
  message: string;
  next: string;
}
export type Answer<T> = { ok: true; result: T } | ({ ok: false } & Failure);
export type Push = Exclude<ToView, { type: 'response' | 'failure' }>;

export interface Host {
  /** Asks the extension host. Never rejects: a failure, a time-out and an answer of the wrong shape come as words. */
  request<M extends ViewMethod>(method: M, params: ViewParams<M>): Promise<Answer<ViewResult<M>>>;
  /** Tells the host that the page listens; from then on `receive` gets what the host sends of its own accord. */
  start(receive: (push: Push) => void): () => void;
}

const mismatch: Failure = {
  message: 'This page and the extension are of different versions.',
  next: 'Reload the window.',
};

/** Connects a page to the extension host over `postMessage`; both directions are checked against the contract. */
export function connectHost(api: ViewApi, page: Window): Host {
  const waiting = new Map<number, (answer: Answer<unknown>) => void>();
  let receiver: ((push: Push) => void) | undefined;
  let lastId = 0;

  const settle = (id: number, answer: Answer<unknown>) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  };

  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toViewSchema.safeParse(event.data);
    if (!parsed.success) {
      receiver?.({
        type: 'state',
        locale: page.navigator.language,
        state: { state: 'error', ...mismatch, detail: parsed.error.message },
      });
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'response':
        return settle(message.id, { ok: true, result: message.result });
      case 'failure':
        return settle(message.id, { ok: false, message: message.message, next: message.next });
      default:
        return receiver?.(message);
    }
  });

  return {
    request: async <M extends ViewMethod>(method: M, params: ViewParams<M>): Promise<Answer<ViewResult<M>>> => {
      const shape = viewRequests[method];
      const sent = shape.params.safeParse(params);
      if (!sent.success) {
        return { ok: false, ...mismatch };
      }
      lastId += 1;
      const id = lastId;
      const answer = await new Promise<Answer<unknown>>((resolve) => {
        const timer = setTimeout(
          () => settle(id, { ok: false, message: 'Paceflow did not answer in time.', next: 'Try again.' }),
          shape.timeoutMs,
        );
        waiting.set(id, (settled) => {
          clearTimeout(timer);
          resolve(settled);
        });
        api.postMessage({ type: 'request', id, method, params: sent.data });
      });
      if (!answer.ok) {
        return answer;
      }
      const result = shape.result.safeParse(answer.result);
      // The schema is the one of `method`; TypeScript can't carry that through the lookup.
      return result.success ? { ok: true, result: result.data as ViewResult<M> } : { ok: false, ...mismatch };
    },
    start: (receive) => {
      receiver = receive;
      api.postMessage({ type: 'ready' });
      return () => {
        receiver = undefined;
      };
    },
  };
}
