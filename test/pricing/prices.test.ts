import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { withOwnPrices } from '../../extension/engine/pricing/ownPrices';
import { bundledPrices, costOf, type PricedUsage } from '../../extension/engine/pricing/prices';
import { at } from '../support/given';

const prices = bundledPrices();
const million = 1_000_000;

const usage = (given: Partial<PricedUsage> = {}): PricedUsage => ({
  inputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
  webSearches: 0,
  ...given,
});

/** What the price list itself says of a request: its input holds all classes, and cache writes hold both kinds. */
function listed(model: string, instant: number, used: PricedUsage): number {
  const writes = used.cacheWrite5mTokens + used.cacheWrite1hTokens;
  const price = calcPrice(
    {
      input_tokens: used.inputTokens + writes + used.cacheReadTokens,
      cache_write_tokens: writes,
      cache_write_1h_tokens: used.cacheWrite1hTokens,
      cache_read_tokens: used.cacheReadTokens,
      output_tokens: used.outputTokens,
      web_searches: used.webSearches,
    },
    model,
    { providerId: 'anthropic', timestamp: new Date(instant) },
  );
  if (!price) {
    throw new Error(`the list does not know ${model}`);
  }
  return price.total_price;
}

/** What one request costs here; undefined: no price. */
function cost(model: string, iso: string, used: PricedUsage): number | undefined {
  const price = prices.find('claude-code', model, at(iso), 'standard');
  return price && costOf(price, used);
}

const models = [
  'claude-sonnet-4-5-20250929',
  'claude-sonnet-4-5',
  'claude-sonnet-4-20250514',
  'claude-opus-4-6',
  'claude-opus-4-5-20251101',
  'claude-opus-4-1-20250805',
  'claude-haiku-4-5-20251001',
  'claude-3-5-haiku-20241022',
  'claude-3-7-sonnet-20250219',
];
const instants = ['2025-06-01T12:00Z', '2026-03-12T23:59:59.999Z', '2026-03-13T00:00Z', '2026-10-01T00:00Z'];
const usages: [string, PricedUsage][] = [
  ['plain', usage({ inputTokens: 1000, outputTokens: 500 })],
  ['output only', usage({ outputTokens: 123_456 })],
  ['five-minute cache writes', usage({ inputTokens: 3, cacheWrite5mTokens: 20_000, outputTokens: 1 })],
  ['one-hour cache writes', usage({ inputTokens: 3, cacheWrite1hTokens: 20_000, outputTokens: 1 })],
  ['both cache writes', usage({ cacheWrite5mTokens: 11_000, cacheWrite1hTokens: 7_000, cacheReadTokens: 90_000 })],
  ['cache reads', usage({ inputTokens: 5, cacheReadTokens: 150_000, outputTokens: 900 })],
  ['searches', usage({ inputTokens: 5, outputTokens: 900, webSearches: 3 })],
  ['exactly 200k', usage({ inputTokens: 200_000, outputTokens: 10 })],
  ['just over 200k', usage({ inputTokens: 200_001, outputTokens: 10 })],
  [
    'over 200k by all classes',
    usage({
      inputTokens: 1,
      cacheReadTokens: 199_000,
      cacheWrite5mTokens: 600,
      cacheWrite1hTokens: 400,
      outputTokens: 10,
    }),
  ],
  [
    'exactly 200k by all classes',
    usage({ cacheReadTokens: 199_000, cacheWrite5mTokens: 600, cacheWrite1hTokens: 400, outputTokens: 10 }),
  ],
  ['much output, little input', usage({ inputTokens: 10, outputTokens: 300_000 })],
  [
    'far over 200k',
    usage({ inputTokens: 10, cacheReadTokens: 900_000, cacheWrite1hTokens: 50_000, outputTokens: 9000 }),
  ],
  ['nothing', usage()],
];

describe.each(models)('%s costs what the list says', (model) => {
  it.each(instants.flatMap((iso) => usages.map(([name, used]) => [iso, name, used] as const)))(
    '%s: %s',
    (iso, _, used) => {
      expect(cost(model, iso, used)).toBeCloseTo(listed(model, at(iso), used), 10);
    },
  );
});

/** Prices read off Anthropic's page, so that the list and we cannot be wrong together. */
describe('known prices in USD', () => {
  it.each<[string, string, Partial<PricedUsage>, number]>([
    ['claude-sonnet-4-5', '2026-01-01T00:00Z', { inputTokens: 200_000 }, 0.6],
    ['claude-sonnet-4-5', '2026-01-01T00:00Z', { inputTokens: 200_001 }, 1.200006],
    ['claude-sonnet-4-5', '2026-01-01T00:00Z', { outputTokens: million }, 15],
    ['claude-sonnet-4-5', '2026-01-01T00:00Z', { inputTokens: 200_001, outputTokens: million }, 23.700006],
    ['claude-opus-4-6', '2026-03-12T23:59Z', { inputTokens: million }, 10],
    ['claude-opus-4-6', '2026-03-13T00:00Z', { inputTokens: million }, 5],
    ['claude-opus-4-6', '2026-03-13T00:00Z', { cacheWrite5mTokens: million }, 6.25],
    ['claude-opus-4-6', '2026-03-13T00:00Z', { cacheWrite1hTokens: million }, 10],
    ['claude-opus-4-6', '2026-03-13T00:00Z', { cacheReadTokens: million }, 0.5],
    ['claude-opus-4-6', '2026-03-13T00:00Z', { webSearches: 1000 }, 10],
    ['web-search', '2025-05-20T00:00Z', { webSearches: 17 }, 0.17],
    ['claude-3-5-haiku-20241022', '2025-01-01T00:00Z', { inputTokens: million, outputTokens: million }, 4.8],
  ])('%s on %s: %j is %d', (model, iso, used, expected) => {
    expect(cost(model, iso, usage(used))).toBeCloseTo(expected, 10);
  });
});

describe('names', () => {
  const same = (a: string, b: string) => {
    const used = usage({ inputTokens: 250_000, cacheWrite1hTokens: 1000, cacheReadTokens: 5000, outputTokens: 700 });
    expect(cost(b, '2026-04-01T00:00Z', used)).toBeGreaterThan(0);
    expect(cost(a, '2026-04-01T00:00Z', used)).toBe(cost(b, '2026-04-01T00:00Z', used));
  };

  it.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
    ['eu.anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1-20250805'],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5-20251001'],
    ['us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude-3-7-sonnet-20250219'],
    ['anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
    ['anthropic/claude-opus-4-6', 'claude-opus-4-6'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1-20250805'],
    ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5'],
  ])('%s is %s', same);

  it.each(['<synthetic>', 'mystery-1', '', 'claude', 'claude-', 'arn:aws:bedrock:us-east-1:1:inference-profile/x'])(
    'an unknown model has no price, not one of zero: %j',
    (model) => expect(prices.find('claude-code', model, at('2026-04-01T00:00Z'), 'standard')).toBeUndefined(),
  );

  it('a model of another vendor is found in its own list', () => {
    expect(cost('gpt-5', '2026-04-01T00:00Z', usage({ inputTokens: million }))).toBeGreaterThan(0);
    expect(prices.find('some-agent', 'claude-opus-4-6', at('2026-04-01T00:00Z'), 'standard')?.rates.input).toBe(5);
  });
});

describe('the fast mode', () => {
  it.each([
    ['claude-opus-4-6', 6],
    ['claude-opus-4-7', 6],
    ['claude-opus-4-8-20260601', 2],
  ])('multiplies every token of %s by %i, and no search', (model, multiplier) => {
    const find = (speed: 'standard' | 'fast') => prices.find('claude-code', model, at('2026-07-01T00:00Z'), speed);
    const [plain, fast] = [find('standard'), find('fast')];
    expect(fast?.rates.output).toBe((plain?.rates.output ?? 0) * multiplier);
    expect(fast?.rates.cacheRead).toBe((plain?.rates.cacheRead ?? 0) * multiplier);
    expect(fast?.webSearchPerThousand).toBe(plain?.webSearchPerThousand);
    expect(fast?.speed).toBe('fast');
  });

  it('has no price where no multiple of it is known', () => {
    expect(prices.find('claude-code', 'claude-opus-5', at('2026-07-01T00:00Z'), 'fast')).toBeUndefined();
  });
});

describe('own prices', () => {
  const own = withOwnPrices(
    [
      { model: 'internal-1', input: 2, output: 8 },
      { model: 'internal-1', from: '2026-06-01', input: 3, output: 9, cacheRead: 1 },
    ],
    prices,
  );
  const find = (model: string, iso: string) => own.find('claude-code', model, at(iso), 'standard');

  it('price a model that the list does not know, from their day on', () => {
    expect(find('internal-1', '2026-05-31T23:59Z')?.rates).toEqual({
      input: 2,
      cacheWrite5m: 2.5,
      cacheWrite1h: 4,
      cacheRead: 0.2,
      output: 8,
    });
    expect(find('internal-1', '2026-06-01T00:00Z')?.rates).toMatchObject({ input: 3, output: 9, cacheRead: 1 });
    expect(find('internal-1', '2026-06-01T00:00Z')).toMatchObject({ isOverride: true, source: 'own price' });
  });

  it('leave all other models to the list', () => {
    expect(find('claude-opus-5', '2026-06-01T00:00Z')?.isOverride).toBe(false);
    expect(own.version).not.toBe(prices.version);
    expect(withOwnPrices([], prices)).toBe(prices);
  });
});

describe('the price that is written down', () => {
  const find = (model: string, iso: string) => prices.find('claude-code', model, at(iso), 'standard');

  it.each([
    ['claude-opus-4-6', '2026-03-12T12:00Z', '', 1],
    ['claude-opus-4-6', '2026-03-13T12:00Z', '2026-03-13', 0],
    ['claude-opus-4-6', '2026-09-01T12:00Z', '2026-03-13', 0],
    ['claude-sonnet-4-5', '2026-09-01T12:00Z', '', 1],
  ])('%s on %s holds from %j, with %i tiers', (model, iso, validFrom, tiers) => {
    const price = find(model, iso);
    expect([price?.validFrom, price?.tiers.length, price?.isOverride]).toEqual([validFrom, tiers, false]);
    expect(price?.source).toMatch(/^genai-prices /);
  });

  it('is under the name of the log, whatever the list calls it', () => {
    expect(find('us.anthropic.claude-opus-4-6-v1', '2026-04-01T00:00Z')?.model).toBe('us.anthropic.claude-opus-4-6-v1');
  });

  it('has the tier that begins over 200k', () => {
    expect(find('claude-sonnet-4-5', '2026-04-01T00:00Z')?.tiers).toEqual([
      { start: 200_000, rates: { input: 6, cacheWrite5m: 7.5, cacheWrite1h: 12, cacheRead: 0.6, output: 22.5 } },
    ]);
  });

  it('prices one day by one price, however often it is asked', () => {
    expect(find('claude-opus-4-6', '2026-04-01T01:00Z')).toBe(find('claude-opus-4-6', '2026-04-01T23:00Z'));
  });
});
