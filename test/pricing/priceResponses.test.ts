import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { priceResponses } from '../../extension/engine/ingest/priceResponses';
import { atOnce } from '../../extension/engine/ingest/slices';
import type { Price, PriceList } from '../../extension/engine/pricing/prices';
import { given } from '../support/given';
import { key } from '../support/givenFacts';
import { columns, emptyDatabase, type Row } from '../support/schema';

const price: Price = {
  model: 'model-1',
  speed: 'standard',
  validFrom: '2026-01-01',
  source: 'list 1',
  isOverride: false,
  rates: { input: 1, cacheWrite5m: 2, cacheWrite1h: 4, cacheRead: 8, output: 16 },
  webSearchPerThousand: 1000,
  tiers: [],
};
/** Knows model-1 only. */
const list: PriceList = { version: '1', find: (_, model) => (model === 'model-1' ? price : undefined) };
const nothing: PriceList = { version: '1', find: () => undefined };

/** Session 1 with two responses of model-1, session 2 with one of a model without a price. */
async function responses(): Promise<Database> {
  const database = await emptyDatabase();
  given(database, 'metadata_session', [{}, {}]);
  given(database, 'metadata_source', [{}]);
  given(database, 'metadata_model', [{}, {}]);
  const million = 1_000_000;
  given(database, 'fact_session_usage', [
    { input_tokens: million, cache_write_5m_tokens: million, cache_write_1h_tokens: million },
    { cache_read_tokens: million, output_tokens: million, web_searches: 1 },
    { session_id: 2, model_id: 2, output_tokens: million },
  ]);
  return database;
}
const shown = (database: Database) =>
  columns(
    database.all<Row>('select * from fact_session_usage order by response_key'),
    'session_id price_id estimated_cost_usd',
  );

describe('pricing responses', () => {
  it('gives each its price and cost, and says whose cost changed', async () => {
    const database = await responses();
    expect(atOnce(priceResponses(database, list, 'all'))).toEqual(new Set([1]));
    expect(shown(database)).toEqual([
      [1, 1, 7],
      [1, 1, 25],
      [2, null, null],
    ]);
  });

  it('writes the price down once, with all that it was made of', async () => {
    const database = await responses();
    atOnce(priceResponses(database, list, 'all'));
    expect(
      columns(
        database.all<Row>('select * from metadata_price'),
        'model valid_from source is_override input_per_million cache_write_5m_per_million cache_write_1h_per_million cache_read_per_million output_per_million web_search_per_thousand tiers',
      ),
    ).toEqual([['model-1', '2026-01-01', 'list 1', 0, 1, 2, 4, 8, 16, 1000, '[]']]);
  });

  it('leaves what has a price alone, and prices the rest as soon as one is known', async () => {
    const database = await responses();
    expect(atOnce(priceResponses(database, nothing, 'all'))).toEqual(new Set());
    atOnce(priceResponses(database, list, 'all'));
    const before = shown(database);
    const dearer: PriceList = {
      version: '1',
      find: (_, model) => ({ ...price, model, source: 'list 2', webSearchPerThousand: 9 }),
    };
    expect(atOnce(priceResponses(database, dearer, 'all'))).toEqual(new Set([2]));
    expect(shown(database)).toEqual([...before.slice(0, 2), [2, 2, 16]]);
    expect(atOnce(priceResponses(database, dearer, 'all'))).toEqual(new Set());
  });

  it('prices everything anew where the list is another one, also what then has no price', async () => {
    const database = await responses();
    atOnce(priceResponses(database, list, 'all'));
    const dearer: PriceList = { version: '2', find: () => undefined };
    expect(atOnce(priceResponses(database, dearer, 'all'))).toEqual(new Set([1]));
    expect(shown(database)).toEqual([
      [1, null, null],
      [1, null, null],
      [2, null, null],
    ]);
  });

  it('writes what output that the log misses would cost beside the cost, by the tier of the whole request', async () => {
    const database = await emptyDatabase();
    given(database, 'metadata_session', [{}]);
    given(database, 'metadata_source', [{}]);
    given(database, 'metadata_model', [{}]);
    const million = 1_000_000;
    given(database, 'fact_session_usage', [
      { output_tokens: million, is_output_underreported: 1 },
      { output_tokens: million, is_output_underreported: 1, input_tokens: million },
      { output_tokens: 3 * million, is_output_underreported: 1 },
      { output_tokens: million },
    ]);
    given(
      database,
      'fact_session_response_part',
      [1, 2, 3, 4].flatMap((n) => [
        { response_key: key(n), record_key: key(100 + n), characters: 3 * million },
        { response_key: key(n), record_key: key(200 + n), characters: 5 * million },
      ]),
    );
    const tiered = { ...price, tiers: [{ start: 1, rates: { ...price.rates, output: 32 } }] };
    atOnce(priceResponses(database, { version: '1', find: () => tiered }, 'all'));
    const rows = database.all<Row>('select * from fact_session_usage order by response_key');
    expect(columns(rows, 'output_tokens estimated_cost_usd estimated_missing_cost_usd')).toEqual([
      [million, 16, 16],
      [million, 33, 32],
      [3 * million, 48, null],
      [million, 16, null],
    ]);
    atOnce(priceResponses(database, { version: '2', find: () => undefined }, 'all'));
    expect(database.all('select distinct estimated_missing_cost_usd as cost from fact_session_usage')).toEqual([
      { cost: null },
    ]);
  });
});
