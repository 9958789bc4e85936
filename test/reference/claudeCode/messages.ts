// Messages, and which of them are a person's.
import { callsOf, resultsOf } from './calls';
import { type Entry, type ReferenceLog, recordId } from './logs';
import { promptOf, type ReferencePrompt } from './prompts';
import { responseOf } from './responses';

export interface ReferenceMessage {
  id: string;
  at: number;
  role: 'user' | 'assistant';
  prompt: ReferencePrompt['kind'] | 'none';
  words: number;
}

/** The prompt that a record is; else the message of which nothing else says when it was. */
export function messageOf(log: ReferenceLog, entry: Entry): ReferenceMessage | undefined {
  const { record, at, isReported } = entry;
  if (isReported) return undefined;
  const id = recordId(entry);
  if (record.type === 'assistant') {
    const isPlaced = responseOf(entry) !== undefined || callsOf(entry).length > 0;
    return isPlaced ? undefined : { id, at, role: 'assistant', prompt: 'none', words: 0 };
  }
  const prompt = promptOf(log, entry);
  if (prompt) return { id, at, role: 'user', prompt: prompt.kind, words: prompt.words };
  if (record.type !== 'user' || resultsOf(entry).length > 0) return undefined;
  return { id, at, role: 'user', prompt: 'none', words: 0 };
}
