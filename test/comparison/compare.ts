// ccusage's figures and ours on one home folder, and the rules that lead from the one to the other.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Database } from '../../extension/engine/database/database';
import { withOwnPrices } from '../../extension/engine/pricing/ownPrices';
import { bundledPrices, type PriceList } from '../../extension/engine/pricing/prices';
import { pass, readOnce } from '../ingest/ingestHarness';
import { readReferenceLogs } from '../reference/claudeCode/logs';
import type { ReferenceResponse } from '../reference/claudeCode/responses';
import { type Reference, readClaudeCodeReference } from '../reference/claudeCodeReference';
import { type Counted, type CountingRules, ccusageCost, ccusagePrices, countAs, flatCost } from './ccusageRules';
import { type Difference, explain, type Figures, figuresOf, type Step, type Sums } from './figures';

export interface Comparison {
  logs: number;
  /** What ccusage printed; it says no responses. */
  printed: { byDay: Figures; bySession: Figures; byModel: Figures };
  /** What its rules give. */
  ruled: { byDay: Figures; bySession: Figures };
  /** Ours with its prices. */
  ours: { byDay: Figures; bySession: Figures; byModel: Figures; unpricedResponses: number };
  /** Ours with our prices. */
  ownPrices: { byModel: Figures; prices: UsedPrice[] };
  differences: { byDay: Difference[]; bySession: Difference[]; byModel: Difference[] };
  reference: Reference;
}

/** A price of our list that responses got. */
export interface UsedPrice {
  model: string;
  validFrom: string;
  responses: number;
  rates: { input: number; output: number; cacheWrite5m: number; cacheWrite1h: number; cacheRead: number };
  /** Input from which on the whole response is dearer; undefined: never. */
  tierStart: number | undefined;
}

/** Reads a home folder in both ways; `expected` is the folder with what ccusage printed. */
export async function compare(home: string, expected: string): Promise<Comparison> {
  const reference = readClaudeCodeReference(home);
  const logs = readReferenceLogs(home);
  const count = (rules: CountingRules) => countAs(rules, logs);
  const rootOf = (id: string) => {
    const owner = reference.responses.get(id)?.owner;
    return logs.find(({ file }) => file === owner)?.root ?? '';
  };

  const daily = count({ sameBy: 'message and request, else instant', countsReports: true });
  const session = count({ sameBy: 'message and request', countsReports: false });
  const reported = count({ sameBy: 'message and request', countsReports: true });
  const unique = count({ sameBy: 'message', countsReports: true });
  const owned = unique.map((response) => ({ ...response, session: rootOf(response.id) }));
  const searches = searchesOfTool(reference).map((response) => ({ ...response, session: rootOf(response.id) }));
  const stepsBy = (nameOf: (response: Counted) => string) => [
    { rule: 'request', figures: figuresBy(unique, nameOf, ccusageCost) },
    { rule: 'tier', figures: figuresBy(unique, nameOf, flatCost) },
    { rule: 'webSearch', figures: figuresBy([...unique, ...searches], nameOf, costWithSearches) },
  ];
  const sessionSteps: Step[] = [
    { rule: 'progress', figures: figuresBy(reported, sessionOf, ccusageCost) },
    { rule: 'request', figures: figuresBy(unique, sessionOf, ccusageCost) },
    { rule: 'copy', figures: figuresBy(owned, sessionOf, ccusageCost) },
    { rule: 'tier', figures: figuresBy(owned, sessionOf, flatCost) },
    { rule: 'webSearch', figures: figuresBy([...owned, ...searches], sessionOf, costWithSearches) },
  ];
  const ruled = {
    byDay: figuresBy(daily, dayOf, ccusageCost),
    bySession: figuresBy(session, sessionOf, ccusageCost),
  };

  // No other price of tokens is known, so that none can stand in for one of ccusage's.
  const list = bundledPrices();
  const onlyOwn: PriceList = {
    version: 'searches only',
    find: (provider, model, at, speed) => (model === searchModel ? list.find(provider, model, at, speed) : undefined),
  };
  const database = await readOnce({ path: home }, { prices: withOwnPrices(ccusagePrices.prices, onlyOwn) });
  try {
    const ours = {
      byDay: read(database, 'day'),
      bySession: read(database, "replace(session_key, 'claude-code:', '')"),
      byModel: read(database, 'model'),
      unpricedResponses: database.get<{ n: number }>('select sum(unpriced_responses) as n from event_usage')?.n ?? 0,
    };
    await pass(database, { path: home }, { prices: list });
    return {
      logs: logs.length,
      printed: readPrinted(expected),
      ruled,
      ours,
      ownPrices: { byModel: read(database, 'model'), prices: readPrices(database) },
      differences: {
        byDay: explain(ruled.byDay, stepsBy(dayOf)),
        bySession: explain(ruled.bySession, sessionSteps),
        byModel: explain(figuresBy(daily, modelOf, ccusageCost), stepsBy(modelOf)),
      },
      reference,
    };
  } finally {
    database.close();
  }
}

const searchModel = 'web-search';

/** What calls of `WebSearch` searched; none is a response of ccusage's. */
export const searchesOfTool = (reference: Reference): ReferenceResponse[] =>
  [...reference.responses.values()].filter(({ model }) => model === searchModel);

/** Anthropic sells a thousand searches for 10 USD. */
const costWithSearches = (response: Counted): number =>
  response.model === searchModel ? response.searches / 100 : flatCost(response);

const dayOf = ({ at }: Counted): string => new Date(at).toISOString().slice(0, 10);
const sessionOf = ({ session }: Counted): string => session;
const modelOf = ({ model }: Counted): string => model;

function figuresBy(
  responses: Counted[],
  nameOf: (response: Counted) => string,
  usdOf: (response: Counted) => number,
): Figures {
  return figuresOf(responses, nameOf, (response) => ({
    responses: 1,
    input: response.tokens.input,
    cacheWrite: response.tokens.cacheWrite5m + response.tokens.cacheWrite1h,
    cacheRead: response.tokens.cacheRead,
    output: response.tokens.output,
    usd: usdOf(response),
  }));
}

function read(database: Database, name: string): Figures {
  const rows = database.all<Sums & { name: string }>(`
    select ${name} as name, sum(responses) as responses, sum(input_tokens) as input,
      sum(cache_write_5m_tokens + cache_write_1h_tokens) as cacheWrite, sum(cache_read_tokens) as cacheRead,
      sum(output_tokens) as output, sum(recorded_cost_usd + estimated_cost_usd) as usd
    from event_usage where is_retracted = 0 group by 1 order by 1`);
  return new Map(rows.map(({ name, ...sums }) => [name, sums]));
}

function readPrices(database: Database): UsedPrice[] {
  return database
    .all<UsedPrice['rates'] & { model: string; validFrom: string; responses: number; tiers: string }>(`
      select model, valid_from as validFrom, count(*) as responses, input_per_million as input,
        output_per_million as output, cache_write_5m_per_million as cacheWrite5m,
        cache_write_1h_per_million as cacheWrite1h, cache_read_per_million as cacheRead, tiers
      from metadata_price inner join fact_session_usage using (price_id)
      group by price_id order by model, valid_from`)
    .map(({ model, validFrom, responses, tiers, ...rates }) => {
      const [tier] = JSON.parse(tiers);
      return { model, validFrom, responses, rates, tierStart: tier?.start };
    });
}

type PrintedRow = Record<'inputTokens' | 'cacheCreationTokens' | 'cacheReadTokens' | 'outputTokens', number>;
type PrintedReport<Name extends string> = (PrintedRow & { totalCost: number } & Record<Name, string> & {
    modelBreakdowns: (PrintedRow & { modelName: string; cost: number })[];
  })[];

function readPrinted(folder: string): Comparison['printed'] {
  const report = (name: string) => JSON.parse(readFileSync(join(folder, `ccusage.claude.${name}.json`), 'utf8'));
  const daily: PrintedReport<'date'> = report('daily').daily;
  const sessions: PrintedReport<'sessionId'> = report('session').sessions;
  const sums = (row: PrintedRow, usd: number): Sums => ({
    ...{ responses: 0, usd, input: row.inputTokens, cacheWrite: row.cacheCreationTokens },
    ...{ cacheRead: row.cacheReadTokens, output: row.outputTokens },
  });
  return {
    byDay: new Map(daily.map((row) => [row.date, sums(row, row.totalCost)])),
    bySession: new Map(sessions.map((row) => [basename(row.sessionId), sums(row, row.totalCost)])),
    byModel: figuresOf(
      daily.flatMap((row) => row.modelBreakdowns),
      (row) => row.modelName,
      (row) => sums(row, row.cost),
    ),
  };
}
