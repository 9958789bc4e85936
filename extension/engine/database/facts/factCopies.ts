import path from 'node:path';
import { HumanError } from '../../humanError';
import type { Catalogue } from '../catalogue';
import type { Database } from '../database';
import { prepareSchema } from '../schema';
import { UnreadableRows } from './readableRows';
import type { SideFiles } from './sideFiles';
import { transferFacts } from './transferFacts';

const dayMs = 86_400_000;
const everyMs = 7 * dayMs;
const keptCopies = 2;

/** Paths of the copies of a database's facts, the newest first. */
export function factCopies(file: string, names: readonly string[]): string[] {
  const start = `${path.basename(file)}.facts-`;
  return names
    .filter((name) => name.startsWith(start) && /^\d{4}-\d\d-\d\d$/.test(name.slice(start.length)))
    .sort()
    .reverse()
    .map((name) => path.join(path.dirname(file), name));
}

/**
 * Copies metadata and facts beside the database once a week, and keeps two copies: the logs they came from may be gone.
 * A copy that is not whole replaces none. Throws HumanError where it can't be made.
 */
export async function copyFactsWeekly(
  database: Database,
  catalogue: Catalogue,
  { file, side, now }: { file: string; side: SideFiles; now: number },
): Promise<void> {
  const copies = factCopies(file, side.names());
  const [newest] = copies;
  const last = newest === undefined ? firstRead(database) : Date.parse(newest.slice(-'2026-01-01'.length));
  // A copy from days to come was made by a wrong clock.
  if (last === undefined || Math.abs(now - last) < everyMs) {
    return;
  }
  await side.make(`${file}.facts-${new Date(now).toISOString().slice(0, 10)}`, async (copy) => {
    prepareSchema(copy, catalogue, 'UTC');
    copy.run('delete from metadata_setting');
    try {
      await transferFacts(database, copy, catalogue, 'whole');
    } catch (error) {
      throw error instanceof UnreadableRows
        ? new HumanError(`Facts were not copied: ${error.message}.`, 'The copies of last time are kept.', {
            cause: error,
          })
        : error;
    }
  });
  for (const old of copies.slice(keptCopies - 1)) {
    side.remove(old);
  }
}

/** In its first week a database holds nothing that the logs do not hold too. */
const firstRead = (database: Database): number | undefined =>
  database.get<{ at: number | null }>('select min(first_read_at) as at from metadata_source')?.at ?? undefined;
