import type { SessionFact } from '../facts';
import type { RecordPlace } from '../provider';
import { identifier, instant, type JsonObject, text } from '../values';

/** What the readers of one record share. */
export interface RecordContext {
  at: number;
  /** The record's uuid, or its place where it has none. */
  recordId: string;
  /** The record that this one follows in the conversation. */
  parentId: string | undefined;
  cwd: string | undefined;
  clientVersion: string | undefined;
  isSidechain: boolean;
  /** What the readers found; they append. */
  facts: SessionFact[];
}

/** The context of a record; undefined where it does not say when it was written. */
export function contextOf(record: JsonObject, place: RecordPlace, facts: SessionFact[]): RecordContext | undefined {
  const at = instant(record.timestamp);
  if (at === undefined) {
    reportBadValue(facts, 'timestamp is missing or no instant');
    return undefined;
  }
  return {
    at,
    // Keys are global, offsets are not: the file belongs to the name.
    recordId: identifier(record.uuid) ?? `offset:${place.offset}@${place.file.nativeSessionId}`,
    parentId: identifier(record.parentUuid),
    cwd: text(record.cwd),
    clientVersion: identifier(record.version),
    isSidechain: record.isSidechain === true || place.file.kind === 'subagent',
    facts,
  };
}

/** A visible problem; `detail` names the member, never its value. */
export function reportBadValue(facts: SessionFact[], detail: string): void {
  facts.push({ type: 'problem', reason: 'bad_value', detail });
}
