import { beforeAll, describe, expect, it } from 'vitest';
import type { SqlObject } from '../../extension/engine/database/catalogue';
import type { Database } from '../../extension/engine/database/database';
import { buildEvents } from '../../extension/engine/ingest/buildEvents';
import { createRandom } from '../support/random';
import { grownWorld } from '../support/randomWorld';
import { type Asked, ask, catalogue, emptyDatabase, type Row } from '../support/schema';

const { tables, views, checks } = catalogue;
const queries = [...catalogue.queries.values()];
const named = (objects: readonly SqlObject[]) => objects.map((object) => [object.path, object] as const);

/** The SQL without its comments and texts. */
const code = (object: SqlObject): string => object.text.replace(/--.*$/gm, '').replace(/'(?:[^']|'')*'/g, "''");

/** Tables and views that the SQL reads, without its own steps. */
function readsOf(object: SqlObject): string[] {
  const text = code(object);
  const steps = new Set([...text.matchAll(/\b(\w+) as \(\s*select\b/g)].map(([, step]) => step));
  const sources = [...text.matchAll(/(?<![$\w])(?:from|join)\s+([a-z_]\w*)/g)].flatMap(([, source]) => source ?? []);
  return [...new Set(sources)].filter((source) => !steps.has(source) && source !== 'json_each');
}

describe('headers', () => {
  it('there is something to test', () => {
    expect([tables, views, queries, checks].map((list) => list.length > 5)).toEqual([true, true, true, true]);
  });

  it.each(named([...tables, ...views, ...checks]))('%s is named after its file', (path, object) => {
    expect(path.endsWith(`/${object.name}.sql`)).toBe(true);
  });

  it.each(named(queries))('%s is named after its file, in its header too', (path, query) => {
    const name = path
      .replace(/^queries\//, '')
      .replace(/\.sql$/, '')
      .replaceAll('/', '.');
    expect(query.text.startsWith(`-- ${name}: `)).toBe(true);
    expect(query.name).toBe(name);
  });

  it.each(named([...tables, ...views]))('%s makes the object that it is named after', (_, object) => {
    expect(code(object)).toMatch(new RegExp(`^\\s*create (table|view) ${object.name}\\b`));
  });

  it.each(named(tables))('%s is strict and belongs to a layer', (path, table) => {
    expect(code(table)).toMatch(/\)\s*strict\b/);
    expect(path.split('/')[1]).toBe(table.name.split('_')[0]);
  });

  it.each(named([...queries, ...views, ...checks]))('%s has the parameters that its header names', (_, object) => {
    const used = new Set(code(object).match(/\$\w+/g) ?? []);
    expect([...used].sort()).toEqual([...object.params].sort());
  });

  it.each(named(queries))('%s defines every metric that it returns, and no other', (path, query) => {
    const text = query.text.replace(/--.*$/gm, '');
    const returned = [...text.matchAll(/select (?:total\.)?grp, (?:\d+(?: as place)?, )?'(\w+)'|'(\w+)' as metric,/g)];
    const names = new Set(returned.map(([, first, second]) => first ?? second ?? ''));
    const defined = [...catalogue.metrics.values()].filter((metric) => metric.query === query.name);
    expect(defined.map((metric) => metric.metric).sort()).toEqual([...names].sort());
    expect(defined.length > 0).toBe(path.endsWith('/metrics.sql'));
  });
});

describe('layers', () => {
  const known = new Set([...tables, ...views].map((object) => object.name));

  it.each(named([...views, ...queries, ...checks]))('%s reads what exists', (_, object) => {
    expect(readsOf(object).filter((source) => !known.has(source))).toEqual([]);
  });

  it.each(named(views))('%s reads events, metadata and views, never facts', (_, view) => {
    expect(readsOf(view).filter((source) => !/^(event|metadata|view)_/.test(source))).toEqual([]);
    expect(code(view)).not.toMatch(/\bfact_/);
    expect(readsOf(view)).not.toEqual([]);
  });

  it.each(named(queries))('%s reads views and metadata; facts by key, or to say what was read', (path, query) => {
    expect(readsOf(query).filter((source) => source.startsWith('event_'))).toEqual([]);
    const facts = readsOf(query).filter((source) => source.startsWith('fact_'));
    if (!path.startsWith('queries/coverage/')) {
      for (const fact of facts) {
        expect(code(query)).toMatch(
          new RegExp(`join ${fact}\\s+on ${fact}\\.repository_id = \\S+\\s+and ${fact}\\.commit_id = `),
        );
      }
    }
  });

  it.each(named(tables))('%s refers to no higher layer, and an event to nothing', (_, table) => {
    const references = [...code(table).matchAll(/\breferences (\w+)/g)].map(([, target]) => target ?? '');
    const layer = table.name.split('_')[0];
    const allowed = layer === 'event' ? /^$/ : layer === 'fact' ? /^(metadata|fact)_/ : /^metadata_/;
    expect(references.filter((target) => !allowed.test(target))).toEqual([]);
  });
});

describe('portability of views', () => {
  const forbidden: [string, RegExp][] = [
    ['cast as integer or real', /\bcast\s*\([^()]*\bas\s+(?:integer|int|real|float)\b/i],
    ['date functions', /\b(?:date|time|datetime|julianday|strftime|unixepoch|timediff|now|current_\w+)\s*\(?/i],
    ['JSON', /\bjson\w*|->/i],
    ['instr', /\binstr\b/i],
    ['parameters', /[$?:@]\w*/],
    [
      'functions that only one engine knows',
      /\b(?:ifnull|iif|total|group_concat|string_agg|glob|typeof|printf|nvl)\s*\(/i,
    ],
    ['an implicit order of NULLs', /\border by\b(?![^)]*\bis null\b)[^)]*\b(?:declared_at|branch|model)\b/i],
  ];
  const cases = views.flatMap((view) => forbidden.map(([what, form]) => [view.path, what, view, form] as const));

  it.each(cases)('%s does without %s', (_, __, view, form) => {
    expect(code(view)).not.toMatch(form);
  });

  it.each(named(views))('%s divides by nothing that may be zero, and never two whole numbers', (_, view) => {
    for (const [division] of code(view).matchAll(/\S+[^\n]*\n?\s*\/[^\n]*/g)) {
      expect(division).toMatch(/1\.0 \*[\s\S]*\/ nullif\(/);
    }
  });
});

describe('grain on the random world', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase('Europe/Berlin');
    grownWorld(database, createRandom(21), 250);
    buildEvents(database, { sessions: 'all', commits: 'all', logs: 'all' }, 1);
  });

  it.each(named([...tables, ...views]))('%s has one row per grain', (_, object) => {
    const grain = object.grain.join(', ');
    expect(database.all(`select ${grain} from ${object.name} group by ${grain} having count(*) > 1`)).toEqual([]);
  });

  it.each(named(tables))('%s has its grain as a key, so that no row can break it', (_, table) => {
    const indexes = database.all<{ name: string }>('select name from pragma_index_list(?) where "unique" = 1', [
      table.name,
    ]);
    const keys = indexes.map(({ name }) =>
      database.all<{ name: string }>('select name from pragma_index_info(?)', [name]).map((column) => column.name),
    );
    keys.push(
      database
        .all<{ name: string }>('select name from pragma_table_info(?) where pk > 0 order by pk', [table.name])
        .map((column) => column.name),
    );
    expect(keys.map((columns) => columns.sort().join(', '))).toContain([...table.grain].sort().join(', '));
  });

  it.each(named(queries))('%s has one row per grain, whatever it is asked', (_, query) => {
    for (const asked of questions(query)) {
      const rows = ask(database, query.name, asked);
      if (query.grain.join() === 'one row') {
        expect(rows).toHaveLength(1);
      } else {
        const keys = rows.map((row) => JSON.stringify(query.grain.map((column) => cell(row, column))));
        expect(new Set(keys).size).toBe(rows.length);
        expect(rows.length, JSON.stringify(asked)).toBeGreaterThan(0);
      }
    }
  });

  /** Plausible parameters: every way to group, and keys of rows that are there. */
  function questions(query: SqlObject): Asked[] {
    if (query.params.includes('$group_by')) {
      const groups = ['none', 'day', 'week', 'provider', 'model', 'repository', 'branch', 'session', 'period'];
      return groups.map((group_by) => ({
        group_by,
        ...(query.params.includes('$pivot') ? { pivot: '2026-03-20' } : {}),
      }));
    }
    const link = database.get<{ repository_key: string; commit_id: string; session_key: string }>(
      'select repository_key, commit_id, session_key from view_commit_session limit 1',
    );
    const given: Record<string, string | number | undefined> = {
      $session: link?.session_key,
      $commit: link?.commit_id,
      $upper: `${link?.commit_id}g`,
      $limit: 1000,
      $offset: 0,
    };
    const perQuery = query.name === 'commit.sessions' ? { repository: link?.repository_key ?? '' } : {};
    const shared = query.params.flatMap((param) => {
      const value = given[param];
      return value === undefined ? [] : [[param.slice(1), value] as const];
    });
    return [{ ...Object.fromEntries(shared), ...perQuery }];
  }
});

function cell(row: Row, column: string): Row[string] {
  const value = row[column];
  if (value === undefined) {
    throw new Error(`the grain names a column that is not there: ${column}`);
  }
  return value;
}
