import { closeSync, constants, openSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import type { Place } from '../../rendezvous/place';
import { HumanError } from '../humanError';

/** The right to open a database on this host. The kernel gives it back when the process ends, whatever ends it. */
export interface KernelLock {
  kind: 'abstract socket' | 'named pipe' | 'locked file';
  release(): void;
}

/** open(2) on macOS: lock exclusively while opening. Not among Node's constants, but passed on. */
const exclusiveLock = 0x20;

/** Takes the lock, or says at once that another process has it (undefined). */
export async function takeKernelLock(place: Place): Promise<KernelLock | undefined> {
  switch (process.platform) {
    case 'linux':
      return bindName(`\0paceflow-${process.getuid?.() ?? 0}-${place.hash}`, 'abstract socket');
    case 'win32':
      return bindName(`\\\\.\\pipe\\paceflow-lock-${os.userInfo().username}-${place.hash}`, 'named pipe');
    default:
      return lockFile(`${place.database}.locked`);
  }
}

/** A name that only one process can listen on, and that leaves nothing behind. Who connects is sent away. */
function bindName(name: string, kind: KernelLock['kind']): Promise<KernelLock | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error) =>
      'code' in error && error.code === 'EADDRINUSE' ? resolve(undefined) : reject(notLockable(name.slice(1), error)),
    );
    server.listen(name, () => {
      server.unref();
      resolve({ kind, release: () => server.close() });
    });
  });
}

/** The file stays when it is unlocked: removing it would let two processes lock two files of one name. */
function lockFile(file: string): KernelLock | undefined {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | exclusiveLock;
    const descriptor = openSync(file, flags, 0o600);
    return { kind: 'locked file', release: () => closeSync(descriptor) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK')) {
      return undefined;
    }
    throw notLockable(file, error);
  }
}

const notLockable = (name: string, error: unknown): HumanError =>
  new HumanError(
    `The database can't be locked by ${name}: ${error instanceof Error ? error.message : String(error)}.`,
    'Check the permissions of its folder, or name another database.',
    { cause: error },
  );
