import type { EngineMethod, EngineOptions } from '../../shared/contract';
import type { Progress } from './ingest/ingest';
import type { LogLevel } from './log';

/** What the engine's main thread tells the database worker. */
export type ToWorker =
  | { type: 'request'; id: number; method: EngineMethod; params: unknown }
  | { type: 'cancel'; id: number }
  | { type: 'visible'; isVisible: boolean }
  | { type: 'close' };

/** A failure that crossed a thread: `next` is there where a person can act. */
export interface Failure {
  message: string;
  next: string | null;
  detail: string;
}

/** What the database worker answers. */
export type FromWorker =
  | { type: 'result'; id: number; result: unknown }
  | { type: 'failure'; id: number; failure: Failure }
  | { type: 'log'; level: LogLevel; text: string }
  | { type: 'progress'; progress: Progress | null }
  | { type: 'dataChanged'; dataVersion: number };

export interface WorkerOptions extends EngineOptions {
  zone: string;
}
