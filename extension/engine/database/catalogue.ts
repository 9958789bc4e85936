import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a metric means, as its query's header says it. */
export interface MetricDefinition {
  metric: string;
  label: string;
  unit: string;
  counts: string;
  leavesOut: string;
  /** The query that computes it: `session.metrics`. */
  query: string;
}

export interface SqlObject {
  /** Table or view name; for a query `report.name`. */
  name: string;
  /** Path below `sql/`, with forward slashes. */
  path: string;
  text: string;
  /** First line of the header, without the name. */
  description: string;
  /** Columns of the key, or "one row". */
  grain: string[];
  /** Named parameters with their dollar sign; queries only. */
  params: string[];
}

/** Everything below `sql/`, read when the program runs: the SQL you read is the SQL that runs. */
export interface Catalogue {
  tables: SqlObject[];
  views: SqlObject[];
  queries: ReadonlyMap<string, SqlObject>;
  checks: SqlObject[];
  migrations: { version: number; name: string; text: string }[];
  /** Version of metadata and fact tables: the last migration's, 1 without any. A migration of that number brings the one before it there. */
  schemaVersion: number;
  metrics: ReadonlyMap<string, MetricDefinition>;
  /** Changes whenever an event table's definition does: then events are built anew. */
  eventDefinition: string;
}

/** Reads the catalogue from the folder that holds `tables`, `views`, `queries`. Throws where a file has no header. */
export function readCatalogue(folder: string): Catalogue {
  const tables = readObjects(folder, 'tables');
  const queries = readObjects(folder, 'queries').map((object) => ({
    ...object,
    name: object.path
      .replace(/^queries\//, '')
      .replace(/\.sql$/, '')
      .replaceAll('/', '.'),
  }));
  const events = tables.filter((table) => table.name.startsWith('event_'));
  const migrations = readMigrations(path.join(folder, 'migrations'));
  return {
    tables,
    views: inOrderOfUse(readObjects(folder, 'views')),
    queries: new Map(queries.map((query) => [query.name, query])),
    checks: readObjects(folder, 'checks'),
    migrations,
    schemaVersion: migrations.at(-1)?.version ?? 1,
    metrics: new Map(queries.flatMap((query) => readMetrics(query)).map((metric) => [metric.metric, metric])),
    eventDefinition: createHash('sha256')
      .update(events.map((table) => table.text).join('\n'))
      .digest('hex'),
  };
}

function readObjects(folder: string, kind: string): SqlObject[] {
  const files = readdirSync(path.join(folder, kind), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.sql'),
  );
  return files.sort().map((file) => {
    const text = readFileSync(path.join(folder, kind, file), 'utf8');
    const where = `${kind}/${file.split(path.sep).join('/')}`;
    const first = /^-- ([\w.]+): (.+)$/m.exec(text);
    const grain = /^-- grain: (.+)$/m.exec(text);
    if (!first?.[1] || !first[2] || !grain?.[1]) {
      throw new Error(`sql/${where}: the header names no object or no grain`);
    }
    const params = /^-- params:(.*)$/m.exec(text);
    return {
      name: first[1],
      path: where,
      text,
      description: first[2],
      grain: grain[1].split(',').map((column) => column.trim()),
      params: params?.[1]?.trim().split(/\s+/).filter(Boolean) ?? [],
    };
  });
}

/** A view comes after the views that it reads. */
function inOrderOfUse(views: SqlObject[]): SqlObject[] {
  const ordered: SqlObject[] = [];
  const place = (view: SqlObject, path_: string[]): void => {
    if (ordered.includes(view)) {
      return;
    }
    if (path_.includes(view.name)) {
      throw new Error(`sql/${view.path}: the view reads itself by way of ${path_.join(', ')}`);
    }
    for (const other of views) {
      if (other !== view && new RegExp(`\\b${other.name}\\b`).test(view.text)) {
        place(other, [...path_, view.name]);
      }
    }
    ordered.push(view);
  };
  for (const view of views) {
    place(view, []);
  }
  return ordered;
}

function readMigrations(folder: string): Catalogue['migrations'] {
  // A package holds no empty folder: none means that there is no migration yet.
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .flatMap((file) => {
      const name = /^(\d{4})-([\w-]+)\.sql$/.exec(file);
      return name?.[1] && name[2]
        ? [{ version: Number(name[1]), name: name[2], text: readFileSync(path.join(folder, file), 'utf8') }]
        : [];
    })
    .sort((a, b) => a.version - b.version);
}

function readMetrics(query: SqlObject): MetricDefinition[] {
  const blocks = query.text.matchAll(
    /^-- metric (\w+): (.+)\n-- {3}unit: (\w+)\n-- {3}counts: (.+)\n-- {3}leaves out: (.+)$/gm,
  );
  return [...blocks].map(([, metric = '', label = '', unit = '', counts = '', leavesOut = '']) => ({
    metric,
    label,
    unit,
    counts,
    leavesOut,
    query: query.name,
  }));
}
