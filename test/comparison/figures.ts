// Figures by day, session or model, and which rule makes two sets of them differ.

export interface Sums {
  responses: number;
  input: number;
  cacheWrite: number;
  cacheRead: number;
  output: number;
  usd: number;
}
export type Figures = ReadonlyMap<string, Sums>;

export const nothing: Sums = { responses: 0, input: 0, cacheWrite: 0, cacheRead: 0, output: 0, usd: 0 };

export const plus = (a: Sums, b: Sums): Sums => ({
  responses: a.responses + b.responses,
  input: a.input + b.input,
  cacheWrite: a.cacheWrite + b.cacheWrite,
  cacheRead: a.cacheRead + b.cacheRead,
  output: a.output + b.output,
  usd: a.usd + b.usd,
});

const minus = (a: Sums, b: Sums): Sums => ({
  responses: a.responses - b.responses,
  input: a.input - b.input,
  cacheWrite: a.cacheWrite - b.cacheWrite,
  cacheRead: a.cacheRead - b.cacheRead,
  output: a.output - b.output,
  usd: a.usd - b.usd,
});

export const totalOf = (all: Iterable<Sums>): Sums => [...all].reduce(plus, nothing);

/** Adds items up by name. */
export function figuresOf<Item>(
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
  sumsOf: (item: Item) => Sums,
): Figures {
  const figures = new Map<string, Sums>();
  for (const item of items) figures.set(nameOf(item), plus(figures.get(nameOf(item)) ?? nothing, sumsOf(item)));
  return figures;
}

/** What the second has more than the first under a name, and why. */
export interface Difference {
  name: string;
  rule: string;
  sums: Sums;
}

/** The order in which amounts are added moves them by less; a cent is 10,000 times as much. */
const smallestUsd = 1e-6;

export const isSameUsd = (a: number, b: number): boolean => Math.abs(a - b) < smallestUsd;

export const isNothing = ({ usd, ...counts }: Sums): boolean =>
  isSameUsd(usd, 0) && Object.values(counts).every((count) => count === 0);

/** Where two sets of figures are not the same, in the order of names. */
export function differences(before: Figures, after: Figures, rule: string): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((name) => ({ name, rule, sums: minus(after.get(name) ?? nothing, before.get(name) ?? nothing) }))
    .filter(({ sums }) => !isNothing(sums));
}

/** Figures that were counted by one more rule of ours than the step before. */
export interface Step {
  rule: string;
  figures: Figures;
}

/** What each step changes, in the order of names. */
export function explain(first: Figures, steps: readonly Step[]): Difference[] {
  return steps
    .flatMap(({ rule, figures }, index) => differences(steps[index - 1]?.figures ?? first, figures, rule))
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}
