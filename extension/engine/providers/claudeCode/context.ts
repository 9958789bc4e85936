import { createHash } from 'node:crypto';
import type { SessionFact } from '../facts';
import type { RecordPlace } from '../provider';
import { folder, identifier, instant, type JsonObject } from '../values';

/** A record's bytes and where they stand. */
export interface RecordLine extends RecordPlace {
  bytes: Uint8Array;
}

/** What the readers of one record share. */
export interface RecordContext {
  at: number;
  /** The record's uuid, or a name made of its line and place where it has none. */
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
export function contextOf(record: JsonObject, line: RecordLine, facts: SessionFact[]): RecordContext | undefined {
  const at = instant(record.timestamp);
  if (at === undefined) {
    reportBadValue(facts, 'timestamp is missing or no instant');
    return undefined;
  }
  return {
    at,
    recordId: identifier(record.uuid) ?? nameOf(line),
    parentId: identifier(record.parentUuid),
    cwd: folder(record.cwd),
    clientVersion: identifier(record.version),
    isSidechain: record.isSidechain === true || line.file.kind === 'subagent',
    facts,
  };
}

/**
 * Equal in every copy of a file, whatever that is called. A fork's lines name the fork, so they have names of their own.
 * The offset tells apart what was said twice in one millisecond.
 */
function nameOf({ bytes, offset }: RecordLine): string {
  // The record alone: line ends of another system and blanks around it are not said.
  const start = bytes.indexOf(openBrace);
  const said = bytes.subarray(start, bytes.lastIndexOf(closeBrace) + 1);
  return `line:${offset + start}:${createHash('sha256').update(said).digest('hex').slice(0, 32)}`;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;

/** A visible problem; `detail` names the member, never its value. */
export function reportBadValue(facts: SessionFact[], detail: string): void {
  facts.push({ type: 'problem', reason: 'bad_value', detail });
}
