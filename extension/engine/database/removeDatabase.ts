import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { HumanError } from '../humanError';

/** What says that an engine runs, and where: it goes with the engine. See rendezvous/place.ts, election/kernelLock.ts. */
const ofTheEngine = /\.(engine(\..*)?|locked)$/;

/**
 * Removes a database and all that was made beside it: journals, locks, copies, damaged files that were set aside, what
 * engines could not do. How many files that were. The database must be closed; a writer of another process finds its
 * lock gone and saves nothing. Throws HumanError where something stays.
 */
export async function removeDatabase(file: string): Promise<number> {
  const folder = path.dirname(file);
  const name = path.basename(file);
  try {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        return [];
      }
      throw error;
    });
    const ours = names.filter(
      (entry) =>
        (entry === name || entry.startsWith(`${name}.`) || entry.startsWith(`${name}-`)) && !ofTheEngine.test(entry),
    );
    for (const entry of ours) {
      await rm(path.join(folder, entry), { force: true, recursive: true });
    }
    return ours.length;
  } catch (error) {
    throw new HumanError(
      `Not all data could be removed from ${folder}: ${error instanceof Error ? error.message : String(error)}.`,
      'Check the permissions of the folder, then clear all data again.',
      { cause: error },
    );
  }
}
