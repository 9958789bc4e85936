import type { EngineMethod } from '../../shared/contract';
import type { Asker } from './application';
import type { Progress } from './ingest/ingest';
import type { LogLevel } from './log';

/** What the engine's main thread tells the database worker. `client` counts connections, `id` requests. */
export type ToWorker =
  | { type: 'connect'; client: number; asker: Asker }
  | { type: 'leave'; client: number }
  | { type: 'request'; client: number; id: number; method: EngineMethod; params: unknown }
  | { type: 'cancel'; id: number }
  | { type: 'visible'; client: number; isVisible: boolean }
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

export interface WorkerOptions {
  database: string;
  /** Folder that holds `sql/` and `dist/`. */
  root: string;
  /** IANA zone of a new database. */
  zone: string;
}
