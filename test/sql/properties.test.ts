import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { buildEvents } from '../../extension/engine/ingest/buildEvents';
import { type Reference, readReference } from '../reference/bruteForceFacts';
import {
  commitMetrics,
  costMetrics,
  costRow,
  groupOf,
  isChosen,
  type ReferenceFilters,
  sessionMetrics,
} from '../reference/bruteForceMetrics';
import { createRandom } from '../support/random';
import { grownWorld } from '../support/randomWorld';
import { readFactRows } from '../support/readFactRows';
import { type Asked, ask, emptyDatabase, type Row } from '../support/schema';
import { worldBranches, worldModels, worldProviders, worldRepositories } from '../support/world';

const sessionGroups = [
  'none',
  'day',
  'week',
  'provider',
  'model',
  'repository',
  'branch',
  'session',
  'period',
] as const;
const commitGroups = ['none', 'day', 'week', 'repository', 'period'] as const;
const worlds = [
  { seed: 61, zone: 'Europe/Berlin' },
  { seed: 62, zone: 'Asia/Kathmandu' },
];

const day = fc
  .integer({ min: 0, max: 50 })
  .map((count) => new Date(Date.UTC(2026, 1, 27 + count)).toISOString().slice(0, 10));
const some = (values: readonly string[]) => fc.option(fc.subarray([...values, 'nowhere']), { freq: 2 });
const filters: fc.Arbitrary<ReferenceFilters> = fc.record({
  from: fc.option(day),
  to: fc.option(day),
  repositories: some(worldRepositories),
  providers: some(worldProviders),
  models: some(worldModels),
  branches: some(worldBranches),
});
const noFilters: ReferenceFilters = {
  from: null,
  to: null,
  repositories: null,
  providers: null,
  models: null,
  branches: null,
};

describe.each(worlds)('world $seed in $zone', ({ seed, zone }) => {
  let database: Database;
  let reference: Reference;
  beforeAll(async () => {
    database = await emptyDatabase(zone);
    grownWorld(database, createRandom(seed), 300);
    buildEvents(database, { sessions: 'all', commits: 'all', logs: 'all' }, 1);
    reference = readReference(readFactRows(database), zone);
  });

  it('is one in which everything occurs', () => {
    expect(reference.sessions.length).toBeGreaterThan(25);
    expect(reference.responses.length).toBeGreaterThan(100);
    expect(reference.commits.filter((commit) => commit.isLinked).length).toBeGreaterThan(3);
    const [all] = ask(database, 'cost.report', { group_by: 'none' });
    expect(all?.['linked_cost_usd']).toBeGreaterThan(1);
    expect(all?.['unlinked_cost_usd']).toBeGreaterThan(1);
    const { ai_share, ai_heavy } = commitMetrics(reference.commits);
    expect(ai_heavy?.[1]).toBeGreaterThan(2);
    expect(ai_share?.[0]).toBeGreaterThan(0.1);
    expect(reference.commits.filter((commit) => commit.isCounted && commit.share === null).length).toBeGreaterThan(1);
    const committing = reference.sessions.filter((session) => session.couldCommit);
    expect(new Set(committing.map((session) => session.isCommittedSoon)).size).toBe(2);
    expect(costRow(reference.responses)['estimated_missing_output_tokens']).toBeGreaterThan(10_000);
    const metrics = sessionMetrics(reference.sessions);
    for (const [name, [value]] of Object.entries(metrics)) {
      expect(value, name).toBeGreaterThan(0);
    }
    expect(
      new Set(reference.sessions.map((session) => [session.asks, session.isPlanOnly, session.hasOutput].join())).size,
    ).toBeGreaterThan(4);
  });

  const everyCase = (
    groups: readonly string[],
    property: (chosen: ReferenceFilters, groupBy: string, pivot: string) => void,
  ) =>
    fc.assert(fc.property(filters, fc.constantFrom(...groups), day, property), {
      seed,
      numRuns: 150,
      examples: groups.map((group) => [noFilters, group, '2026-03-20']),
    });

  const grouped = <Item>(items: Item[], group: (item: Item) => string, always: string[]): Map<string, Item[]> => {
    const groups = new Map<string, Item[]>(always.map((name) => [name, []]));
    for (const item of items) {
      groups.set(group(item), [...(groups.get(group(item)) ?? []), item]);
    }
    return groups;
  };
  const alwaysThere = (groupBy: string) =>
    groupBy === 'none' ? ['all'] : groupBy === 'period' ? ['before', 'now'] : [];

  it('session.metrics equals a count by hand, whatever is chosen', () => {
    everyCase(sessionGroups, (chosen, groupBy, pivot) => {
      const own = reference.sessions.filter((session) => isChosen(session, chosen));
      const groups = grouped(own, (row) => groupOf(row, row.key, groupBy, pivot), alwaysThere(groupBy));
      expectMetrics(
        ask(database, 'session.metrics', { ...asked(chosen), group_by: groupBy, pivot }),
        groups,
        sessionMetrics,
      );
    });
  });

  it('cost.metrics equals a count by hand, whatever is chosen', () => {
    everyCase(sessionGroups, (chosen, groupBy, pivot) => {
      const own = reference.responses.filter((response) => isChosen(response, chosen));
      const groups = grouped(own, (row) => groupOf(row, row.session, groupBy, pivot), alwaysThere(groupBy));
      expectMetrics(ask(database, 'cost.metrics', { ...asked(chosen), group_by: groupBy, pivot }), groups, costMetrics);
    });
  });

  it('commit.metrics equals a count by hand, whatever is chosen', () => {
    everyCase(commitGroups, (all, groupBy, pivot) => {
      const chosen = { ...noFilters, from: all.from, to: all.to, repositories: all.repositories };
      const attributes = (commit: Reference['commits'][number]) => ({
        ...commit,
        provider: '',
        branch: null,
        model: null,
      });
      const own = reference.commits.filter((commit) => commit.isCounted && isChosen(attributes(commit), chosen));
      const groups = grouped(own, (row) => groupOf(attributes(row), '', groupBy, pivot), alwaysThere(groupBy));
      const { from, to, repositories } = chosen;
      expectMetrics(
        ask(database, 'commit.metrics', { from, to, repositories, group_by: groupBy, pivot }),
        groups,
        commitMetrics,
      );
    });
  });

  it('cost.report equals a count by hand, whatever is chosen', () => {
    everyCase(sessionGroups, (chosen, groupBy, pivot) => {
      const own = reference.responses.filter((response) => isChosen(response, chosen));
      const groups = grouped(
        own,
        (row) => groupOf(row, row.session, groupBy, pivot),
        groupBy === 'none' ? ['all'] : [],
      );
      const rows = ask(database, 'cost.report', { ...asked(chosen), group_by: groupBy, pivot });
      expect(rows.map((row) => row['grp']).sort()).toEqual([...groups.keys()].sort());
      for (const { grp, ...row } of rows) {
        const expected = costRow(groups.get(String(grp)) ?? []);
        expect(Object.keys(row)).toEqual(Object.keys(expected));
        for (const [name, value] of Object.entries(expected)) {
          expectClose(row[name], value, `${grp} ${name}`);
        }
      }
    });
  });

  it('session.rows of a cost are as many as the sessions that used tokens', () => {
    everyCase(['none'], (chosen) => {
      const sessions = ask(database, 'cost.report', { ...asked(chosen), group_by: 'none' })[0]?.['sessions'];
      const rows = ask(database, 'session.rows', { ...asked(chosen), metric: 'cost', limit: 1000, offset: 0 });
      expect(rows.length).toBe(sessions);
    });
  });

  it('session.rows of a metric are as many as its numerator, where it counts sessions', () => {
    everyCase(['none'], (chosen) => {
      const metrics = ask(database, 'session.metrics', { ...asked(chosen), group_by: 'none' });
      for (const metric of ['sessions', 'time_to_first_edit', 'no_output_rate', 'session_to_commit']) {
        const rows = ask(database, 'session.rows', { ...asked(chosen), metric, limit: 1000, offset: 0 });
        expect(rows.length, metric).toBe(metrics.find((row) => row['metric'] === metric)?.['numerator']);
        expect(rows.every((row) => row['total'] === rows.length)).toBe(true);
      }
    });
  });

  const additive = {
    'cost.report': [
      ...['input_tokens', 'cache_write_tokens', 'cache_read_tokens', 'output_tokens', 'recorded_cost_usd'],
      ...['estimated_cost_usd', 'cost_usd', 'linked_cost_usd', 'unlinked_cost_usd', 'unpriced_tokens'],
      ...['estimated_missing_output_tokens', 'estimated_missing_cost_usd'],
    ],
    'session.metrics': ['numerator', 'denominator', 'units'],
    'commit.metrics': ['numerator', 'denominator', 'units'],
  };
  const cases = Object.entries(additive).flatMap(([query, columns]) =>
    (query === 'commit.metrics' ? commitGroups : sessionGroups).map((groupBy) => [query, groupBy, columns] as const),
  );

  it.each(cases)('%s by %s: the groups add up to the total', (query, groupBy, columns) => {
    const total = sums(ask(database, query, { group_by: 'none' }), columns);
    const groups = sums(ask(database, query, { group_by: groupBy, pivot: '2026-03-20' }), columns);
    expect([...groups.keys()].sort()).toEqual([...total.keys()].sort());
    expect(total.size).toBeGreaterThan(0);
    for (const [name, value] of total) {
      expectClose(groups.get(name), value, name);
    }
  });
});

/** Filters as a query is asked. */
const asked = (chosen: ReferenceFilters): Asked => ({ ...chosen });

/** Sum of each column over the rows, by metric where the rows have one. */
function sums(rows: Row[], columns: readonly string[]): Map<string, number> {
  const added = new Map<string, number>();
  for (const row of rows) {
    for (const column of columns) {
      const name = `${row['metric'] ?? ''} ${column}`;
      added.set(name, (added.get(name) ?? 0) + Number(row[column]));
    }
  }
  return added;
}

function expectMetrics<Item>(
  rows: Row[],
  groups: Map<string, Item[]>,
  metricsOf: (items: Item[]) => Record<string, readonly (number | null)[]>,
): void {
  const names = Object.keys(metricsOf([]));
  expect(rows.map((row) => `${row['grp']} ${row['metric']}`)).toEqual(
    [...groups.keys()].sort(byBytes).flatMap((group) => names.map((name) => `${group} ${name}`)),
  );
  for (const row of rows) {
    const expected = metricsOf(groups.get(String(row['grp'])) ?? [])[String(row['metric'])] ?? [];
    for (const [index, column] of ['value', 'numerator', 'denominator', 'units'].entries()) {
      expectClose(row[column], expected[index], `${row['grp']} ${row['metric']} ${column}`);
    }
  }
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function expectClose(actual: unknown, expected: number | null | undefined, what: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    expect(Math.abs(actual - expected), `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(
      1e-9 * (1 + Math.abs(expected)),
    );
  } else {
    expect(actual, what).toBe(expected);
  }
}
