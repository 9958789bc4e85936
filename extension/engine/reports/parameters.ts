import * as z from 'zod';
import type { Filters, GroupBy } from '../../../shared/filters';
import type { Catalogue } from '../database/catalogue';
import type { Database, SqlValue } from '../database/database';
import { addDays } from '../events/calendar';

/** Named parameters of a query; every query takes those it names and ignores the others. */
export type QueryParameters = Record<string, SqlValue>;

/** Filters as the queries want them: absent ones are null, lists are JSON. */
export function filterParameters(
  filters: Filters,
  groupBy: GroupBy | 'period' = 'none',
  pivot: string | null = null,
): QueryParameters {
  const list = (values: string[] | undefined) => (values === undefined ? null : JSON.stringify(values));
  return {
    $from: filters.from ?? null,
    $to: filters.to ?? null,
    $repositories: list(filters.repositories),
    $providers: list(filters.providers),
    $models: list(filters.models),
    $branches: list(filters.branches),
    $group_by: groupBy,
    $pivot: pivot,
  };
}

/** Runs a query of `sql/queries` and checks its rows. */
export function runQuery<Row extends z.ZodType>(
  database: Database,
  catalogue: Catalogue,
  name: string,
  parameters: QueryParameters,
  row: Row,
): z.infer<Row>[] {
  const query = catalogue.queries.get(name);
  if (!query) {
    throw new Error(`no query ${name} in sql/queries`);
  }
  const used = Object.fromEntries(query.params.map((param) => [param, parameters[param] ?? null]));
  return z.array(row).parse(database.all(query.text, used));
}

/** The query with its parameters in place, for a person to read and run. */
export function readableQuery(catalogue: Catalogue, name: string, parameters: QueryParameters): string {
  const query = catalogue.queries.get(name);
  if (!query) {
    throw new Error(`no query ${name} in sql/queries`);
  }
  const literal = (value: SqlValue) =>
    value === null ? 'null' : typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  const values = query.params.map(
    (param) => `-- ${param} = ${literal(parameters[param] ?? null).replaceAll(/[\r\n\u2028\u2029]/g, ' ')}`,
  );
  const [header = '', ...body] = query.text.split(/\n(?!--)/);
  return [`${header}`, '--', '-- It ran with', ...values, ...body].join('\n');
}

/** The range of `days` days that ends today, and the one of equal length before it. */
export function rangeDays(today: string, days: number): { from: string; to: string; beforeFrom: string } {
  const from = addDays(today, 1 - days);
  return { from, to: today, beforeFrom: addDays(from, -days) };
}
