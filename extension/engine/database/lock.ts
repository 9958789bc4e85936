import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { threadId } from 'node:worker_threads';

/** A held lock. */
export interface Lock {
  /**
   * Whether the lock file still names us: asked before the database is written, so that a process that slept through
   * its own eviction writes nothing. Synchronous, to be asked amid SQLite's own writing.
   */
  isHeld(): boolean;
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  host: string;
  thread: number;
  token: string;
}

/**
 * A holder of another machine can't be asked whether it lives: it touches its file now and then, idle disks being idle.
 */
const heartbeatMs = 20_000;
const silentMs = 60_000;
/** A lock without content is one that is being made, or whose maker died over it. */
const unwrittenMs = 2_000;
/** A thread of ours that is ended lets go within this time, or died before it could. */
const endingThreadMs = 2_000;
const pollMs = 100;
const takeoverMs = 5_000;

/**
 * Takes the lock at `file`, waiting for its holder. A lock whose process is dead is taken over.
 * `onWait` is called once with the holder's pid where waiting begins; an abort rejects with the signal's reason.
 */
export async function acquireLock(file: string, signal: AbortSignal, onWait: (pid: number) => void): Promise<Lock> {
  const mine: Holder = { pid: process.pid, host: os.hostname(), thread: threadId, token: randomUUID() };
  const startedAt = performance.now();
  let hasWaited = false;
  for (;;) {
    signal.throwIfAborted();
    if (await create(file, JSON.stringify(mine))) {
      return hold(file, mine.token);
    }
    const holder = readHolder(file);
    const waitedMs = performance.now() - startedAt;
    if (await isDead(file, holder, waitedMs)) {
      await clear(file, waitedMs);
      continue;
    }
    if (!hasWaited && holder) {
      hasWaited = true;
      onWait(holder.pid);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** The process that holds the lock at `file` and lives, for those who can't take it. */
export async function livingHolder(file: string): Promise<number | undefined> {
  const holder = readHolder(file);
  return holder && !(await isDead(file, holder, 0)) ? holder.pid : undefined;
}

function hold(file: string, token: string): Lock {
  const isHeld = () => readHolder(file)?.token === token;
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {
      // The file is gone: isHeld tells so before anything is written.
    });
  }, heartbeatMs);
  heartbeat.unref();
  return {
    isHeld,
    release: async () => {
      clearInterval(heartbeat);
      if (isHeld()) {
        await rm(file, { force: true });
      }
    },
  };
}

async function create(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (value && typeof value === 'object' && 'pid' in value && 'host' in value && 'token' in value) {
      const thread = 'thread' in value ? Number(value.thread) : 0;
      return { pid: Number(value.pid), host: String(value.host), thread, token: String(value.token) };
    }
  } catch {
    // Gone, or its holder died between creating and writing it: age decides.
  }
  return undefined;
}

async function isDead(file: string, holder: Holder | undefined, waitedMs: number): Promise<boolean> {
  const age = await ageOf(file);
  if (age === undefined) {
    return false;
  }
  if (!holder) {
    return age > unwrittenMs;
  }
  if (holder.host !== os.hostname()) {
    return age > silentMs;
  }
  if (holder.pid !== process.pid) {
    return !isAlive(holder.pid);
  }
  // Ourselves, another thread, or a process of earlier that had our number.
  return age > silentMs || (holder.thread !== threadId && waitedMs > endingThreadMs);
}

/**
 * Removes a dead lock. Who may remove it is decided by a second file, or two starters could remove each other's fresh
 * lock.
 */
async function clear(file: string, waitedMs: number): Promise<void> {
  const takeover = `${file}.takeover`;
  if (!(await create(takeover, String(process.pid)))) {
    const age = await ageOf(takeover);
    if (age !== undefined && age > takeoverMs) {
      // Its maker crashed inside these few milliseconds. Renaming lets only one of us remove it.
      const moved = `${takeover}.${process.pid}`;
      await rename(takeover, moved).catch(() => undefined);
      await rm(moved, { force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    return;
  }
  try {
    if (await isDead(file, readHolder(file), waitedMs)) {
      await rm(file, { force: true });
    }
  } finally {
    await rm(takeover, { force: true });
  }
}

async function ageOf(file: string): Promise<number | undefined> {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
