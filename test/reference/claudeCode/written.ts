// What the model wrote, where the log does not count it.
import { blocksOf, type Entry, type ReferenceLog } from './logs';
import { type ReferenceTokens, responseOf } from './responses';

/** What stands in the logs of one response. */
export interface ReferenceWritten {
  version: string;
  /** A line says why the model stopped: its token counts are the last ones. */
  isEnded: boolean;
  /** Characters that the model wrote, by block: a block that is repeated is one. */
  blocks: Map<string, number>;
}

/** By the response's id. */
export function writtenIn(logs: ReferenceLog[]): Map<string, ReferenceWritten> {
  const written = new Map<string, ReferenceWritten>();
  for (const log of logs) for (const entry of log.entries) note(written, entry);
  return written;
}

function note(written: Map<string, ReferenceWritten>, entry: Entry): void {
  const id = responseOf(entry)?.id;
  if (id === undefined) return;
  const { version = '', message } = entry.record;
  const known = written.get(id) ?? { version, isEnded: false, blocks: new Map<string, number>() };
  known.isEnded ||= message.stop_reason !== null;
  if (typeof message.content === 'string') known.blocks.set(message.content, message.content.length);
  for (const block of blocksOf(entry.record)) {
    const { text = '', thinking = '', input } = block;
    known.blocks.set(JSON.stringify(block), text.length + thinking.length + (input ? JSON.stringify(input).length : 0));
  }
  written.set(id, known);
}

/** Output tokens that were not logged: a quarter of the characters, less what was. */
export function missingOf(tokens: ReferenceTokens, written: ReferenceWritten | undefined): number {
  if (written === undefined || written.isEnded || !isFirstCount(written.version)) return 0;
  const characters = [...written.blocks.values()].reduce((sum, length) => sum + length, 0);
  return Math.max(0, Math.ceil(characters / 4) - tokens.output);
}

/** Claude Code 1.0.11 to 2.1.97. */
function isFirstCount(version: string): boolean {
  const isUpTo = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) <= 0;
  return isUpTo('1.0.11', version) && isUpTo(version, '2.1.97');
}
