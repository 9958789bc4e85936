import type { Database, SqlValue } from '../../database/database';

/** Of rows with blobs, read at once: some milliseconds. */
const batchRows = 200;
/** As many as are sorted at once, and merged without a look at the clock. */
const chunkSize = 1000;

/**
 * Visits all rows of a query, batch by batch. `sql` selects rows after a key, `first` to begin with, in its order, and
 * ends before the limit.
 */
export function* visitInSteps<Row extends object>(
  database: Database,
  sql: string,
  { first, keyOf }: { first: SqlValue[]; keyOf(row: Row): SqlValue[] },
  visit: (row: Row) => void,
): Generator<void, void> {
  let key = first;
  for (;;) {
    const rows = database.all<Row>(`${sql} limit ${batchRows}`, key);
    for (const row of rows) visit(row);
    yield;
    const last = rows.at(-1);
    if (!last || rows.length < batchRows) return;
    key = keyOf(last);
  }
}

/** `items.sort(compare)`, which of 100,000 takes a tenth of a second, in steps. Returns another array. */
export function* sortInSteps<Item>(
  items: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Generator<void, Item[]> {
  let runs: Item[][] = [];
  for (let start = 0; start < items.length; start += chunkSize) {
    runs.push(items.slice(start, start + chunkSize).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: Item[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(yield* merge(runs[index] ?? [], runs[index + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Generator<void, Item[]> {
  const merged: Item[] = [];
  let [fromLeft, fromRight] = [0, 0];
  while (merged.length < left.length + right.length) {
    const [one, other] = [left[fromLeft], right[fromRight]];
    if (one !== undefined && (other === undefined || compare(one, other) <= 0)) {
      merged.push(one);
      fromLeft++;
    } else if (other !== undefined) {
      merged.push(other);
      fromRight++;
    }
    if (merged.length % chunkSize === 0) yield;
  }
  return merged;
}
