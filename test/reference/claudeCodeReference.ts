// A slow, plain reader of Claude Code's logs, written apart from the provider and sharing nothing with it: what both
// say must agree. It reads whole files, knows the whole session when it judges a record, and trusts its input.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

export interface ReferenceTokens {
  input: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  output: number;
}

export interface ReferenceResponse {
  id: string;
  /** Root session whose file has the earliest line of it. */
  session: string;
  /** ISO instant of the first line. */
  at: string;
  model: string;
  tokens: ReferenceTokens;
}

/** What stands in the log of a response. */
export interface ReferenceWritten {
  version: string;
  /** A line says why the model stopped: its token counts are the last ones. */
  isEnded: boolean;
  /** Characters that the model wrote, by block: a block that is repeated is one. */
  blocks: Map<string, number>;
}

export interface ReferenceEdit {
  file: string;
  callId: string;
  path: string;
  outcome: 'ok' | 'failed' | 'rejected' | 'open';
  added: number;
  removed: number;
}

export interface Reference {
  responses: Map<string, ReferenceResponse>;
  tokensByDay: Map<string, ReferenceTokens>;
  tokensBySession: Map<string, ReferenceTokens>;
  written: Map<string, ReferenceWritten>;
  /** Output tokens beyond the logged, four characters a token, of responses whose log has the first count only. */
  missingBySession: Map<string, number>;
  /** Human prompts by file, path relative to the projects folder. */
  promptsByFile: Map<string, number>;
  toolCalls: Map<string, { tool: string; outcome: 'ok' | 'failed' | 'rejected' | 'open' }>;
  edits: ReferenceEdit[];
  /** `call id → commit ids`, without repetition. */
  commits: Map<string, string[]>;
}

// biome-ignore lint/suspicious/noExplicitAny: the reference trusts real logs; it never ships.
type Json = any;

/** Reads every transcript below `<home>/.claude/projects`. */
export function readClaudeCodeReference(home: string): Reference {
  const projects = join(home, '.claude', 'projects');
  const reference: Reference = {
    responses: new Map(),
    tokensByDay: new Map(),
    tokensBySession: new Map(),
    written: new Map(),
    missingBySession: new Map(),
    promptsByFile: new Map(),
    toolCalls: new Map(),
    edits: [],
    commits: new Map(),
  };
  for (const path of transcriptsBelow(projects)) {
    const lines = readFileSync(path, 'utf8').split('\n');
    // What follows the last newline may be a line that is still being written.
    const last = lines.pop() ?? '';
    const records: Json[] = [...lines, ...(isJson(last) ? [last] : [])]
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line));
    const file = relative(projects, path).split('\\').join('/');
    const parts = file.split('/');
    const session = parts.length > 2 ? (parts[1] ?? '') : basename(path, '.jsonl');
    readFile(reference, file, session, records);
  }
  for (const response of reference.responses.values()) {
    addTokens(reference.tokensByDay, response.at.slice(0, 10), response.tokens);
    addTokens(reference.tokensBySession, response.session, response.tokens);
    const missing = missingOf(response, reference.written.get(response.id));
    if (missing > 0)
      reference.missingBySession.set(
        response.session,
        (reference.missingBySession.get(response.session) ?? 0) + missing,
      );
  }
  return reference;
}

function transcriptsBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return transcriptsBelow(path);
      return name.endsWith('.jsonl') && name !== 'journal.jsonl' && name !== 'history.jsonl' ? [path] : [];
    });
}

function readFile(reference: Reference, file: string, session: string, records: Json[]): void {
  const isAgentFile = basename(file).startsWith('agent-');
  const flat: Json[] = [];
  for (const record of records) {
    if (record.type === 'progress') {
      if (record.data.type === 'agent_progress')
        flat.push({ ...record.data.message, version: record.version, isAgent: true });
    } else flat.push(record);
  }
  let prompts = 0;
  const inputs = new Map<string, Json>();
  for (const record of flat) {
    if (record.type === 'assistant') {
      readUsage(reference, session, record);
      for (const block of record.message.content) {
        if (block.type !== 'tool_use') continue;
        inputs.set(block.id, block);
        if (!reference.toolCalls.has(block.id))
          reference.toolCalls.set(block.id, { tool: block.name, outcome: 'open' });
      }
    }
    if (record.type === 'user') {
      if (!isAgentFile && !record.isAgent && isPrompt(record)) prompts++;
      readResults(reference, record, inputs);
    }
    if (record.type === 'attachment' && record.attachment.type === 'queued_command') {
      if (record.attachment.commandMode === 'prompt') prompts++;
    }
    if (record.type === 'queue-operation' && record.operation === 'remove' && !record.content && !record.reason)
      prompts++;
  }
  reference.promptsByFile.set(file, prompts);
  readEdits(reference, file, flat);
}

function readUsage(reference: Reference, session: string, record: Json): void {
  const { message } = record;
  if (message.model === '<synthetic>' || record.isApiErrorMessage || !message.usage) return;
  const usage = message.usage;
  const oneHour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const tokens: ReferenceTokens = {
    input: usage.input_tokens ?? 0,
    cacheWrite5m: (usage.cache_creation_input_tokens ?? 0) - oneHour,
    cacheWrite1h: oneHour,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    output: usage.output_tokens ?? 0,
  };
  readWritten(reference, record);
  const known = reference.responses.get(message.id);
  if (known === undefined) {
    reference.responses.set(message.id, {
      id: message.id,
      session,
      at: record.timestamp,
      model: message.model,
      tokens,
    });
    return;
  }
  if (total(tokens) > total(known.tokens)) known.tokens = tokens;
  if (record.timestamp < known.at) {
    known.at = record.timestamp;
    known.session = session;
  }
}

function readWritten({ written }: Reference, { message, version }: Json): void {
  const known = written.get(message.id) ?? { version, isEnded: false, blocks: new Map<string, number>() };
  known.isEnded ||= message.stop_reason !== null;
  for (const block of message.content) {
    const { text = '', thinking = '', input } = block;
    const length = text.length + thinking.length + (input ? JSON.stringify(input).length : 0);
    known.blocks.set(JSON.stringify(block), length);
  }
  written.set(message.id, known);
}

function missingOf({ tokens }: ReferenceResponse, written: ReferenceWritten | undefined): number {
  if (written === undefined || written.isEnded || !isFirstCount(written.version)) return 0;
  const characters = [...written.blocks.values()].reduce((sum, length) => sum + length, 0);
  return Math.max(0, Math.ceil(characters / 4) - tokens.output);
}

/** Claude Code 1.0.11 to 2.1.97. */
function isFirstCount(version: string): boolean {
  const isUpTo = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) <= 0;
  return isUpTo('1.0.11', version) && isUpTo(version, '2.1.97');
}

function total(tokens: ReferenceTokens): number {
  return tokens.input + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheRead + tokens.output;
}

function addTokens(sums: Map<string, ReferenceTokens>, key: string, tokens: ReferenceTokens): void {
  const sum = sums.get(key) ?? { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0 };
  sum.input += tokens.input;
  sum.cacheWrite5m += tokens.cacheWrite5m;
  sum.cacheWrite1h += tokens.cacheWrite1h;
  sum.cacheRead += tokens.cacheRead;
  sum.output += tokens.output;
  sums.set(key, sum);
}

function isPrompt(record: Json): boolean {
  if (record.isMeta || record.isCompactSummary || record.isSidechain || record.isVisibleInTranscriptOnly) return false;
  const content = record.message.content;
  const blocks: Json[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const result = blocks.find((block) => block.type === 'tool_result');
  if (result)
    return result.is_error === true && /^The user doesn't want to [\s\S]*the user said:\s*\S/.test(textOf(result));
  if (record.toolUseResult !== undefined) return false;
  if (record.origin && record.origin.kind !== 'human') return false;
  if (record.promptSource === 'system') return false;
  const remains = blocks.filter((block) => {
    if (block.type === 'image') return true;
    if (block.type !== 'text') return false;
    const said = block.text.replace(/<(system-reminder|ide_opened_file|ide_selection)>[\s\S]*?<\/\1>/g, '').trim();
    if (said === '') return false;
    if (record.origin?.kind === 'human') return true;
    return !/^(<local-command-|Caveat:|\[Request interrupted|This session is being continued|<task-notification>|Stop hook feedback:|<bash-std|<user-memory-input>|<teammate-message|Base directory for this skill)/.test(
      said,
    );
  });
  return remains.length > 0;
}

function textOf(result: Json): string {
  if (typeof result.content === 'string') return result.content;
  return (result.content ?? []).map((block: Json) => block.text ?? '').join('');
}

function readResults(reference: Reference, record: Json, inputs: Map<string, Json>): void {
  if (typeof record.message.content === 'string') return;
  for (const block of record.message.content) {
    if (block.type !== 'tool_result') continue;
    const answer = textOf(block);
    const isNo = /^The user doesn't want to (proceed with this tool use|take this action right now)/.test(answer);
    const outcome = !block.is_error
      ? 'ok'
      : isNo || record.toolUseResult === 'User rejected tool use'
        ? 'rejected'
        : 'failed';
    const call = reference.toolCalls.get(block.tool_use_id);
    if (call) call.outcome = outcome;
    const input = inputs.get(block.tool_use_id);
    const command: string = input?.name === 'Bash' || input?.name === 'PowerShell' ? input.input.command : '';
    if (!/\bgit\b[\s\S]*\bcommit\b/.test(command)) continue;
    const printed: string = record.toolUseResult?.stdout ?? answer;
    const ids = [
      ...printed.matchAll(/^\[.* ([0-9a-f]{7,40})\] .*\n(?: (?:Date|Author): .*\n)* \d+ files? changed/gm),
    ].map((match) => match[1] ?? '');
    const declared: string | undefined = record.toolUseResult?.gitOperation?.commit?.sha;
    if (declared && /^[0-9a-f]{7,40}$/i.test(declared) && !ids.includes(declared.toLowerCase())) {
      ids.push(declared.toLowerCase());
    }
    if (ids.length > 0) reference.commits.set(block.tool_use_id, ids);
  }
}

function readEdits(reference: Reference, file: string, records: Json[]): void {
  for (const record of records) {
    if (record.type !== 'assistant') continue;
    for (const block of record.message.content) {
      if (block.type !== 'tool_use' || !['Edit', 'MultiEdit', 'Write'].includes(block.name)) continue;
      const answer = records.find(
        (other) =>
          other.type === 'user' &&
          Array.isArray(other.message.content) &&
          other.message.content.some((part: Json) => part.type === 'tool_result' && part.tool_use_id === block.id),
      );
      const outcome = reference.toolCalls.get(block.id)?.outcome ?? 'open';
      const edit: ReferenceEdit = {
        file,
        callId: block.id,
        path: block.input.file_path,
        outcome,
        added: 0,
        removed: 0,
      };
      const result = answer?.toolUseResult;
      if (outcome === 'ok' && result?.structuredPatch) {
        const lines: string[] = result.structuredPatch.flatMap((hunk: Json) => hunk.lines);
        edit.added = lines.filter((line) => line.startsWith('+')).length;
        edit.removed = lines.filter((line) => line.startsWith('-')).length;
        if (result.type === 'create') edit.added = result.content.replace(/\n$/, '').split('\n').length;
      }
      reference.edits.push(edit);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
