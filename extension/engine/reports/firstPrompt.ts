import type { Database } from '../database/database';
import { openLog } from '../ingest/lines/openLog';
import { readLines } from '../ingest/readLines';
import type { Provider } from '../providers/provider';

/** Longer prompts are cut: a hover shows a line or two of it. */
const mostCharacters = 2_000;
const pieceBytes = 256 * 1024;
const newline = 10;

/**
 * The first prompt of a root session, read from its log now; null where the log is gone or no longer says it.
 * Prompts are never stored.
 */
export async function readFirstPrompt(
  database: Database,
  providers: readonly Provider[],
  sessionKey: string,
): Promise<string | null> {
  const places = database.all<{ provider: string; real_path: string; record_offset: number }>(
    `select metadata_session.provider, metadata_source.real_path, fact_session_message.record_offset
     from fact_session_message
     inner join metadata_session using (session_id)
     inner join metadata_source on metadata_source.log_id = fact_session_message.log_id
     where metadata_session.session_key = ? and is_human_prompt = 1
     order by (prompt in ('command', 'shell')), at
     limit 3`,
    [sessionKey],
  );
  for (const place of places) {
    const provider = providers.find((candidate) => candidate.id === place.provider);
    const line = provider && (await readLineAt(place.real_path, place.record_offset));
    const prompt = line && provider.promptText(line)?.trim();
    if (prompt) {
      return prompt.length > mostCharacters ? `${prompt.slice(0, mostCharacters)}…` : prompt;
    }
  }
  return null;
}

/** The line that begins at `offset`; undefined where the file has none there any more. */
async function readLineAt(path: string, offset: number): Promise<Uint8Array | undefined> {
  const handle = await openLog(path).catch(() => undefined);
  if (!handle) {
    return undefined;
  }
  try {
    for await (const [line] of readLines(handle, offset)) {
      if (line) {
        return line.bytes;
      }
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** The line number (from 1) of a byte offset, for an editor; null where the file is gone. */
export async function lineNumberAt(path: string, offset: number): Promise<number | null> {
  const handle = await openLog(path).catch(() => undefined);
  if (!handle) {
    return null;
  }
  try {
    let line = 1;
    for (let position = 0; position < offset; ) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const { bytesRead } = await handle.read(piece, 0, Math.min(pieceBytes, offset - position), position);
      if (bytesRead === 0) {
        break;
      }
      for (
        let at = piece.subarray(0, bytesRead).indexOf(newline);
        at !== -1;
        at = piece.subarray(0, bytesRead).indexOf(newline, at + 1)
      ) {
        line += 1;
      }
      position += bytesRead;
    }
    return line;
  } finally {
    await handle.close();
  }
}
