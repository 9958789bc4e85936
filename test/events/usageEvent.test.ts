import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../extension/engine/events/calendar';
import { sumUsage, type UsageSum } from '../../extension/engine/events/sessionEvent';
import { buildUsageEvents } from '../../extension/engine/events/usageEvent';
import { at, minutes } from '../support/given';
import { response, session } from './sessionInputs';

describe('usage by model and hour', () => {
  it('one event per model and local hour, with the day of the hour', () => {
    const events = buildUsageEvents(
      session({
        session: { sessionKey: 's', repositoryKey: 'r', branch: 'main' },
        usage: [
          response(0, { at: at('2026-03-01T22:59Z'), outputTokens: 1 }),
          response(0, { at: at('2026-03-01T23:00Z'), outputTokens: 2 }),
          response(0, { at: at('2026-03-01T23:59Z'), outputTokens: 4 }),
          response(0, { at: at('2026-03-01T23:59Z'), outputTokens: 8, model: 'b' }),
        ],
      }),
      createCalendar('Europe/Berlin'),
    );
    expect(events.map((row) => [row.hour_at, row.model, row.day, row.week, row.responses, row.output_tokens])).toEqual([
      [at('2026-03-01T22:00Z'), 'a', '2026-03-01', '2026-02-23', 1, 1],
      [at('2026-03-01T23:00Z'), 'a', '2026-03-02', '2026-03-02', 2, 6],
      [at('2026-03-01T23:00Z'), 'b', '2026-03-02', '2026-03-02', 1, 8],
    ]);
    expect(events[0]).toMatchObject({ session_key: 's', provider: 'claude-code', repository_key: 'r', branch: 'main' });
  });

  it('the hour that comes twice in autumn is two hours', () => {
    const usage = ['2026-10-25T00:30Z', '2026-10-25T01:30Z'].map((iso) => response(0, { at: at(iso) }));
    expect(buildUsageEvents(session({ usage }), createCalendar('Europe/Berlin'))).toHaveLength(2);
  });

  it('without a response there is no event', () => {
    expect(buildUsageEvents(session(), createCalendar('UTC'))).toEqual([]);
  });

  it('together they hold every response exactly once', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    // Quarters of a dollar add up exactly.
    const cost = fc.option(fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4));
    const responses = fc.array(
      fc.record({
        minute: fc.integer({ min: 0, max: 60 * 24 * 3 }),
        model: fc.constantFrom('a', 'b', 'c'),
        inputTokens: count,
        cacheWrite5mTokens: count,
        cacheWrite1hTokens: count,
        cacheReadTokens: count,
        outputTokens: count,
        reasoningTokens: count,
        webSearches: count,
        recordedCostUsd: cost,
        estimatedCostUsd: cost,
        isOutputUnderreported: fc.boolean(),
        missingOutputTokens: count,
        missingCostUsd: cost,
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(responses, fc.constantFrom('UTC', 'Asia/Kathmandu', 'Europe/Berlin'), (given, zone) => {
        const usage = given.map(({ minute, ...rest }) =>
          response(0, { ...rest, at: at('2026-03-28T00:00Z') + minutes(minute) }),
        );
        const events = buildUsageEvents(session({ usage }), createCalendar(zone));
        for (const [column, total] of Object.entries(sumUsage(usage))) {
          expect(
            events.reduce((sum, event) => sum + event[column as keyof UsageSum], 0),
            column,
          ).toBe(total);
        }
        expect(new Set(events.map((event) => `${event.model} ${event.hour_at}`)).size).toBe(events.length);
      }),
      { seed: 52, numRuns: 100 },
    );
  });
});
