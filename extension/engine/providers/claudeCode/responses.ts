import type { Tokens } from '../facts';
import { amount, count, identifier, type JsonObject, object, objects, text } from '../values';
import { type RecordContext, reportBadValue } from './context';

/**
 * The usage of one line of a response, and how much was written in it where the log's output count is a first guess.
 * Local error texts (`<synthetic>`, API errors) are no responses.
 */
export function readResponse(record: JsonObject, context: RecordContext): void {
  const message = object(record.message);
  const usage = object(message?.usage);
  if (message === undefined || usage === undefined) return;
  if (record.isApiErrorMessage === true || message.model === '<synthetic>') return;
  const model = identifier(message.model);
  if (model === undefined) reportBadValue(context.facts, 'message.model is missing or no name');
  const cost = atMost(mostDollars, amount(record.costUSD));
  if (record.costUSD !== undefined && cost === undefined) reportBadValue(context.facts, 'costUSD is no amount');
  const id = identifier(message.id) ?? context.recordId;
  const isOutputUnderreported = message.stop_reason === null && wroteFirstGuess(context.clientVersion);
  context.facts.push({
    type: 'response',
    id,
    at: context.at,
    model: model ?? 'unknown',
    tokens: readTokens(usage, context),
    webSearches: tokenCount(object(usage.server_tool_use), 'web_search_requests', context),
    ...(usage.speed === 'fast' && { speed: 'fast' }),
    ...(cost !== undefined && { recordedCostUsd: cost }),
    isOutputUnderreported,
    isSidechain: context.isSidechain,
  });
  const characters = isOutputUnderreported ? charactersOf(message.content) : 0;
  if (characters > 0) context.facts.push({ type: 'response_part', responseId: id, id: context.recordId, characters });
}

function readTokens(usage: JsonObject, context: RecordContext): Tokens {
  const split = object(usage.cache_creation);
  const cacheWrite = tokenCount(usage, 'cache_creation_input_tokens', context);
  const cacheWrite1h = tokenCount(split, 'ephemeral_1h_input_tokens', context);
  const cacheWrite5m = tokenCount(split, 'ephemeral_5m_input_tokens', context);
  return {
    input: tokenCount(usage, 'input_tokens', context),
    // Builds without the split wrote to the five-minute cache alone.
    cacheWrite5m: Math.max(cacheWrite5m, cacheWrite - cacheWrite1h),
    cacheWrite1h,
    cacheRead: tokenCount(usage, 'cache_read_input_tokens', context),
    output: tokenCount(usage, 'output_tokens', context),
    reasoning: tokenCount(object(usage.output_tokens_details), 'thinking_tokens', context),
  };
}

/** What the model wrote: not the signatures, ids and names around it. */
function charactersOf(content: unknown): number {
  return text(content)?.length ?? objects(content).reduce((sum, block) => sum + charactersOfBlock(block), 0);
}

function charactersOfBlock(block: JsonObject): number {
  switch (block.type) {
    case 'text':
      return text(block.text)?.length ?? 0;
    case 'thinking':
      return text(block.thinking)?.length ?? 0;
    case 'tool_use':
      return JSON.stringify(block.input)?.length ?? 0;
    default:
      return 0;
  }
}

function tokenCount(holder: JsonObject | undefined, name: string, context: RecordContext): number {
  const value = holder?.[name];
  if (value === undefined || value === null) return 0;
  const tokens = atMost(mostTokens, count(value));
  if (tokens === undefined) reportBadValue(context.facts, `usage ${name} is no count`);
  return tokens ?? 0;
}

/** Far more than a response has, and few enough that no sum of them leaves the whole numbers. */
const mostTokens = 1e9;
const mostDollars = 1e6;

function atMost(most: number, value: number | undefined): number | undefined {
  return value !== undefined && value <= most ? value : undefined;
}

/**
 * From 1.0.11 on a response's lines were written before its end, with the output count of its start: measured, 204 k
 * tokens logged against about 700 k written. The release notes of 2.1.97 and 2.1.98 say that it was put right.
 */
function wroteFirstGuess(version: string | undefined): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '');
  if (parts === null) return false;
  const number = Number(parts[1]) * 1e8 + Number(parts[2]) * 1e4 + Number(parts[3]);
  return number >= 1_0000_0011 && number <= 2_0001_0097;
}
