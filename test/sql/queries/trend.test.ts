import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { ask, columns, emptyDatabase } from '../../support/schema';

describe('trend.compare', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  const compare = (now: number | null, of: number | null, before: number | null, ofBefore: number | null) => {
    const asked = { now_numerator: now, now_denominator: of, before_numerator: before, before_denominator: ofBefore };
    return columns(ask(database, 'trend.compare', asked), 'difference verdict')[0] ?? [];
  };

  // By hand, 30/100 against 20/100: p = 0.25, variance = 0.25 × 0.75 × (1/100 + 1/100) = 0.00375, z = 0.1 / 0.0612 = 1.633.
  // 34/100 against 20/100: p = 0.27, variance = 0.27 × 0.73 × 0.02 = 0.003942, z = 0.14 / 0.0628 = 2.230.
  it.each([
    [30, 100, 20, 100, 0.1, 'noise'],
    [34, 100, 20, 100, 0.14, 'up'],
    [20, 100, 34, 100, -0.14, 'down'],
    // 33 and 20: z = 0.13 / sqrt(0.265 × 0.735 × 0.02) = 2.083; 32 and 20: z = 0.12 / sqrt(0.26 × 0.74 × 0.02) = 1.934
    [33, 100, 20, 100, 0.13, 'up'],
    [32, 100, 20, 100, 0.12, 'noise'],
    [5, 5, 0, 5, 1, 'up'],
    [1, 2, 0, 2, 0.5, 'noise'],
    [0, 10, 0, 20, 0, 'noise'],
    [10, 10, 20, 20, 0, 'noise'],
    [7, 10, 7, 10, 0, 'noise'],
    [0, 0, 5, 10, null, null],
    [5, 10, 0, 0, null, null],
    [null, null, 5, 10, null, null],
  ])('%s of %s now, %s of %s before', (now, of, before, ofBefore, difference, verdict) => {
    const [actual, said] = compare(now, of, before, ofBefore);
    expect(said).toBe(verdict);
    if (difference === null) {
      expect(actual).toBeNull();
    } else {
      expect(actual).toBeCloseTo(difference, 12);
    }
  });

  it('is the textbook test', () => {
    const share = fc
      .integer({ min: 1, max: 400 })
      .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
    fc.assert(
      fc.property(share, share, ([now, of], [before, ofBefore]) => {
        const pooled = (now + before) / (of + ofBefore);
        const z = (now / of - before / ofBefore) / Math.sqrt(pooled * (1 - pooled) * (1 / of + 1 / ofBefore));
        fc.pre(Math.abs(Math.abs(z) - 1.96) > 1e-9);
        expect(compare(now, of, before, ofBefore)[1]).toBe(z > 1.96 ? 'up' : z < -1.96 ? 'down' : 'noise');
      }),
      { seed: 81, numRuns: 300 },
    );
  });
});
