import type { PromptKind, SessionFact } from '../facts';
import { outlineJson, parseText, type Span } from '../jsonOutline';
import type { RecordPlace } from '../provider';
import { identifier, instant, type JsonObject, object, text } from '../values';
import { contextOf, type RecordContext, reportBadValue } from './context';
import { decodeRecord } from './decode';
import { isKnownType, unknownFields } from './knownFields';
import { readSessionNote } from './notes';
import { type Prompt, promptOfAttachment, promptOfQueueOperation, promptOfUser, wordsOf } from './prompts';
import { readResponse } from './responses';
import { readToolCalls } from './toolCalls';
import { readToolResults } from './toolResults';

const longestRecord = 64 * 1024 * 1024;
const longestType = 64;

/**
 * Facts of one line of a transcript. A blank line holds none. A line that is not one JSON object is one problem; any
 * other gives exactly one `record` fact, and a problem for every value that had to be left out.
 */
export function readRecord(line: Uint8Array, place: RecordPlace): SessionFact[] {
  try {
    return read(bufferOf(line), place);
  } catch (error) {
    if (error instanceof RangeError)
      return [{ type: 'problem', reason: 'too_deep', detail: 'nests too deeply to read' }];
    const name = error instanceof Error ? error.name : 'error';
    return [{ type: 'problem', reason: 'bad_value', detail: `the reader failed: ${name}` }];
  }
}

/** The human prompt that a line holds, as the person typed it; undefined where it holds none or no text. */
export function promptText(line: Uint8Array): string | undefined {
  const bytes = bufferOf(line);
  const outline = outlineJson(bytes);
  const record = outline.kind === 'object' ? decodeRecord(bytes, outline.members) : undefined;
  return (record && text(promptOf(record)?.text)) ?? undefined;
}

function read(bytes: Buffer, place: RecordPlace): SessionFact[] {
  if (bytes.length > longestRecord) return [unreadable('too_long', 'is longer than 64 MB')];
  const outline = outlineJson(bytes);
  if (outline.kind === 'too_deep') return [unreadable('too_deep', 'nests too deeply to read')];
  if (outline.kind === 'not_an_object') return [unreadable('not_an_object', 'is JSON but no object')];
  if (outline.kind === 'not_json') return isBlank(bytes) ? [] : [unreadable('not_json', 'is not JSON')];
  const { members } = outline;
  const type = parseText(bytes, members.get('type'))?.slice(0, longestType) ?? '';
  const facts: SessionFact[] = [recordFact(bytes, members, type)];
  if (!isInteresting(bytes, members, type)) return facts;
  const record = decodeRecord(bytes, members);
  if (record === undefined) return [unreadable('not_json', 'is not JSON')];
  readSessionNote(type, record, place, facts);
  if (type === 'user') readUser(record, place, facts);
  else if (type === 'assistant') readAssistant(record, place, facts);
  else if (type === 'progress') readAgentProgress(record, place, facts);
  else readQueued(record, place, facts);
  return facts;
}

/** Told from the bytes: whether a record of this type can hold anything beyond that it exists. */
function isInteresting(bytes: Buffer, members: ReadonlyMap<string, Span>, type: string): boolean {
  switch (type) {
    case 'user':
    case 'assistant':
    case 'queue-operation':
    case 'custom-title':
    case 'ai-title':
    case 'title':
    case 'permission-mode':
      return true;
    case 'progress':
      return holds(bytes, members.get('data'), '"agent_progress"');
    case 'attachment':
      return holds(bytes, members.get('attachment'), '"queued_command"');
    default:
      return false;
  }
}

function holds(bytes: Buffer, span: Span | undefined, marker: string): boolean {
  return span !== undefined && bytes.subarray(span.start, span.end).includes(marker);
}

function recordFact(bytes: Buffer, members: ReadonlyMap<string, Span>, type: string): SessionFact {
  const at = instant(parseText(bytes, members.get('timestamp')));
  const clientVersion = identifier(parseText(bytes, members.get('version')));
  return {
    type: 'record',
    ...(at !== undefined && { at }),
    recordType: type,
    isKnown: isKnownType(type),
    ...(clientVersion !== undefined && { clientVersion }),
    unknownFields: unknownFields(type, members.keys()),
  };
}

function readUser(record: JsonObject, place: RecordPlace, facts: SessionFact[]): void {
  const context = contextOf(record, place, facts);
  if (context === undefined) return;
  if (object(record.message) === undefined) reportBadValue(facts, 'message is missing or no object');
  const prompt = context.isSidechain ? undefined : promptOfUser(record);
  pushMessage(context, prompt);
  readToolResults(record, context);
}

function readAssistant(record: JsonObject, place: RecordPlace, facts: SessionFact[]): void {
  const context = contextOf(record, place, facts);
  if (context === undefined) return;
  const message = object(record.message);
  if (message === undefined) reportBadValue(facts, 'message is missing or no object');
  // A response stands on one line per block: its own id makes them one message.
  const id = identifier(message?.id) ?? (context.hasOwnId ? context.recordId : undefined);
  facts.push({
    type: 'message',
    ...(id !== undefined && { id }),
    at: context.at,
    role: 'assistant',
    prompt: 'none',
    words: 0,
  });
  readResponse(record, context);
  readToolCalls(record, context);
}

/** What a sub-agent did, told in its starter's file by builds around 2.1: no messages of this session. */
function readAgentProgress(record: JsonObject, place: RecordPlace, facts: SessionFact[]): void {
  const data = object(record.data);
  const inner = data?.type === 'agent_progress' ? object(data.message) : undefined;
  if (inner === undefined) return;
  const outer = contextOf(record, place, facts);
  if (outer === undefined) return;
  const context: RecordContext = {
    ...outer,
    at: instant(inner.timestamp) ?? outer.at,
    recordId: identifier(inner.uuid) ?? outer.recordId,
    isSidechain: true,
  };
  if (inner.type === 'assistant') {
    readResponse(inner, context);
    readToolCalls(inner, context);
  } else if (inner.type === 'user') {
    readToolResults(inner, context);
  }
}

function readQueued(record: JsonObject, place: RecordPlace, facts: SessionFact[]): void {
  const prompt = place.file.kind === 'subagent' ? undefined : promptOf(record);
  const context = prompt && contextOf(record, place, facts);
  if (context !== undefined) pushMessage(context, prompt);
}

function promptOf(record: JsonObject): Prompt | undefined {
  if (record.type === 'user') return promptOfUser(record);
  if (record.type === 'attachment') return promptOfAttachment(record);
  return record.type === 'queue-operation' ? promptOfQueueOperation(record) : undefined;
}

function pushMessage(context: RecordContext, prompt: Prompt | undefined): void {
  const kind: PromptKind = prompt?.kind ?? 'none';
  context.facts.push({
    type: 'message',
    ...(context.hasOwnId && { id: context.recordId }),
    at: context.at,
    role: 'user',
    prompt: kind,
    ...(prompt !== undefined && context.parentId !== undefined && { parent: context.parentId }),
    words: prompt === undefined ? 0 : wordsOf(prompt),
  });
}

function unreadable(reason: 'not_json' | 'not_an_object' | 'too_deep' | 'too_long', detail: string): SessionFact {
  return { type: 'problem', reason, detail: `a record ${detail}` };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a);
}

function bufferOf(line: Uint8Array): Buffer {
  return Buffer.from(line.buffer, line.byteOffset, line.byteLength);
}
