import { Worker } from 'node:worker_threads';
import { type EngineMethod, type EngineParams, type EngineResult, engineRequests } from '../../shared/contract';
import type { Asker } from './application';
import type { Progress } from './ingest/ingest';
import type { LogLevel } from './log';
import type { Failure, FromWorker, ToWorker, WorkerOptions } from './workerMessages';

/** A request that the database worker could not answer. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export interface DatabaseClient {
  connect(asker: Asker): DatabaseConnection;
  close(): Promise<void>;
}

/** The database for one client of the engine. */
export interface DatabaseConnection {
  /** Rejects with DatabaseFailure; also when the worker ends, or does not answer in the contract's time. */
  request<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    onCancel?: (cancel: () => void) => void,
  ): Promise<EngineResult<M>>;
  /** Whether it shows what is read. Starts no worker; one that is started later is told. */
  setVisible(isVisible: boolean): void;
  /** Its requests are answered no more. */
  leave(): void;
}

/** What the worker tells by itself. */
export interface DatabaseListener {
  onProgress(progress: Progress | null): void;
  onDataChanged(dataVersion: number): void;
  onLog(level: LogLevel, text: string): void;
  /** The worker ended, and nobody asked it to. */
  onLost(detail: string): void;
}

interface Pending {
  method: EngineMethod;
  resolve(result: never): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

/** A worker that dies of what it reads by itself would do so again: not at once, and not all the time. */
const revivalMs = 30_000;

/**
 * Runs the database in a worker thread. One that died is started again by the next request, and after a while where
 * somebody looks on: what is written meanwhile is shown without a question.
 */
export function createDatabaseClient(
  script: string,
  options: WorkerOptions,
  listener: DatabaseListener,
): DatabaseClient {
  const pending = new Map<number, Pending>();
  const askers = new Map<number, { asker: Asker; isVisible: boolean }>();
  let lastId = 0;
  let worker: Worker | undefined;
  let revival: NodeJS.Timeout | undefined;
  let isClosed = false;

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
        listener.onLost(detail);
        clearTimeout(revival);
        revival = setTimeout(revive, revivalMs);
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
    for (const [client, { asker, isVisible }] of askers) {
      started.postMessage({ type: 'connect', client, asker } satisfies ToWorker);
      started.postMessage({ type: 'visible', client, isVisible } satisfies ToWorker);
    }
    started.on('error', (error) => lose(error.stack ?? error.message));
    started.on('exit', (code) => lose(`exit code ${code}`));
    return started;
  };
  const revive = () => {
    if ([...askers.values()].some(({ isVisible }) => isVisible)) {
      worker ??= start();
    }
  };
  const tell = (message: ToWorker) => worker?.postMessage(message);

  const request =
    (client: number): DatabaseConnection['request'] =>
    (method, params, onCancel) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          throw new DatabaseFailure({ message: 'The engine is leaving.', next: 'Try again.', detail: '' });
        }
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
        worker ??= start();
        tell({ type: 'request', client, id, method, params });
      });

  return {
    connect: (asker) => {
      const client = ++lastId;
      askers.set(client, { asker, isVisible: false });
      tell({ type: 'connect', client, asker });
      return {
        request: request(client),
        setVisible: (isVisible) => {
          askers.set(client, { asker, isVisible });
          tell({ type: 'visible', client, isVisible });
        },
        leave: () => {
          askers.delete(client);
          tell({ type: 'leave', client });
        },
      };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(revival);
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
