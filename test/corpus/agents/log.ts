import type { Random } from '../../support/random';
import type { Call } from './calls';

export type LogRecord = Record<string, unknown>;

/** A conversation as Claude Code writes it: one JSON object per line, each hanging below the one before it. */
export interface Conversation {
  readonly sessionId: string;
  readonly folder: string;
  branch: string;
  readonly random: Random;
  readonly records: LogRecord[];
  /** The record that the next one answers. */
  parent: string | null;
  promptId: string | undefined;
  /** Tokens read so far. */
  context: number;
}

/** Version 4 form; the digits are the seed's. */
export const uuid = (random: Random): string =>
  `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;

export function createConversation(sessionId: string, folder: string, branch: string, random: Random): Conversation {
  const state = { parent: null, promptId: undefined, context: 24_000 };
  return { sessionId, folder, branch, random, records: [], ...state };
}

function hang(conversation: Conversation, at: number, record: LogRecord): string {
  const id = uuid(conversation.random);
  conversation.records.push({
    ...{ parentUuid: conversation.parent, isSidechain: false, userType: 'external', entrypoint: 'cli' },
    ...{ cwd: conversation.folder, sessionId: conversation.sessionId, version: '2.1.200' },
    ...{ gitBranch: conversation.branch, ...record, uuid: id, timestamp: new Date(at).toISOString() },
  });
  conversation.parent = id;
  return id;
}

export function logPrompt(conversation: Conversation, at: number, text: string): void {
  conversation.promptId = uuid(conversation.random);
  hang(conversation, at, {
    type: 'user',
    promptId: conversation.promptId,
    message: { role: 'user', content: text },
    permissionMode: 'default',
    origin: { kind: 'human' },
    promptSource: 'typed',
  });
}

/** An answer in words, on a line of its own. */
export function logAnswer(conversation: Conversation, at: number, text: string): void {
  hang(conversation, at, respond(conversation, { type: 'text', text }, text.length, 'end_turn'));
}

/** A call and what came of it. */
export function logCall(conversation: Conversation, at: number, endedAt: number, call: Call): void {
  const id = `toolu_01${conversation.random.hex(22)}`;
  const block = { type: 'tool_use', id, name: call.tool, input: call.input };
  // The size without paths: the same case costs the same wherever it lies.
  const size = JSON.stringify(call.input).replaceAll(conversation.folder, '').length;
  const asked = hang(conversation, at, respond(conversation, block, size, 'tool_use'));
  const result = { type: 'tool_result', tool_use_id: id, content: call.content, is_error: call.isError === true };
  hang(conversation, endedAt, {
    type: 'user',
    promptId: conversation.promptId,
    message: { role: 'user', content: [result] },
    toolUseResult: call.structured,
    sourceToolAssistantUUID: asked,
  });
}

function respond(conversation: Conversation, block: LogRecord, size: number, stop: string): LogRecord {
  const { random } = conversation;
  const output = 40 + Math.ceil(size / 3.5);
  const usage = {
    input_tokens: 4,
    cache_creation_input_tokens: output,
    cache_read_input_tokens: conversation.context,
    output_tokens: output,
    service_tier: 'standard',
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: output },
  };
  conversation.context += 2 * output;
  return {
    type: 'assistant',
    requestId: `req_01${random.hex(22)}`,
    message: {
      ...{ id: `msg_01${random.hex(22)}`, type: 'message', role: 'assistant', model: 'claude-opus-5' },
      ...{ content: [block], stop_reason: stop, stop_sequence: null, usage },
    },
  };
}

export function logText(records: readonly LogRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
