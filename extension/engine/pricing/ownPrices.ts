import { createHash } from 'node:crypto';
import type { OwnPrice } from '../../../shared/prices';
import type { Price, PriceList } from './prices';

/**
 * The person's own prices before the list's: an own price wins for its model from its day on, at any speed; of several
 * the latest that holds.
 */
export function withOwnPrices(own: readonly OwnPrice[], list: PriceList): PriceList {
  if (own.length === 0) {
    return list;
  }
  const latestFirst = [...own].sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? 1 : -1));
  return {
    version: `${list.version}, own ${createHash('sha256').update(JSON.stringify(latestFirst)).digest('hex').slice(0, 16)}`,
    find: (provider, model, at, speed) => {
      const day = new Date(at).toISOString().slice(0, 10);
      const price = latestFirst.find((candidate) => candidate.model === model && (candidate.from ?? '') <= day);
      return price ? priceOf(price, speed) : list.find(provider, model, at, speed);
    },
  };
}

function priceOf(own: OwnPrice, speed: Price['speed']): Price {
  return {
    model: own.model,
    speed,
    validFrom: own.from ?? '',
    source: 'own price',
    isOverride: true,
    rates: {
      input: own.input,
      cacheWrite5m: own.cacheWrite5m ?? own.input * 1.25,
      cacheWrite1h: own.cacheWrite1h ?? own.input * 2,
      cacheRead: own.cacheRead ?? own.input * 0.1,
      output: own.output,
    },
    webSearchPerThousand: own.webSearch ?? 0,
    tiers: [],
  };
}
