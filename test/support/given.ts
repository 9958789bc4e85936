import type { Database, SqlValue } from '../../extension/engine/database/database';
import { eventDefaults } from './givenEvents';
import { factDefaults } from './givenFacts';

/** Milliseconds UTC of an ISO text: `at('2026-03-02T09:30Z')`. */
export const at = (iso: string): number => {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) {
    throw new Error(`no instant: ${iso}`);
  }
  return instant;
};

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;

/** A row of every table that tests make by hand: plain, valid, and different from the one before by its key. */
const defaults = { ...eventDefaults, ...factDefaults };

type Defaults = typeof defaults;
export type GivenTable = keyof Defaults;
export type GivenRow<Table extends GivenTable> = Partial<Record<keyof ReturnType<Defaults[Table]>, SqlValue>>;

/** Inserts rows; what a row does not say is the default of the table's next row (numbered by the rows it has). */
export function given<Table extends GivenTable>(database: Database, table: Table, rows: GivenRow<Table>[]): void {
  const before = database.get<{ n: number }>(`select count(*) as n from ${table}`)?.n ?? 0;
  for (const [index, row] of rows.entries()) {
    const whole: Record<string, SqlValue> = { ...defaults[table](before + index + 1), ...row };
    const names = Object.keys(whole);
    database.run(
      `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
      Object.values(whole),
    );
  }
}
