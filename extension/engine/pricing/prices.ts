import { calcPrice, type ModelPrice, type PriceCalculation, type TieredPrices } from '@pydantic/genai-prices';
import { webSearchModel } from '../providers/facts';

/** USD per million tokens of each class. */
export interface Rates {
  input: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  output: number;
}

/** List price of a model from a day on. */
export interface Price {
  model: string;
  /** Anthropic sells some models at a higher speed for a multiple of the price. */
  speed: 'standard' | 'fast';
  /** First day, `YYYY-MM-DD`; '' from the beginning. */
  validFrom: string;
  /** Where it comes from: the price list with its version, or `override`. */
  source: string;
  isOverride: boolean;
  rates: Rates;
  /** USD per thousand searches. */
  webSearchPerThousand: number;
  /** Rates of the whole request once its input is over `start` tokens, ascending. */
  tiers: { start: number; rates: Rates }[];
}

/** What a request used; the input classes do not overlap. */
export interface PricedUsage {
  inputTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
  webSearches: number;
}

/** Prices of models by name and day. */
export interface PriceList {
  /** Changes whenever a price does: then everything is priced anew. */
  version: string;
  /** undefined: no price is known for that model and speed on that day; never zero. */
  find(provider: string, model: string, at: number, speed: Price['speed']): Price | undefined;
}

declare const __GENAI_PRICES_VERSION__: string | undefined;
const listName = `genai-prices ${typeof __GENAI_PRICES_VERSION__ === 'string' ? __GENAI_PRICES_VERSION__ : 'development'}`;

/** Which vendor's list an agent's models are looked up in first. */
const vendors: Readonly<Record<string, string>> = { 'claude-code': 'anthropic' };

/**
 * What the fast mode multiplies every token's price by. The list has no prices for it; these are Anthropic's, as in
 * LiteLLM's `provider_specific_entry.fast`. A model that is not here has no known fast price.
 */
const fastMultipliers: readonly (readonly [model: RegExp, multiplier: number])[] = [
  [/^claude-opus-4[-.][67]\b/, 6],
  [/^claude-opus-4[-.]8\b/, 2],
];

/**
 * Searches whose request no log holds: Anthropic's price of a thousand, the same for every model and since there is
 * the tool. What their tokens cost is not known.
 */
const webSearch: Price = {
  model: webSearchModel,
  speed: 'standard',
  validFrom: '',
  source: 'Anthropic, web search',
  isOverride: false,
  rates: { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0 },
  webSearchPerThousand: 10,
  tiers: [],
};

const dayMs = 86_400_000;

/** The list that ships with `@pydantic/genai-prices`: dated, with whole-request tiers, no network. */
export function bundledPrices(): PriceList {
  // Looking a name up in the list takes longer than writing the response it is for.
  const known = new Map<string, Price | undefined>();
  return {
    version: listName,
    find: (provider, model, at, speed) => {
      if (model === webSearchModel) {
        return webSearch;
      }
      const always = `${provider}\0${model}\0${speed}`;
      const thatDay = `${always}\0${Math.floor(at / dayMs)}`;
      const key = known.has(always) ? always : thatDay;
      if (known.has(key)) {
        return known.get(key);
      }
      const found = lookUp(vendors[provider], model, at);
      const price = atSpeed(found?.price, speed);
      known.set(found?.isDated ? thatDay : always, price);
      return price;
    },
  };
}

/** USD of one request: the tier is chosen by all of its input and holds for the whole request. */
export function costOf(price: Price, usage: PricedUsage): number {
  const input = usage.inputTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.cacheReadTokens;
  const rates = price.tiers.filter((tier) => input > tier.start).at(-1)?.rates ?? price.rates;
  const tokens =
    usage.inputTokens * rates.input +
    usage.cacheWrite5mTokens * rates.cacheWrite5m +
    usage.cacheWrite1hTokens * rates.cacheWrite1h +
    usage.cacheReadTokens * rates.cacheRead +
    usage.outputTokens * rates.output;
  return tokens / 1e6 + (usage.webSearches * price.webSearchPerThousand) / 1e3;
}

function atSpeed(price: Price | undefined, speed: Price['speed']): Price | undefined {
  if (!price || speed === 'standard') {
    return price;
  }
  const multiplier = fastMultipliers.find(([model]) => model.test(plainModelName(price.model)))?.[1];
  if (multiplier === undefined) {
    return undefined;
  }
  const times = (rates: Rates): Rates => ({
    input: rates.input * multiplier,
    cacheWrite5m: rates.cacheWrite5m * multiplier,
    cacheWrite1h: rates.cacheWrite1h * multiplier,
    cacheRead: rates.cacheRead * multiplier,
    output: rates.output * multiplier,
  });
  return {
    ...price,
    speed,
    rates: times(price.rates),
    tiers: price.tiers.map((tier) => ({ start: tier.start, rates: times(tier.rates) })),
  };
}

/** What the list says of a model; `isDated`: it says something else of other days. undefined: it does not know it. */
function lookUp(vendor: string | undefined, model: string, at: number): { price: Price; isDated: boolean } | undefined {
  const name = plainModelName(model);
  const found = calculate(name, at, vendor) ?? calculate(name, at, undefined);
  if (!found) {
    return undefined;
  }
  const prices = found.model_price;
  const starts = [
    ...new Set(
      Object.values(prices).flatMap((price) =>
        typeof price === 'object' ? price.tiers.map((tier) => tier.start) : [],
      ),
    ),
  ];
  const price: Price = {
    model,
    speed: 'standard',
    validFrom: validFrom(found),
    source: listName,
    isOverride: false,
    rates: ratesAt(prices, 0),
    webSearchPerThousand: valueAt(prices['web_searches_kcount'], 0) ?? 0,
    tiers: starts.sort((a, b) => a - b).map((start) => ({ start, rates: ratesAt(prices, start + 1) })),
  };
  return { price, isDated: Array.isArray(found.model.prices) };
}

function calculate(model: string, at: number, providerId: string | undefined): PriceCalculation | null {
  return calcPrice({ input_tokens: 1, output_tokens: 1 }, model, {
    timestamp: new Date(at),
    ...(providerId ? { providerId } : {}),
  });
}

/** The model's own name out of those that clouds give it: `us.anthropic.claude-…-v1:0` (Bedrock), `claude-…@20250101` (Vertex). */
function plainModelName(model: string): string {
  return model
    .replace(/^(?:[a-z-]+\.)?anthropic[./]/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace('@', '-')
    .replace(/\[1m\]$/, '');
}

function validFrom(found: PriceCalculation): string {
  const { prices } = found.model;
  const dated = Array.isArray(prices) ? prices.find((entry) => entry.prices === found.model_price) : undefined;
  return dated?.constraint?.type === 'start_date' ? dated.constraint.start_date : '';
}

/** A class without a price of its own costs what plain input costs; one-hour cache writes cost 1.6 times the others (Anthropic's list). */
function ratesAt(prices: ModelPrice, inputTokens: number): Rates {
  const input = valueAt(prices['input_mtok'], inputTokens) ?? 0;
  const cacheWrite5m = valueAt(prices['cache_write_mtok'], inputTokens) ?? input;
  const hasCacheWrite = prices['cache_write_mtok'] !== undefined;
  return {
    input,
    cacheWrite5m,
    cacheWrite1h: valueAt(prices['cache_write_1h_mtok'], inputTokens) ?? (hasCacheWrite ? cacheWrite5m * 1.6 : input),
    cacheRead: valueAt(prices['cache_read_mtok'], inputTokens) ?? input,
    output: valueAt(prices['output_mtok'], inputTokens) ?? 0,
  };
}

function valueAt(price: number | TieredPrices | undefined, inputTokens: number): number | undefined {
  if (typeof price !== 'object') {
    return price;
  }
  return price.tiers.filter((tier) => inputTokens > tier.start).at(-1)?.price ?? price.base;
}
