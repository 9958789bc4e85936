import type { Random } from '../../support/random';
import type { Call } from './calls';
import { createUsage, type Usage } from './usage';

export type LogRecord = Record<string, unknown>;

/** What is the same in a whole conversation. */
export interface Setup {
  model: string;
  /** Of Claude Code: `default`, `acceptEdits`, `plan`, … */
  permission: string;
  version: string;
  /** A program asks, not a person. */
  isHeadless: boolean;
}

/** A conversation as Claude Code writes it: one JSON object per line, each hanging below the one before it. */
export interface Conversation {
  readonly sessionId: string;
  readonly folder: string;
  readonly setup: Setup;
  /** Of a sub-agent, whose conversation is a log of its own. */
  readonly agentId: string | undefined;
  branch: string;
  readonly random: Random;
  readonly records: LogRecord[];
  /** What was asked, in order. */
  readonly prompts: string[];
  /** The record that the next one answers. */
  parent: string | null;
  promptId: string | undefined;
  readonly usage: Usage;
}

/** Version 4 form; the digits are the seed's. */
export const uuid = (random: Random): string =>
  `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;

export function createConversation(
  start: Pick<Conversation, 'sessionId' | 'folder' | 'setup' | 'branch' | 'random'>,
  agentId?: string,
): Conversation {
  const usage = createUsage(start.random, agentId === undefined ? '1h' : '5m', start.folder);
  const records = agentId === undefined ? [{ type: 'mode', mode: 'normal', sessionId: start.sessionId }] : [];
  return { ...start, agentId, records, prompts: [], parent: null, promptId: undefined, usage };
}

function hang(conversation: Conversation, at: number, record: LogRecord): string {
  const { agentId, setup } = conversation;
  const id = uuid(conversation.random);
  conversation.records.push({
    ...{
      parentUuid: conversation.parent,
      isSidechain: agentId !== undefined,
      ...(agentId !== undefined && { agentId }),
    },
    ...{ userType: 'external', entrypoint: setup.isHeadless ? 'sdk-cli' : 'cli' },
    ...{ cwd: conversation.folder, sessionId: conversation.sessionId, version: setup.version },
    ...{ gitBranch: conversation.branch, ...record, uuid: id, timestamp: new Date(at).toISOString() },
  });
  conversation.parent = id;
  return id;
}

/** How a prompt came: `queued` while the agent was at work, `command` as `/name words`. */
export type PromptKind = 'typed' | 'queued' | 'command';

export function logPrompt(conversation: Conversation, at: number, text: string, kind: PromptKind = 'typed'): void {
  conversation.promptId = uuid(conversation.random);
  conversation.usage.hear(text);
  conversation.prompts.push(text);
  if (conversation.agentId !== undefined) hangPrompt(conversation, at, text, {});
  else if (kind === 'queued') logQueued(conversation, at, text);
  else if (kind === 'command') logCommand(conversation, at, text);
  else logTyped(conversation, at, text);
}

function hangPrompt(conversation: Conversation, at: number, content: string, more: LogRecord): string {
  const message = { role: 'user', content };
  return hang(conversation, at, { type: 'user', promptId: conversation.promptId, message, ...more });
}

const ofPerson = ({ setup }: Conversation) => ({ permissionMode: setup.permission, origin: { kind: 'human' } });

function logTyped(conversation: Conversation, at: number, text: string): void {
  const promptSource = conversation.setup.isHeadless ? 'sdk' : 'typed';
  const messageId = hangPrompt(conversation, at, text, { ...ofPerson(conversation), promptSource });
  const snapshot = { messageId, trackedFileBackups: {}, timestamp: new Date(at).toISOString() };
  conversation.records.push({ type: 'file-history-snapshot', messageId, snapshot, isSnapshotUpdate: false });
}

function logCommand(conversation: Conversation, at: number, text: string): void {
  const [, name, words] = /^\/(\S+) ?(.*)$/.exec(text) ?? [];
  const tags = { name: `/${name}`, message: name, args: words };
  const parts = Object.entries(tags).map(([tag, value]) => `<command-${tag}>${value}</command-${tag}>`);
  hangPrompt(conversation, at, parts.join('\n'), ofPerson(conversation));
  hangPrompt(conversation, at + 900, `<local-command-stdout>/${name} is done</local-command-stdout>`, {});
}

/** Typed while the agent was at work: it never becomes a line of the user. */
function logQueued(conversation: Conversation, at: number, text: string): void {
  const { random, records, sessionId } = conversation;
  const timestamp = new Date(at).toISOString();
  const operation = { type: 'queue-operation', timestamp, sessionId, content: text };
  records.push({ ...operation, operation: 'enqueue' });
  const prompt = { prompt: text, source_uuid: uuid(random), commandMode: 'prompt', origin: { kind: 'human' } };
  hang(conversation, at, { type: 'attachment', attachment: { type: 'queued_command', ...prompt, timestamp } });
  records.push({ ...operation, operation: 'remove' });
}

/** What the model answers at once. */
export interface Reply {
  thought?: string | undefined;
  text?: string | undefined;
  call?: Call | undefined;
}

/** Milliseconds between two blocks of a response. */
const blockMs = 400;

/**
 * A response stands on one line per block, with the same message id, a growing output count, and `stop_reason` on its
 * last line alone. `endedAt`: when the call was carried out.
 */
export function logReply(
  conversation: Conversation,
  at: number,
  endedAt: number,
  { thought, text, call }: Reply,
): void {
  const { random, setup, usage } = conversation;
  const callId = `toolu_01${random.hex(22)}`;
  const blocks: LogRecord[] = [
    ...(thought === undefined ? [] : [{ type: 'thinking', thinking: thought, signature: random.hex(96) }]),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...(call === undefined ? [] : [{ type: 'tool_use', id: callId, name: call.tool, input: call.input }]),
  ];
  const requestId = `req_01${random.hex(22)}`;
  const head = { id: `msg_01${random.hex(22)}`, type: 'message', role: 'assistant', model: setup.model };
  const usageOf = usage.answer(blocks, at);
  let asked = '';
  for (const [index, block] of blocks.entries()) {
    const stop = index < blocks.length - 1 ? null : call === undefined ? 'end_turn' : 'tool_use';
    const end = { stop_reason: stop, stop_sequence: null, usage: usageOf(index, blocks.length) };
    asked = hang(conversation, at + index * blockMs, {
      ...{ type: 'assistant', requestId, message: { ...head, content: [block], ...end } },
    });
  }
  if (call === undefined) return;
  usage.hear(call.content);
  const result = {
    type: 'tool_result',
    tool_use_id: callId,
    content: contentOf(call),
    is_error: call.isError === true,
  };
  hang(conversation, Math.max(endedAt, at + blocks.length * blockMs), {
    type: 'user',
    promptId: conversation.promptId,
    message: { role: 'user', content: [result] },
    toolUseResult: call.structured,
    sourceToolAssistantUUID: asked,
  });
}

/** What a sub-agent answers comes as blocks. */
const contentOf = ({ tool, content }: Call) => (tool === 'Task' ? [{ type: 'text', text: content }] : content);

/** The title of a session: the person's own, or the one that was made for it. */
export function logTitle({ records, sessionId }: Conversation, title: string, isOwn: boolean): void {
  records.push(
    isOwn ? { type: 'custom-title', customTitle: title, sessionId } : { type: 'ai-title', aiTitle: title, sessionId },
  );
}

/** What the client offers when the session is taken up again. */
export function logLastPrompt({ parent, prompts, records, sessionId }: Conversation): void {
  records.push({ type: 'last-prompt', lastPrompt: prompts.at(-1), leafUuid: parent, sessionId });
}

/**
 * A fork begins as a copy of the first part of another conversation: uuids, instants and usage stay, the id of the
 * session does not.
 */
export function logCopy(conversation: Conversation, original: Conversation, share: number): void {
  const { records, sessionId } = conversation;
  const part = original.records.slice(0, Math.floor(original.records.length * share));
  for (const record of part) if (record['uuid'] !== undefined) records.push({ ...record, sessionId });
  conversation.parent = String(records.at(-1)?.['uuid']);
}

export function logText(records: readonly LogRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
