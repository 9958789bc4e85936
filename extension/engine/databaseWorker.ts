import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineMethod } from '../../shared/contract';
import { type ApplicationClient, createApplication } from './application';
import { realFile } from './database/databaseFile';
import { HumanError } from './humanError';
import { createLog } from './log';
import { bundledPrices } from './pricing/prices';
import { providers } from './providers/registry';
import { version } from './version';
import type { Failure, FromWorker, ToWorker, WorkerOptions } from './workerMessages';

// sql.js is synchronous: here it keeps nobody waiting but its own askers.
const port = parentPort;
if (!port) {
  throw new Error('databaseWorker runs as a worker thread of the engine');
}
const options: WorkerOptions = workerData;
const post = (message: FromWorker) => port.postMessage(message);

const log = createLog((level, text) => post({ type: 'log', level, text }));

const application = createApplication({
  file: realFile(options.database),
  root: options.root,
  wasmFile: path.join(options.root, 'dist', 'sql-wasm.wasm'),
  readerFile: path.join(options.root, 'dist', 'logReader.js'),
  version,
  providers,
  prices: bundledPrices(),
  clock: Date.now,
  zone: options.zone,
  log,
  onProgress: (progress) => post({ type: 'progress', progress }),
  onDataChanged: (dataVersion) => post({ type: 'dataChanged', dataVersion }),
});

const clients = new Map<number, ApplicationClient>();
const running = new Map<number, AbortController>();

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'connect':
      clients.set(message.client, application.connect(message.asker));
      return;
    case 'leave':
      clients.get(message.client)?.leave();
      clients.delete(message.client);
      return;
    case 'cancel':
      running
        .get(message.id)
        ?.abort(new HumanError('Cancelled.', 'What was read is kept; Refresh goes on from there.'));
      return;
    case 'visible':
      clients.get(message.client)?.setVisible(message.isVisible);
      return;
    case 'close':
      void application.close().finally(() => port.close());
      return;
    case 'request': {
      const { client, id, method, params } = message;
      const cancel = new AbortController();
      running.set(id, cancel);
      // The contract checks the parameters inside; what they are is not known before.
      answer(client, method, params, cancel.signal)
        .then((result) => post({ type: 'result', id, result }))
        .catch((error: unknown) => {
          // Who has gone has given up what it asked for.
          if (!cancel.signal.aborted && clients.has(client)) {
            log.error(`answering "${method}"`, error);
          }
          post({ type: 'failure', id, failure: failureOf(error) });
        })
        .finally(() => running.delete(id));
    }
  }
});

async function answer(client: number, method: EngineMethod, params: unknown, signal: AbortSignal): Promise<unknown> {
  const asking = clients.get(client);
  if (!asking) {
    throw new Error(`client ${client} is not connected`);
  }
  return asking.handle(method, params as never, signal);
}

function failureOf(error: unknown): Failure {
  if (error instanceof HumanError) {
    return {
      message: error.message,
      next: error.next,
      detail: error.cause instanceof Error ? String(error.cause.message) : '',
    };
  }
  return error instanceof Error
    ? { message: error.message, next: null, detail: error.stack ?? '' }
    : { message: String(error), next: null, detail: '' };
}
