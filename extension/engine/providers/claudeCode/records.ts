import type { MessageFact, SessionFact } from '../facts';
import { outlineJson, parseText, type Span } from '../jsonOutline';
import type { RecordPlace } from '../provider';
import { identifier, instant, type JsonObject, object, text } from '../values';
import { contextOf, type RecordContext, type RecordLine } from './context';
import { withoutCutMembers } from './cutMembers';
import { decodedWhole, decodeRecord, decodeWhole } from './decode';
import { isKnownType, unknownFields } from './knownFields';
import { readSessionNote } from './notes';
import { type Prompt, promptOfAttachment, promptOfQueueOperation, promptOfUser, wordsOf } from './prompts';
import { readResponse } from './responses';
import { reportWrongShapes } from './shapes';
import { readToolCalls } from './toolCalls';
import { readToolResults } from './toolResults';

const longestType = 64;

/**
 * Facts of one line of a transcript. A blank line holds none. A line that is not one JSON object is one problem; any
 * other gives exactly one `record` fact, and a problem for every value that had to be left out.
 */
export function readRecord(line: Uint8Array, place: RecordPlace): SessionFact[] {
  try {
    const bytes = bufferOf(line);
    return read(bytes, { ...place, offset: place.offset + line.length - bytes.length });
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
  const line = { ...place, bytes };
  const small = bytes.length <= decodedWhole ? decodeWhole(bytes) : undefined;
  return small === undefined ? readOutlined(bytes, line) : readDecoded(small, line);
}

/** Most records are small: decoding them whole costs less than looking first what they are. */
function readDecoded(record: JsonObject, line: RecordLine): SessionFact[] {
  const type = text(record.type)?.slice(0, longestType) ?? '';
  const facts = [recordFact(type, Object.keys(record), record.timestamp, record.version)];
  readFacts(type, record, line, facts);
  return withoutCutMembers(facts, line.cut);
}

/** A large record, or one that is no JSON object: its members are found first, and only those decoded that matter. */
function readOutlined(bytes: Buffer, line: RecordLine): SessionFact[] {
  const outline = outlineJson(bytes);
  if (outline.kind === 'too_deep') return [unreadable('too_deep', 'nests too deeply to read')];
  if (outline.kind === 'not_an_object') return [unreadable('not_an_object', 'is JSON but no object')];
  if (outline.kind === 'not_json') return isBlank(bytes) ? [] : [unreadable('not_json', 'is not JSON')];
  const { members } = outline;
  const textOf = (name: string) => parseText(bytes, members.get(name));
  const type = textOf('type')?.slice(0, longestType) ?? '';
  const facts = [recordFact(type, members.keys(), textOf('timestamp'), textOf('version'))];
  if (!isInteresting(bytes, members, type)) return facts;
  const record = decodeRecord(bytes, members);
  if (record === undefined) return [unreadable('not_json', 'is not JSON')];
  readFacts(type, record, line, facts);
  return withoutCutMembers(facts, line.cut);
}

function readFacts(type: string, record: JsonObject, line: RecordLine, facts: SessionFact[]): void {
  if (!holdsFacts(type, record)) return;
  reportWrongShapes(type, record, facts);
  readSessionNote(type, record, line, facts);
  if (type === 'user') readUser(record, line, facts);
  else if (type === 'assistant') readAssistant(record, line, facts);
  else if (type === 'progress') readAgentProgress(record, line, facts);
  else readQueued(record, line, facts);
}

/** Types of which a record can hold anything beyond that it exists. */
const interestingTypes = new Set([
  'user',
  'assistant',
  'queue-operation',
  'custom-title',
  'ai-title',
  'title',
  'permission-mode',
  'progress',
  'attachment',
]);

/** What should be an object and is none is looked at too, to be said. */
function holdsFacts(type: string, record: JsonObject): boolean {
  if (type === 'progress') return isOf('agent_progress', record.data);
  if (type === 'attachment') return isOf('queued_command', record.attachment);
  return interestingTypes.has(type);
}

const isOf = (type: string, value: unknown): boolean => value !== undefined && (object(value)?.type ?? type) === type;

/** Told from the bytes: whether it is worth decoding. */
function isInteresting(bytes: Buffer, members: ReadonlyMap<string, Span>, type: string): boolean {
  if (type === 'progress') return holds(bytes, members.get('data'), '"agent_progress"');
  if (type === 'attachment') return holds(bytes, members.get('attachment'), '"queued_command"');
  return interestingTypes.has(type);
}

/** What is no object is looked at too, to be said. */
function holds(bytes: Buffer, span: Span | undefined, marker: string): boolean {
  if (span === undefined) return false;
  return bytes[span.start] !== openBrace || bytes.subarray(span.start, span.end).includes(marker);
}

const openBrace = 0x7b;

function recordFact(type: string, names: Iterable<string>, timestamp: unknown, version: unknown): SessionFact {
  const at = instant(timestamp);
  const clientVersion = identifier(version);
  return {
    type: 'record',
    ...(at !== undefined && { at }),
    recordType: type,
    isKnown: isKnownType(type),
    ...(clientVersion !== undefined && { clientVersion }),
    unknownFields: unknownFields(type, names),
  };
}

function readUser(record: JsonObject, line: RecordLine, facts: SessionFact[]): void {
  const context = contextOf(record, line, facts);
  if (context === undefined) return;
  const prompt = context.isSidechain ? undefined : promptOfUser(record);
  const before = facts.length;
  readToolResults(record, context);
  if (prompt !== undefined || facts.length === before) pushMessage(context, 'user', prompt);
}

function readAssistant(record: JsonObject, line: RecordLine, facts: SessionFact[]): void {
  const context = contextOf(record, line, facts);
  if (context === undefined) return;
  const before = facts.length;
  readResponse(record, context);
  readToolCalls(record, context);
  if (facts.length === before) pushMessage(context, 'assistant', undefined);
}

/** What a sub-agent did, told in its starter's file by builds around 2.1: no messages of this session. */
function readAgentProgress(record: JsonObject, line: RecordLine, facts: SessionFact[]): void {
  const data = object(record.data);
  const inner = data?.type === 'agent_progress' ? object(data.message) : undefined;
  if (inner === undefined) return;
  const outer = contextOf(record, line, facts);
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

function readQueued(record: JsonObject, line: RecordLine, facts: SessionFact[]): void {
  const prompt = line.file.kind === 'subagent' ? undefined : promptOf(record);
  const context = prompt && contextOf(record, line, facts);
  if (context !== undefined) pushMessage(context, 'user', prompt);
}

function promptOf(record: JsonObject): Prompt | undefined {
  if (record.type === 'user') return promptOfUser(record);
  if (record.type === 'attachment') return promptOfAttachment(record);
  return record.type === 'queue-operation' ? promptOfQueueOperation(record) : undefined;
}

/** Called for a prompt, and for a message of which no other fact says when it was. */
function pushMessage(context: RecordContext, role: MessageFact['role'], prompt: Prompt | undefined): void {
  context.facts.push({
    type: 'message',
    id: context.recordId,
    at: context.at,
    role,
    prompt: prompt?.kind ?? 'none',
    ...(prompt !== undefined && context.parentId !== undefined && { parent: context.parentId }),
    words: prompt === undefined ? 0 : wordsOf(prompt),
  });
}

function unreadable(reason: 'not_json' | 'not_an_object' | 'too_deep', detail: string): SessionFact {
  return { type: 'problem', reason, detail: `a record ${detail}` };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a);
}

/** Without the byte order mark that some editors and shells put before the first line of a file. */
function bufferOf(line: Uint8Array): Buffer {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
