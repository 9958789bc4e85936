import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Provider } from '../providers/provider';
import type { Fingerprints } from './follow/fingerprints';
import { type LogPart, type LogTask, readParts } from './readParts';

/** Reads logs, here or in threads of their own. */
export interface Readers {
  /** What reading the task gives. Each task is asked for once, in the order in which they were handed in. */
  parts(task: LogTask): AsyncIterable<LogPart>;
  close(): Promise<void>;
}

/** What a reader thread is told. */
export interface ReaderOrders {
  tasks: LogTask[];
  /** Messages it may be ahead of their reader. */
  ahead: number;
}

/** What a reader thread sends: parts of one of its tasks. Each message is answered by an empty one. */
export interface ReaderMessage {
  task: number;
  parts: LogPart[];
}

/** A thread is worth its start from here on. */
const worthThreads = 16 << 20;
/** More do not help, for one thread writes; and each takes some 30 MB. */
const mostThreads = 2;
/** A message holds some MB of a log at most, merged: this bounds the memory of what waits. */
const mostAhead = 16;

/** `bytes`: how much there is to read. `readerFile`: the bundled reader thread; undefined: read in this thread. */
export function createReaders(
  providers: readonly Provider[],
  tasks: readonly LogTask[],
  bytes: number,
  readerFile: string | undefined,
): Readers {
  const read = (task: LogTask) => {
    const provider = providers.find((candidate) => candidate.id === task.provider);
    if (!provider) {
      throw new Error(`no provider ${task.provider}`);
    }
    return readParts(provider, task);
  };
  return readerFile === undefined || bytes < worthThreads
    ? { parts: read, close: async () => undefined }
    : createThreads(tasks, readerFile, read);
}

/** Parts of one task that arrived and were not asked for yet. */
interface Inbox {
  parts: { part: LogPart; isLastOfMessage: boolean }[];
  wake: () => void;
}

function createThreads(
  tasks: readonly LogTask[],
  readerFile: string,
  read: (task: LogTask) => AsyncIterable<LogPart>,
): Readers {
  const count = Math.min(mostThreads, availableParallelism(), tasks.length);
  const inboxes = new Map<LogTask, Inbox>(tasks.map((task) => [task, { parts: [], wake: () => undefined }]));
  const threadOf = new Map<LogTask, Worker>();
  const broken = new Set<Worker>();

  for (let index = 0; index < count; index += 1) {
    // Dealt in turn, so that all threads work on what is asked for next.
    const own = tasks.filter((_, position) => position % count === index);
    const thread = new Worker(readerFile, {
      workerData: { tasks: own, ahead: mostAhead } satisfies ReaderOrders,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    for (const task of own) {
      threadOf.set(task, thread);
    }
    thread.on('message', ({ task, parts }: ReaderMessage) => {
      const inbox = inboxes.get(own[task] as LogTask);
      for (const [position, part] of parts.entries()) {
        inbox?.parts.push({ part, isLastOfMessage: position === parts.length - 1 });
      }
      inbox?.wake();
    });
    const breakDown = () => {
      broken.add(thread);
      for (const task of own) {
        inboxes.get(task)?.wake();
      }
    };
    thread.on('error', breakDown);
    thread.on('exit', breakDown);
  }

  async function* parts(task: LogTask): AsyncGenerator<LogPart, void, undefined> {
    const inbox = inboxes.get(task);
    const thread = threadOf.get(task);
    let known: Fingerprints | undefined = task.known;
    for (;;) {
      const next = inbox?.parts.shift();
      if (next !== undefined) {
        if (next.isLastOfMessage) {
          thread?.postMessage(null);
        }
        if (next.part.kind === 'rows') {
          known = next.part.until;
        }
        yield next.part;
        if (next.part.kind === 'end' || next.part.kind === 'failed') {
          inboxes.delete(task);
          return;
        }
      } else if (!inbox || !thread || broken.has(thread)) {
        // A thread that died of what it read, or of too little memory, costs time and nothing else.
        yield* read({ ...task, known });
        return;
      } else {
        await new Promise<void>((resolve) => {
          inbox.wake = resolve;
        });
      }
    }
  }

  return {
    parts,
    close: async () => {
      await Promise.all([...new Set(threadOf.values())].map((thread) => thread.terminate()));
    },
  };
}
