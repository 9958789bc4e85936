import type { Database } from '../../extension/engine/database/database';
import type { Random } from './random';

/** What a step changed, as an ingest would report it. */
export interface Touched {
  step: string;
  sessions: Set<number>;
  commits: string[];
  logs: Set<number>;
}

/** Facts that grow by chance: sessions, sub-agents, messages, usage, calls, edits, commits, declarations, sources. */
export interface World {
  database: Database;
  random: Random;
  /** Number for the next row: unique in the world. */
  serial(): number;
  /** An instant in the weeks around Europe's change to summer time, no two the same. */
  instant(): number;
  /** Id of a row that the query finds; undefined: none. */
  any(sql: string): number | undefined;
  /** The agent that a session belongs to; sub-agents and copies stay within one. */
  providerOf(session: number): string;
}

export const worldProviders = ['claude-code', 'other-agent'] as const;
export const worldModels = ['claude-sonnet-4-5', 'claude-opus-4-6', 'mystery-1'] as const;
export const unpricedModel = 'mystery-1';
export const worldRepositories = ['host/own/one', 'host/own/two', 'folder:three'] as const;
export const worldBranches = ['main', 'topic', "o'brien"] as const;
