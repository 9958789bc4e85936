// How ccusage counts Claude Code's logs, so that each difference to our figures can be computed and not only seen.
// Taken from its source (20.0.9, the newest that is public) and from what 20.0.24 says of small logs. That they are its
// rules is tested: they give its figures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ownPriceSchema } from '../../shared/prices';
import type { ReferenceLog } from '../reference/claudeCode/logs';
import { type ReferenceResponse, responseOf } from '../reference/claudeCode/responses';

/** Our format of own prices; nothing is left to be derived. */
const priceSchema = ownPriceSchema.required({ cacheWrite5m: true, cacheWrite1h: true, cacheRead: true });
type Price = z.infer<typeof priceSchema>;

/** What measurePrices.mjs found. */
export const ccusagePrices = z
  .strictObject({
    program: z.string(),
    measuredBy: z.string(),
    date: z.iso.date(),
    prices: z.array(priceSchema),
    /** What the tokens of a kind cost beyond 200,000 in one response, where that is more. */
    over200k: z.array(priceSchema),
    /** What the fast mode multiplies by, where it does. */
    fast: z.record(z.string(), z.number()),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'ccusagePrices.json'), 'utf8')));

export interface CountingRules {
  /** What makes lines one response: its message's id, and for ccusage the request's too. */
  sameBy: 'message' | 'message and request' | 'message and request, else instant';
  /** Whether what sub-agents said counts that stands in their starter's log only (`agent_progress`). */
  countsReports: boolean;
}

/** A response by the line that won, and the session in whose logs the line stands. */
export interface Counted extends ReferenceResponse {
  session: string;
}

/** The responses of logs in the order of their paths; of lines of one response the first with most tokens wins. */
export function countAs(rules: CountingRules, logs: ReferenceLog[]): Counted[] {
  const counted: (Counted & { request: string; isSidechain: boolean })[] = [];
  for (const log of logs) {
    for (const entry of log.entries) {
      const response = responseOf(entry);
      if (!response || (entry.isReported && !rules.countsReports)) continue;
      const { requestId, isSidechain } = entry.record;
      const instant = rules.sameBy === 'message and request, else instant' ? String(entry.at) : '';
      const request = rules.sameBy === 'message' ? '' : (requestId ?? instant);
      const line = { ...response, session: log.root, request, isSidechain: isSidechain === true };
      const isSame = (other: Counted) => other.id === line.id;
      const exact = counted.findIndex((other) => isSame(other) && other.request === line.request);
      const known =
        exact >= 0 ? exact : counted.findIndex((other) => isSame(other) && (other.isSidechain || line.isSidechain));
      const other = counted[known];
      if (other === undefined) counted.push(line);
      else if (other.isSidechain === line.isSidechain ? total(line) > total(other) : other.isSidechain)
        counted[known] = line;
    }
  }
  return counted;
}

const total = ({ tokens }: Counted): number => Object.values(tokens).reduce((sum, each) => sum + each, 0);

/** USD of a response by ccusage: as recorded, else by kind, what a kind has over 200,000 at a price of its own. */
export function ccusageCost(response: ReferenceResponse): number {
  const over = ccusagePrices.over200k.find(({ model }) => model === response.model);
  const price = ccusagePrices.prices.find(({ model }) => model === response.model);
  if (response.recordedUsd !== null) return response.recordedUsd;
  if (price === undefined) return 0;
  const usd = costByKind(response, price, over ?? price) / 1e6;
  return response.isFast ? usd * (ccusagePrices.fast[response.model] ?? 1) : usd;
}

/** The same with one price for all tokens of a kind: what an own price can say. */
export function flatCost(response: ReferenceResponse): number {
  const price = ccusagePrices.prices.find(({ model }) => model === response.model);
  return response.recordedUsd ?? (price ? costByKind(response, price, price) / 1e6 : 0);
}

const tierStart = 200_000;
const kinds = ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead'] as const;

function costByKind({ tokens }: ReferenceResponse, price: Price, over: Price): number {
  return kinds
    .map((kind) => {
      const below = Math.min(tokens[kind], tierStart);
      return below * price[kind] + (tokens[kind] - below) * over[kind];
    })
    .reduce((sum, each) => sum + each, 0);
}
