import type { Database } from '../database';

/**
 * Databases beside the one that is used: copies of facts, and what is salvaged. In either mode of keeping a database.
 */
export interface SideFiles {
  /** Opens one to be read; where all of it can't be, as far as that goes. */
  open(path: string, reach: 'whole' | 'readable'): Promise<Database>;
  /** Makes one of what `fill` writes: all of it is there afterwards, and safe from a power loss, or nothing. */
  make(path: string, fill: (database: Database) => Promise<void>): Promise<void>;
  /** Names in the database's folder. */
  names(): string[];
  remove(path: string): void;
}
