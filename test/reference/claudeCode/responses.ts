// What the model answered and what it used.
import { callsOf, resultsOf } from './calls';
import { type Entry, type Json, type ReferenceLog, recordId } from './logs';

export interface ReferenceTokens {
  input: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  output: number;
}

export interface ReferenceResponse {
  id: string;
  at: number;
  model: string;
  tokens: ReferenceTokens;
  searches: number;
  isFast: boolean;
  recordedUsd: number | null;
}

/** The response that a record is a line of; what the client itself wrote in the model's name is none. */
export function responseOf(entry: Entry): ReferenceResponse | undefined {
  const { record, at } = entry;
  const usage = record.message?.usage;
  if (record.type !== 'assistant' || !usage) return undefined;
  if (record.message.model === '<synthetic>' || record.isApiErrorMessage) return undefined;
  const oneHour = count(usage.cache_creation?.ephemeral_1h_input_tokens);
  return {
    id: named(record.message.id) ?? recordId(entry),
    at,
    model: named(record.message.model) ?? 'unknown',
    tokens: {
      input: count(usage.input_tokens),
      cacheWrite5m: count(usage.cache_creation_input_tokens) - oneHour,
      cacheWrite1h: oneHour,
      cacheRead: count(usage.cache_read_input_tokens),
      output: count(usage.output_tokens),
    },
    searches: count(usage.server_tool_use?.web_search_requests),
    isFast: usage.speed === 'fast',
    recordedUsd: record.costUSD ?? null,
  };
}

/** The searches of a log: every call of `WebSearch` that was answered is a response of its own, without tokens. */
export function searchesOf(log: ReferenceLog): ReferenceResponse[] {
  const calls = log.entries.flatMap((entry) => callsOf(entry)).filter(({ tool }) => tool === 'WebSearch');
  return log.entries
    .flatMap(resultsOf)
    .filter(({ callId, outcome }) => outcome === 'ok' && calls.some(({ id }) => id === callId))
    .map(({ callId, at, structured }) => ({
      id: `web-search@${callId}`,
      at,
      model: 'web-search',
      tokens: { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0 },
      searches: searchesIn(structured),
      isFast: false,
      recordedUsd: null,
    }))
    .filter(({ searches }) => searches > 0);
}

/** Old builds say no number: what a search found is an object, what went wrong or was said between a text. */
const searchesIn = (structured: Json): number =>
  structured?.searchCount ?? structured?.results?.filter((each: Json) => typeof each === 'object').length ?? 0;

/** One response out of its lines: it began with the first, and the one with most tokens was written last. */
export function together(lines: ReferenceResponse[]): ReferenceResponse {
  const most = lines.reduce((best, line) => (sumOf(line.tokens) > sumOf(best.tokens) ? line : best));
  const recorded = lines.map((line) => line.recordedUsd).filter((usd) => usd !== null);
  return {
    ...most,
    at: Math.min(...lines.map((line) => line.at)),
    searches: Math.max(...lines.map((line) => line.searches)),
    isFast: lines.some((line) => line.isFast),
    recordedUsd: recorded.length === 0 ? null : Math.max(...recorded),
  };
}

const count = (value: Json): number => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
const named = (value: Json): string | undefined => (typeof value === 'string' ? value : undefined);

const sumOf = (tokens: ReferenceTokens): number =>
  tokens.input + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheRead + tokens.output;

/** Tokens by whatever `keyOf` says. */
export function tokensBy<Response extends ReferenceResponse>(
  responses: Iterable<Response>,
  keyOf: (response: Response) => string,
): Map<string, ReferenceTokens> {
  const sums = new Map<string, ReferenceTokens>();
  for (const response of responses) {
    const { tokens } = response;
    const sum = sums.get(keyOf(response)) ?? { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0 };
    sums.set(keyOf(response), {
      input: sum.input + tokens.input,
      cacheWrite5m: sum.cacheWrite5m + tokens.cacheWrite5m,
      cacheWrite1h: sum.cacheWrite1h + tokens.cacheWrite1h,
      cacheRead: sum.cacheRead + tokens.cacheRead,
      output: sum.output + tokens.output,
    });
  }
  return sums;
}
