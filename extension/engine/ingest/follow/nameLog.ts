import type { LogFile } from '../../providers/provider';
import type { FoundLog } from '../discover';
import { readLines } from '../readLines';

/** Most logs name their session in the first records. */
const chunkBytes = 16 << 10;
/** Between two looks at questions that wait: a megabyte. */
const chunksAtOnce = 64;

/**
 * What log an open file is. The name of a file is believed where any of its records says the same: a fork begins with
 * records of the session that it continues. Else the file was renamed or is a copy, and is the log that its last record
 * names; where none does, the name is all there is.
 */
export async function nameLog({ provider, log }: FoundLog, fd: number): Promise<LogFile> {
  let named: LogFile | undefined;
  let chunks = 0;
  for await (const lines of readLines({ fd }, 0, chunkBytes)) {
    for (const { bytes } of lines) {
      const said = provider.namedLog(bytes, log);
      if (said?.nativeSessionId === log.nativeSessionId) {
        return log;
      }
      named = said ?? named;
    }
    chunks += 1;
    if (chunks % chunksAtOnce === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return named ?? log;
}
