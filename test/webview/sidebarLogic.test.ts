import { describe, expect, test } from 'vitest';
import { createFormat } from '../../shared/format';
import type { SidebarMetric } from '../../shared/sidebar';
import { barRows, seriesOf, ticksTo } from '../../webview/sidebar/charts/series';
import { firstPage, nextPage } from '../../webview/sidebar/state/pageState';
import { readRemembered } from '../../webview/sidebar/state/remembered';
import { beforeText, madeOfText, trendOf, valueText } from '../../webview/sidebar/text/metricText';
import { agoText, sessionCost, sessionTitle } from '../../webview/sidebar/text/words';
import { full, now, sessionRows, states, weeks } from './states';

const format = createFormat('en-GB');

function metricNamed(name: string, groups = full.groups): SidebarMetric {
  const found = groups.flatMap((group) => group.metrics).find((metric) => metric.metric === name);
  if (!found) {
    throw new Error(`no metric ${name}`);
  }
  return found;
}

describe('texts of a metric', () => {
  test('noise is said, not signed', () => {
    expect(trendOf(metricNamed('session_to_commit'), format)).toMatchObject({ text: '≈ before', tone: 'neutral' });
    expect(beforeText(metricNamed('session_to_commit'), format)).toBe('69%, 20 of 29 sessions, within noise');
  });

  test.each([
    ['up', 'better'],
    ['down', 'worse'],
    [null, 'neutral'],
  ] as const)('a share that rose where %s is good is %s', (better, tone) => {
    expect(trendOf({ ...metricNamed('debug_loops'), better }, format)?.tone).toBe(tone);
  });

  test('nothing to compare with, nothing said', () => {
    expect(trendOf({ ...metricNamed('spend'), before: null }, format)).toBeNull();
    expect(trendOf({ ...metricNamed('spend'), value: null }, format)).toBeNull();
  });

  test('too few for a rate are counted instead', () => {
    const few = metricNamed('session_to_commit', states.sparse.groups);
    expect([valueText(few, format), madeOfText(few, format)]).toEqual(['1 of 4', 'sessions, too few to judge']);
  });
});

describe('words', () => {
  test.each([
    [5_000, 'just now'],
    [60_000, '1 minute ago'],
    [59 * 60_000, '59 minutes ago'],
    [90 * 60_000, '1 hour ago'],
    [-5_000, 'just now'],
  ])('%i ms before is %s', (before, text) => {
    expect(agoText(now - before, now, format)).toBe(text);
  });

  test('a blank title is no title', () => {
    const titles = sessionRows.kind === 'sessions' ? sessionRows.rows.map(sessionTitle) : [];
    expect(titles.slice(4, 6)).toEqual(['Untitled session in relay', 'Untitled session']);
  });
});

describe('cost of a session in a list', () => {
  const rows = sessionRows.kind === 'sessions' ? sessionRows.rows : [];
  const noPrice = '3 responses have no price';
  const missing = { estimated_missing_output_tokens: 51_000, estimated_missing_cost_usd: 0.765 };

  test.each([
    [{}, '$3.67', ''],
    [{ cost_usd: 0, tokens: 0 }, '–', 'no tokens in its log'],
    [{ unpriced_responses: 3 }, 'over $3.67', noPrice],
    [{ unpriced_responses: 3, cost_usd: 0 }, 'no price', noPrice],
    [missing, 'over $3.67', 'not logged: about 51k output tokens, about $0.77'],
    [{ ...missing, estimated_missing_cost_usd: 0 }, '$3.67', 'not logged: about 51k output tokens'],
    [
      { ...missing, unpriced_responses: 3 },
      'over $3.67',
      `${noPrice}; not logged: about 51k output tokens, about $0.77`,
    ],
    [
      { ...missing, estimated_missing_cost_usd: 0, unpriced_responses: 3, cost_usd: 0 },
      'no price',
      `${noPrice}; not logged: about 51k output tokens`,
    ],
  ])('%j: %s', (changes, text, title) => {
    const [plain] = rows;
    expect(plain && sessionCost({ ...plain, ...changes }, format)).toEqual({ text, title });
  });
});

describe('cost chart', () => {
  test('ticks start at zero, are three to five, and reach the highest value', () => {
    for (let highest = 0.001; highest < 50_000; highest *= 1.13) {
      const ticks = ticksTo(highest);
      expect(ticks[0]).toBe(0);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
    }
  });

  test('"other" has no number of its own', () => {
    expect(seriesOf(['a', 'b', 'other']).map((each) => each.wear)).toEqual([1, 2, 'other']);
  });

  test('the week under way is marked', () => {
    expect(barRows(weeks.cost_by_day, weeks.to).map((row) => row.isPartial)).toEqual([...Array(12).fill(false), true]);
    expect(barRows(full.cost_by_day, full.to).some((row) => row.isPartial)).toBe(false);
  });
});

describe('page', () => {
  const pushed = (state: (typeof states)[keyof typeof states] | typeof full, reading: boolean) =>
    ({ type: 'pushed', reading, push: { type: 'state', state, locale: 'en' } }) as const;
  const shown = nextPage(firstPage, pushed(full, false));

  test('newer numbers wait while something is read', () => {
    const newer = { ...full, data_version: 8 };
    expect(nextPage(shown, pushed(newer, true))).toMatchObject({
      current: { data_version: 7 },
      waiting: { data_version: 8 },
    });
    expect(nextPage(nextPage(shown, pushed(newer, true)), { type: 'showWaiting' })).toMatchObject({
      current: { data_version: 8 },
      waiting: null,
    });
    expect(nextPage(shown, pushed(newer, false))).toMatchObject({ current: { data_version: 8 }, waiting: null });
  });

  test('another scope never waits', () => {
    expect(nextPage(shown, pushed({ ...full, data_version: 8, range: 7 }, true))).toMatchObject({
      current: { range: 7 },
      waiting: null,
    });
  });

  test('an error keeps the last numbers', () => {
    expect(nextPage(shown, pushed(states.error, false))).toMatchObject({ current: { state: 'error' }, last: full });
  });

  test('what was kept is checked', () => {
    expect(readRemembered({ expanded: 3 })).toEqual({ expanded: [], hidden: [], costAs: 'chart' });
    expect(readRemembered({ expanded: ['spend'], hidden: [], costAs: 'table' }).expanded).toEqual(['spend']);
  });
});
