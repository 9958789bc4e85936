// A worker that does as the request says: `sidebar` crashes, `doctor` exits, `commits` never answers until cancelled,
// `sql` fails, `rows` answers with the cancellations it heard of and how often this file was started, `session` with how
// many clients are connected.
import { appendFileSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../../extension/engine/workerMessages';

const port = parentPort;
if (!port) throw new Error('no worker');
const starts: string = workerData.database;
appendFileSync(starts, 'x');
const cancelled: number[] = [];
let connected = 0;
const post = (message: FromWorker) => port.postMessage(message);

port.on('message', (message: ToWorker) => {
  if (message.type === 'connect' || message.type === 'leave') {
    connected += message.type === 'connect' ? 1 : -1;
  } else if (message.type === 'cancel') {
    cancelled.push(message.id);
    post({ type: 'failure', id: message.id, failure: { message: 'Cancelled.', next: 'Go on.', detail: '' } });
  } else if (message.type === 'visible') {
    post({ type: 'log', level: 'info', text: `visible: ${message.isVisible}` });
  } else if (message.type === 'close') {
    port.close();
  } else if (message.method === 'sidebar') {
    throw new Error('crash in the worker');
  } else if (message.method === 'doctor') {
    process.exit(3);
  } else if (message.method === 'sql') {
    post({ type: 'progress', progress: { text: 'on it', done: 1, total: 2 } });
    post({ type: 'dataChanged', dataVersion: 7 });
    post({ type: 'failure', id: message.id, failure: { message: 'No.', next: null, detail: 'why' } });
  } else if (message.method === 'session') {
    post({ type: 'result', id: message.id, result: connected });
  } else if (message.method === 'rows') {
    const total = readFileSync(starts, 'utf8').length;
    post({ type: 'result', id: message.id, result: { kind: 'commits', total, rows: cancelled } });
  }
});
