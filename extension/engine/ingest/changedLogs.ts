import { statSync } from 'node:fs';
import type { Database } from '../database/database';
import type { FoundLog } from './discover';

/** Between two looks at questions that wait: some milliseconds of work. */
const batchSize = 256;

interface KnownState {
  provider: string;
  real_path: string;
  size: number;
  modified_at: number;
  parser_version: number;
  resume_offset: number;
}

/**
 * The logs and copies in which something can be new, in the order given, and how many bytes that may be: all but those of the
 * same size and time as when they were read, by the same parser.
 * One `stat` per file, synchronous: five thousand asynchronous ones take ten times as long.
 */
export async function changedLogs(
  database: Database,
  logs: readonly FoundLog[],
): Promise<{ found: FoundLog; bytes: number }[]> {
  const known = new Map(
    knownStates(database, logs).map((source) => [`${source.provider}\0${source.real_path}`, source]),
  );
  const changed: { found: FoundLog; bytes: number }[] = [];
  for (const [index, found] of logs.entries()) {
    const bytes = newBytes(found, known.get(`${found.provider.id}\0${found.path}`));
    if (bytes !== undefined) {
      changed.push({ found, bytes });
    }
    if (index % batchSize === batchSize - 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return changed;
}

/** From here on, all that is known is read at once. */
const fewLogs = 64;

function knownStates(database: Database, logs: readonly FoundLog[]): KnownState[] {
  const states = `
    select provider, real_path, size, modified_at, parser_version, resume_offset
    from metadata_source where status = 'read' and $place
    union all
    select copy.provider, copy.real_path, copy.size, copy.modified_at, parser_version, 0
    from metadata_source_copy as copy inner join metadata_source using (log_id) where $copy`;
  if (logs.length >= fewLogs) {
    return database.all<KnownState>(states.replace('$place', 'true').replace('$copy', 'true'));
  }
  const ofOne = states
    .replace('$place', 'provider = ?1 and real_path = ?2')
    .replace('$copy', 'copy.provider = ?1 and copy.real_path = ?2');
  return logs.flatMap(({ provider, path }) => database.all<KnownState>(ofOne, [provider.id, path]));
}

/** undefined: none. An estimate: a file that was rewritten is read whole. */
function newBytes({ provider, path }: FoundLog, source: KnownState | undefined): number | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (source === undefined || status === undefined || source.parser_version !== provider.parserVersion) {
      return status?.size ?? 0;
    }
    const isSame = status.size === source.size && Math.floor(status.mtimeMs) === source.modified_at;
    return isSame ? undefined : Math.max(0, status.size - source.resume_offset);
  } catch {
    // Unreadable: reading it says why.
    return 0;
  }
}
