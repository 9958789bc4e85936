import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createApplication } from './application';
import { snapshotFile } from './database/databaseFile';
import { adoptHome, environmentOf } from './environment';
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
const environment = environmentOf(options.home || undefined);
adoptHome(environment);

const log = createLog((level, text) => post({ type: 'log', level, text }), Date.now);

const application = createApplication({
  file: snapshotFile(path.join(options.storage, 'paceflow.db')),
  root: options.root,
  wasmFile: path.join(options.root, 'dist', 'sql-wasm.wasm'),
  readerFile: path.join(options.root, 'dist', 'logReader.js'),
  version,
  environment,
  providers,
  prices: bundledPrices(),
  ownPrices: options.prices ?? undefined,
  clock: Date.now,
  zone: options.zone,
  folders: options.folders,
  isTrusted: options.isTrusted,
  identities: options.identities,
  log,
  onProgress: (progress) => post({ type: 'progress', progress }),
  onDataChanged: (dataVersion) => post({ type: 'dataChanged', dataVersion }),
});

const running = new Map<number, AbortController>();

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'cancel':
      running
        .get(message.id)
        ?.abort(new HumanError('Cancelled.', 'What was read is kept; Refresh goes on from there.'));
      return;
    case 'visible':
      application.setVisible(message.isVisible);
      return;
    case 'close':
      application.close();
      port.close();
      return;
    case 'request': {
      const { id, method, params } = message;
      const cancel = new AbortController();
      running.set(id, cancel);
      // The contract checks the parameters inside; what they are is not known before.
      application
        .handle(method, params as never, cancel.signal)
        .then((result) => post({ type: 'result', id, result }))
        .catch((error: unknown) => {
          if (!cancel.signal.aborted) {
            log.error(`answering "${method}"`, error);
          }
          post({ type: 'failure', id, failure: failureOf(error) });
        })
        .finally(() => running.delete(id));
    }
  }
});

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
