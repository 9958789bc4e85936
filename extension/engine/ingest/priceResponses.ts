import type { Database } from '../database/database';
import { readSetting, writeSetting } from '../database/schema';
import { costOf, type Price, type PricedUsage, type PriceList } from '../pricing/prices';
import { missingOutputTokens, writtenCharacters } from './missingOutput';

interface UnpricedRow {
  response_key: Uint8Array;
  session_id: number;
  provider: string;
  model: string;
  at: number;
  speed: Price['speed'];
  input_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  cache_read_tokens: number;
  output_tokens: number;
  web_searches: number;
  written_characters: number;
}

const unpricedRows = `
  select response_key, session_id, provider, name as model, at, speed, input_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, cache_read_tokens, output_tokens, web_searches, ${writtenCharacters} as written_characters
  from fact_session_usage inner join metadata_model using (model_id)
  where price_id is null`;

/** What a response cost at list price, and which price says so; null: no price is known for it. */
export interface PricedResponse {
  priceId: number | null;
  costUsd: number | null;
}

export interface Pricer {
  price(provider: string, model: string, at: number, speed: Price['speed'], usage: PricedUsage): PricedResponse;
}

/** Valid until the database is loaded anew. */
export function createPricer(database: Database, prices: PriceList): Pricer {
  const ids = new Map<Price, number>();
  return {
    price: (provider, model, at, speed, usage) => {
      const price = prices.find(provider, model, at, speed);
      return price
        ? { priceId: priceId(database, ids, price), costUsd: costOf(price, usage) }
        : { priceId: null, costUsd: null };
    },
  };
}

/**
 * Gives every response without a price the one that holds on its day; models without a known price stay unpriced.
 * What output that the log does not count would cost is written beside its cost, never into it.
 * Looks at the responses of `sessions` only, unless the list is another one than the last time.
 * Returns the sessions whose cost changed. For inSlices.
 */
export function* priceResponses(
  database: Database,
  prices: PriceList,
  sessions: ReadonlySet<number> | 'all',
): Generator<void, Set<number>> {
  const forgotten = adoptPriceList(database, prices);
  const touched = new Set<number>(forgotten);
  const pricer = createPricer(database, prices);
  for (const session of forgotten === undefined && sessions !== 'all' ? sessions : unpricedSessions(database)) {
    for (const row of database.all<UnpricedRow>(`${unpricedRows} and session_id = ?`, [session])) {
      if (priceRow(database, pricer, row)) {
        touched.add(session);
      }
    }
    yield;
  }
  return touched;
}

function unpricedSessions(database: Database): number[] {
  return database
    .all<{ id: number }>('select distinct session_id as id from fact_session_usage where price_id is null')
    .map((row) => row.id);
}

/** false: no price is known for it. */
function priceRow(database: Database, pricer: Pricer, row: UnpricedRow): boolean {
  const usage = {
    inputTokens: row.input_tokens,
    cacheWrite5mTokens: row.cache_write_5m_tokens,
    cacheWrite1hTokens: row.cache_write_1h_tokens,
    cacheReadTokens: row.cache_read_tokens,
    outputTokens: row.output_tokens,
    webSearches: row.web_searches,
  };
  const { provider, model, at, speed } = row;
  const { priceId, costUsd } = pricer.price(provider, model, at, speed, usage);
  if (priceId === null || costUsd === null) {
    return false;
  }
  const missing = missingOutputTokens(row.written_characters, row.output_tokens);
  const whole = pricer.price(provider, model, at, speed, { ...usage, outputTokens: row.output_tokens + missing });
  database.run(
    `update fact_session_usage set price_id = ?, estimated_cost_usd = ?, estimated_missing_cost_usd = ?
     where response_key = ?`,
    [priceId, costUsd, missing === 0 ? null : (whole.costUsd ?? costUsd) - costUsd, row.response_key],
  );
  return true;
}

/**
 * Forgets all prices where the list is another one than the last time. Returns the sessions that lost one, also those
 * that get none in its place: their cost changed too. undefined: it is the same list. To be called in a transaction.
 */
export function adoptPriceList(database: Database, prices: PriceList): readonly number[] | undefined {
  return readSetting(database, 'price_list') === prices.version ? undefined : forgetPrices(database, prices.version);
}

function forgetPrices(database: Database, version: string): number[] {
  const priced = database.all<{ session_id: number }>(
    'select distinct session_id from fact_session_usage where price_id is not null',
  );
  database.run(
    'update fact_session_usage set price_id = null, estimated_cost_usd = null, estimated_missing_cost_usd = null',
  );
  database.run("delete from metadata_price where source = 'own price'");
  writeSetting(database, 'price_list', version);
  return priced.map((row) => row.session_id);
}

function priceId(database: Database, ids: Map<Price, number>, price: Price): number {
  const known = ids.get(price);
  if (known !== undefined) {
    return known;
  }
  const { rates } = price;
  database.run(
    `insert or ignore into metadata_price (model, speed, valid_from, source, is_override, input_per_million, cache_write_5m_per_million,
       cache_write_1h_per_million, cache_read_per_million, output_per_million, web_search_per_thousand, tiers)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[price.model, price.speed, price.validFrom, price.source, price.isOverride ? 1 : 0],
      ...[
        rates.input,
        rates.cacheWrite5m,
        rates.cacheWrite1h,
        rates.cacheRead,
        rates.output,
        price.webSearchPerThousand,
        JSON.stringify(price.tiers),
      ],
    ],
  );
  const made = database.get<{ id: number }>(
    'select price_id as id from metadata_price where model = ? and speed = ? and valid_from = ? and source = ?',
    [price.model, price.speed, price.validFrom, price.source],
  )?.id;
  if (made === undefined) {
    throw new Error(`no price row for ${price.model}`);
  }
  ids.set(price, made);
  return made;
}
