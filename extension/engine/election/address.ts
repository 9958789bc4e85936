import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Place } from '../../rendezvous/place';
import { HumanError } from '../humanError';

/** Unix keeps 104 to 108 bytes of a socket's path, and some versions of Node cut a longer one without a word. */
const longestPath = 100;

/**
 * An address that nobody has had before, to listen on. On Unix a socket in a folder of this person alone; sockets that
 * dead engines of this database left there are removed, so it is for the holder of the lock only.
 */
export async function freshAddress(place: Place): Promise<string> {
  const name = `${place.hash}-${randomBytes(8).toString('hex')}`;
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\paceflow-${name}`;
  }
  const complaints: string[] = [];
  for (const folder of socketFolders(process.env)) {
    const address = path.join(folder, `${name}.sock`);
    if (Buffer.byteLength(address) > longestPath) {
      complaints.push(`${folder} is too long`);
      continue;
    }
    const complaint = await makePrivate(folder);
    if (complaint === undefined) {
      await removeLeftovers(folder, place.hash);
      return address;
    }
    complaints.push(complaint);
  }
  throw new HumanError(
    `There is no folder for the engine's socket: ${complaints.join('; ')}.`,
    'Set XDG_RUNTIME_DIR to a short folder that only you can read.',
  );
}

/** Short, on this machine's own disk, and gone with it. */
const socketFolders = (variables: NodeJS.ProcessEnv): string[] => [
  ...(variables['XDG_RUNTIME_DIR'] ? [path.join(variables['XDG_RUNTIME_DIR'], 'paceflow')] : []),
  path.join(os.tmpdir(), `paceflow-${process.getuid?.() ?? 0}`),
  path.join(os.homedir(), '.paceflow'),
];

/** Makes the folder. Says what is wrong with it: in a shared place, another person may have made it first. */
async function makePrivate(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    });
    const found = await lstat(folder);
    const isPrivate = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
    return isPrivate ? undefined : `${folder} is not yours alone`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function removeLeftovers(folder: string, hash: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${hash}-`) && name.endsWith('.sock'));
  await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
}
