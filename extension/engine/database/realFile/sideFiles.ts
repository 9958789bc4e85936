import path from 'node:path';
import type { SideFiles } from '../facts/sideFiles';
import { explainDisk } from '../fileVfs/explainFault';
import type { FileSystem } from '../fileVfs/fileSystem';
import { openDatabaseFile } from '../fileVfs/openDatabaseFile';

/** Databases beside a real file: real files too. */
export function realSideFiles(
  file: string,
  { wasmFile, fileSystem, mayWrite }: { wasmFile: string; fileSystem: FileSystem; mayWrite(): boolean },
): SideFiles {
  const folder = path.dirname(file);
  const remove = (beside: string) => {
    if (fileSystem.status(beside)) {
      fileSystem.unlink(beside);
    }
  };
  const open = (beside: string, access: 'read' | 'salvage' | 'write') =>
    openDatabaseFile(beside, { wasmFile, fileSystem, access, journal: 'none', mayWrite });
  return {
    open: (beside, reach) => open(beside, reach === 'whole' ? 'read' : 'salvage'),
    make: async (beside, fill) => {
      const half = `${beside}.new`;
      try {
        remove(half);
        const database = await open(half, 'write');
        try {
          await fill(database);
        } finally {
          database.close();
        }
        syncFile(fileSystem, half);
        fileSystem.rename(half, beside);
        fileSystem.syncFolder(folder);
      } catch (error) {
        discard(() => remove(half));
        throw explainDisk(beside, error);
      }
    },
    names: () => fileSystem.list(folder),
    remove,
  };
}

function syncFile(fileSystem: FileSystem, file: string): void {
  const opened = fileSystem.open(file, 'write');
  try {
    opened.sync();
  } finally {
    opened.close();
  }
}

function discard(work: () => void): void {
  try {
    work();
  } catch {
    // The next one with the lock removes it.
  }
}
