import { parentPort, workerData } from 'node:worker_threads';
import type { ReaderMessage, ReaderOrders } from './ingest/readers';
import { type LogPart, readParts } from './ingest/readParts';
import { providers } from './providers/registry';

// A thread that reads logs: decoding is most of the work of a first pass, and knows no database.
const port = parentPort;
if (!port) {
  throw new Error('logReader runs as a worker thread');
}
const { tasks, ahead }: ReaderOrders = workerData;
let credit = ahead;
let wake: () => void = () => undefined;
port.on('message', () => {
  credit += 1;
  wake();
});

/** Waits where the reader of the messages is too far behind. */
async function send(message: ReaderMessage): Promise<void> {
  while (credit === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  credit -= 1;
  port?.postMessage(message);
}

async function readAll(): Promise<void> {
  for (const [index, task] of tasks.entries()) {
    const provider = providers.find((candidate) => candidate.id === task.provider);
    if (!provider) {
      throw new Error(`no provider ${task.provider}`);
    }
    let parts: LogPart[] = [];
    for await (const part of readParts(provider, task)) {
      parts.push(part);
      // A log of one part is one message.
      if (part.kind === 'rows' && parts.length > 2) {
        await send({ task: index, parts });
        parts = [];
      }
    }
    await send({ task: index, parts });
  }
  port?.close();
}

void readAll();
