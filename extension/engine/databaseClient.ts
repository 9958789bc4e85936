import { Worker } from 'node:worker_threads';
import { type EngineMethod, type EngineParams, type EngineResult, engineRequests } from '../../shared/contract';
import type { Progress } from './ingest/ingest';
import { type LogLevel, withoutPaths } from './log';
import type { Failure, FromWorker, ToWorker, WorkerOptions } from './workerMessages';

/** A request that the database worker could not answer. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export interface DatabaseClient {
  /** Rejects with DatabaseFailure; also when the worker ends, or does not answer in the contract's time. */
  request<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    onCancel?: (cancel: () => void) => void,
  ): Promise<EngineResult<M>>;
  /** Whether any client shows what is read. Starts no worker; one that is started later is told. */
  setVisible(isVisible: boolean): void;
  close(): Promise<void>;
}

/** What the worker tells by itself. */
export interface DatabaseListener {
  onProgress(progress: Progress | null): void;
  onDataChanged(dataVersion: number): void;
  onLog(level: LogLevel, text: string): void;
}

interface Pending {
  method: EngineMethod;
  resolve(result: never): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

/** Runs the database in a worker thread; a worker that died is started again by the next request. */
export function createDatabaseClient(
  script: string,
  options: WorkerOptions,
  listener: DatabaseListener,
): DatabaseClient {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let worker: Worker | undefined;
  let isVisible = false;

  const settle = (id: number, act: (request: Pending) => void) => {
    const request = pending.get(id);
    if (request) {
      pending.delete(id);
      clearTimeout(request.timer);
      act(request);
    }
  };
  const start = (): Worker => {
    const started = new Worker(script, { workerData: options });
    started.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'result':
          return settle(message.id, (request) => request.resolve(message.result as never));
        case 'failure':
          return settle(message.id, (request) => request.reject(new DatabaseFailure(message.failure)));
        case 'progress':
          return listener.onProgress(message.progress);
        case 'dataChanged':
          return listener.onDataChanged(message.dataVersion);
        case 'log':
          return listener.onLog(message.level, message.text);
      }
    });
    let isLost = false;
    /** A worker that fails says so twice, and by then the requests may be those of the next one. */
    const lose = (detail: string) => {
      if (isLost) {
        return;
      }
      isLost = true;
      if (worker === started) {
        worker = undefined;
        listener.onLog('error', `the database worker stopped: ${withoutPaths(detail.split('\n')[0] ?? '')}`);
      }
      for (const id of [...pending.keys()]) {
        settle(id, (request) =>
          request.reject(
            new DatabaseFailure({
              message: 'The database worker stopped.',
              next: 'Try again; it starts anew.',
              detail,
            }),
          ),
        );
      }
    };
    started.on('error', (error) => lose(error.stack ?? error.message));
    started.on('exit', (code) => lose(`exit code ${code}`));
    started.postMessage({ type: 'visible', isVisible } satisfies ToWorker);
    return started;
  };
  const tell = (message: ToWorker) => {
    worker ??= start();
    worker.postMessage(message);
  };

  return {
    request: (method, params, onCancel) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        const { timeoutMs } = engineRequests[method];
        const timer = setTimeout(() => {
          settle(id, (request) =>
            request.reject(
              new DatabaseFailure({
                message: `No answer to "${method}" within ${timeoutMs / 1000} s.`,
                next: 'Try again.',
                detail: '',
              }),
            ),
          );
          tell({ type: 'cancel', id });
        }, timeoutMs);
        pending.set(id, { method, resolve, reject, timer });
        onCancel?.(() => tell({ type: 'cancel', id }));
        tell({ type: 'request', id, method, params });
      }),
    setVisible: (value) => {
      isVisible = value;
      worker?.postMessage({ type: 'visible', isVisible } satisfies ToWorker);
    },
    close: async () => {
      const ended = worker;
      worker = undefined;
      if (ended) {
        ended.postMessage({ type: 'close' } satisfies ToWorker);
        await Promise.race([
          new Promise((resolve) => ended.once('exit', resolve)),
          new Promise((resolve) => setTimeout(resolve, 2_000)),
        ]);
        await ended.terminate();
      }
    },
  };
}
