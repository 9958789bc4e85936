import { closeSync, openSync, statSync } from 'node:fs';

/** A log that is open for reading. */
export interface OpenLog {
  fd: number;
  size: number;
  /** Milliseconds. */
  modifiedAt: number;
}

/**
 * Opens a log while `work` runs. undefined: it is no file or can't be read; the reading of its records says why.
 * Synchronous calls: on some bytes of a cached file they take a tenth of the asynchronous ones.
 */
export async function withLog<Result>(
  path: string,
  work: (log: OpenLog) => Result | Promise<Result>,
): Promise<Result | undefined> {
  let fd: number | undefined;
  try {
    const status = statSync(path);
    if (!status.isFile()) {
      return undefined;
    }
    fd = openSync(path, 'r');
    return await work({ fd, size: status.size, modifiedAt: Math.floor(status.mtimeMs) });
  } catch (error) {
    if (isFileError(error)) {
      return undefined;
    }
    throw error;
  } finally {
    if (fd !== undefined) {
      closeSync(fd);
    }
  }
}

/** Whether the system refused, in contrast to a bug. */
export const isFileError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;
