import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';

/** Where those who want the engine of one database meet. */
export interface Place {
  /** The database's one true path: links followed, so that two spellings meet at one engine. */
  database: string;
  /** Who has the database open, and where that one is reached; see note.ts. */
  note: string;
  /** What engines of this database could not do, also those that never came up; see engineErrors.ts. */
  errors: string;
  /** 16 hex digits that stand for the path where names must be short. */
  hash: string;
}

export function placeOf(database: string): Place {
  const file = truePath(path.resolve(database));
  return {
    database: file,
    note: `${file}.engine`,
    errors: `${file}.errors`,
    hash: createHash('sha256').update(file).digest('hex').slice(0, 16),
  };
}

/** Follows links as far as the path exists. */
function truePath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(truePath(folder), path.basename(file));
  }
}
