import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../ingest/ingestHarness';
import { type Comparison, compare } from './compare';
import { command, documentOf, notExplained } from './document';
import { differences, type Figures, isNothing, nothing, plus, totalOf } from './figures';

const data = join(projectRoot, '..', 'shared', 'data');
const isThere = existsSync(join(data, 'home/.claude/projects')) && existsSync(join(data, 'expected'));

describe.skipIf(!isThere)('ccusage beside Paceflow on real logs (skipped without ../shared/data)', () => {
  let comparison: Comparison;
  beforeAll(async () => {
    comparison = await compare(realpathSync(join(data, 'home')), join(data, 'expected'));
    // The logs are read four times, slowly: on a busy machine longer than other tests take.
  }, 300_000);

  /** ccusage prints no number of responses. */
  const withoutResponses = (figures: Figures): Figures =>
    new Map([...figures].map(([name, sums]) => [name, { ...sums, responses: 0 }]));

  it.each(['byDay', 'bySession'] as const)('%s, the rules that we take for its own give its figures', (grain) => {
    expect(comparison.printed[grain].size).toBeGreaterThanOrEqual(30);
    expect(differences(withoutResponses(comparison.ruled[grain]), comparison.printed[grain], '')).toEqual([]);
  });

  it.each(['byDay', 'bySession'] as const)('%s, our tokens and cost are its own and what our rules change', (grain) => {
    const changed = new Map(comparison.ruled[grain]);
    for (const { name, sums } of comparison.differences[grain])
      changed.set(name, plus(changed.get(name) ?? nothing, sums));
    expect(differences(changed, comparison.ours[grain], '')).toEqual([]);
    expect(comparison.ours.unpricedResponses).toBe(0);
  });

  const found = (grain: 'byDay' | 'bySession', rule: string) =>
    comparison.differences[grain].filter((difference) => difference.rule === rule);

  it('by day, only what the -fixture project repeats and searches differ', () => {
    expect(comparison.differences.byDay.map(({ name, rule }) => `${name} ${rule}`)).toEqual([
      '2025-05-20 webSearch',
      '2025-05-22 webSearch',
      '2025-06-07 webSearch',
      '2025-09-29 request',
      '2026-02-07 request',
      '2026-02-08 request',
    ]);
  });

  it.each(['byDay', 'bySession'] as const)('%s, 9 calls of WebSearch add the price of 17 searches', (grain) => {
    const added = totalOf(found(grain, 'webSearch').map(({ sums }) => sums));
    expect(added).toEqual({ ...nothing, responses: 9, usd: expect.closeTo(0.17) });
  });

  it('by session, two forks give to their owners what they copied', () => {
    const moved = found('bySession', 'copy').map(({ name, sums }) => [name.slice(0, 8), sums.output]);
    expect(moved).toEqual([
      ['493c22a8', -36_804],
      ['b02ed4d8', -52],
      ['c8bcb3a7', 52],
      ['dcce4143', 36_804],
    ]);
    expect(isNothing(totalOf(found('bySession', 'copy').map(({ sums }) => sums)))).toBe(true);
  });

  it('by session, agent_progress adds to three', () => {
    const added = found('bySession', 'progress');
    expect(added.map(({ name }) => name.slice(0, 8))).toEqual(['60b38d1e', '6dccd523', 'b4dcf65c']);
    expect(totalOf(added.map(({ sums }) => sums))).toMatchObject({ output: 176, cacheRead: 1_280_527 });
    expect(comparison.differences.bySession).toHaveLength(13);
  });

  it(`docs/comparison-ccusage.md says so; "${command}" writes it`, () => {
    const page = join(projectRoot, 'docs/comparison-ccusage.md');
    if (process.env.UPDATE_GOLDENS === '1') writeFileSync(page, documentOf(comparison));
    expect(documentOf(comparison)).not.toContain(notExplained);
    expect(readFileSync(page, 'utf8')).toBe(documentOf(comparison));
  });
});
