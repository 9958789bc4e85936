import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** A pipe would keep whoever opens it waiting for a writer. Windows has no such flag, and no such pipes. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a plain file for reading. Throws the system's error, or `EFTYPE` where it is something else. */
export async function openLog(path: string): Promise<FileHandle> {
  // Opening a device may do something: it is looked at before, and after, since it may have been replaced meanwhile.
  if (!(await stat(path)).isFile()) throw notAFile();
  const handle = await open(path, withoutWaiting);
  try {
    if (!(await handle.stat()).isFile()) throw notAFile();
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const notAFile = (): Error => Object.assign(new Error('not a file'), { code: 'EFTYPE', syscall: 'open' });
