import { statSync } from 'node:fs';
import type { Database } from '../database/database';
import type { FoundLog } from './discover';

/** Between two looks at questions that wait: some milliseconds of work. */
const batchSize = 256;

/**
 * Paths of the logs in which nothing can be new: same size and time as when they were read, by the same parser.
 * One `stat` per file, synchronous: five thousand asynchronous ones take ten times as long.
 */
export async function unchangedLogs(database: Database, logs: readonly FoundLog[]): Promise<Set<string>> {
  const known = new Map(
    database
      .all<{ provider: string; real_path: string; size: number; modified_at: number; parser_version: number }>(
        "select provider, real_path, size, modified_at, parser_version from metadata_source where status = 'read'",
      )
      .map((source) => [`${source.provider}\0${source.real_path}`, source]),
  );
  const unchanged = new Set<string>();
  for (const [index, { provider, path }] of logs.entries()) {
    const source = known.get(`${provider.id}\0${path}`);
    if (source && source.parser_version === provider.parserVersion && isSame(path, source)) {
      unchanged.add(path);
    }
    if (index % batchSize === batchSize - 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return unchanged;
}

function isSame(path: string, source: { size: number; modified_at: number }): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && found.size === source.size && Math.floor(found.mtimeMs) === source.modified_at;
  } catch {
    // Unreadable: reading it says why.
    return false;
  }
}
