import type { About, Shape } from './shapes';

/** Small TypeScript files, in the parts that shapes.ts explains. */

/** Asks the service over HTTP. */
const client: Shape = {
  file: (topic) => `import { request } from './request';

/** One ${topic.noun}, as the service sends it. */
export interface ${topic.name} {
  id: string;
  endpoint: string;
  createdAt: string;
  status: 'waiting' | 'delivered' | 'failed';
}

const ${topic.noun}PageSize = ${topic.size};

/** One page of ${topic.nouns}, newest first. */
export async function list${topic.name}s(page: number): Promise<${topic.name}[]> {
  const query = new URLSearchParams({ page: String(page), size: String(${topic.noun}PageSize) });
  const answer = await request(\`/v1/${topic.nouns}?\${query}\`);
  if (!answer.ok) throw new Error(\`${topic.nouns}: the service said \${answer.status}\`);
  return (await answer.json()) as ${topic.name}[];
}

/** Takes a ${topic.noun} away; one that is gone already is no error. */
export async function remove${topic.name}(id: string): Promise<void> {
  const answer = await request(\`/v1/${topic.nouns}/\${id}\`, { method: 'DELETE' });
  if (!answer.ok) throw new Error(\`${topic.noun} \${id} was not removed\`);
}
`,
  test: (topic) => `import { expect, it, vi } from 'vitest';
import { list${topic.name}s } from './${fileOf(topic)}';

it('asks for one page of ${topic.nouns}', async () => {
  const fetch = vi.fn(async () => new Response('[]'));
  vi.stubGlobal('fetch', fetch);
  expect(await list${topic.name}s(2)).toEqual([]);
  expect(fetch).toHaveBeenCalledWith(expect.stringContaining('/v1/${topic.nouns}?page=2'), undefined);
});
`,
  grow: [
    {
      ask: (topic) =>
        `Retry button for a failed ${topic.noun}: I only need the client call for now, the button comes later.`,
      subject: (topic) => `Retry a failed ${topic.noun} from the console`,
      text: (topic) => `
/** Sends a failed ${topic.noun} again and returns it in its new state. */
export async function retry${topic.name}(id: string): Promise<${topic.name}> {
  const answer = await request(\`/v1/${topic.nouns}/\${encodeURIComponent(id)}/retry\`, { method: 'POST' });
  if (answer.status === 409) throw new Error(\`${topic.noun} \${id} is being sent already\`);
  if (!answer.ok) throw new Error(\`${topic.noun} \${id} could not be sent again\`);
  return (await answer.json()) as ${topic.name};
}
`,
    },
  ],
  fix: (topic) => ({
    subject: `Do not complain about a ${topic.noun} that is gone already`,
    old: `  if (!answer.ok) throw new Error(\`${topic.noun} \${id} was not removed\`);`,
    new: `  if (!answer.ok && answer.status !== 404) throw new Error(\`${topic.noun} \${id} was not removed\`);`,
  }),
};

/** Holds what the page shows. */
const state: Shape = {
  file: (topic) => `/** What the page knows of its ${topic.nouns}. */
export interface ${topic.name}State {
  ${topic.nouns}: readonly string[];
  isOpen: boolean;
}

type Listener = (state: ${topic.name}State) => void;

const most${topic.name}s = ${topic.size};

/** A store of ${topic.nouns}; every change reaches all listeners in the order in which they came. */
export function create${topic.name}Store() {
  let current: ${topic.name}State = { ${topic.nouns}: [], isOpen: false };
  const listeners = new Set<Listener>();
  const set = (next: ${topic.name}State) => {
    current = next;
    for (const listener of listeners) listener(current);
  };
  return {
    get: () => current,
    add: (${topic.noun}: string) =>
      set({ ...current, ${topic.nouns}: [...current.${topic.nouns}, ${topic.noun}].slice(0, most${topic.name}s) }),
    remove: (${topic.noun}: string) =>
      set({ ...current, ${topic.nouns}: current.${topic.nouns}.filter((each) => each !== ${topic.noun}) }),
    toggle: () => set({ ...current, isOpen: !current.isOpen }),
    subscribe: (listener: Listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
`,
  test: (topic) => `import { expect, it } from 'vitest';
import { create${topic.name}Store } from './${fileOf(topic)}';

it('tells listeners about a new ${topic.noun}', () => {
  const store = create${topic.name}Store();
  const seen: number[] = [];
  store.subscribe((state) => seen.push(state.${topic.nouns}.length));
  store.add('first');
  store.remove('first');
  expect(seen).toEqual([1, 0]);
});
`,
  grow: [
    {
      ask: (topic) => `A reload loses every ${topic.noun}. Keep them in the URL so that a link can be shared.`,
      subject: (topic) => `Keep ${topic.nouns} in the address`,
      text: (topic) => `
/** The ${topic.nouns} as a query that a link can carry. */
export function ${topic.nouns}ToQuery(state: ${topic.name}State): string {
  const query = new URLSearchParams();
  for (const ${topic.noun} of state.${topic.nouns}) query.append('${topic.noun}', ${topic.noun});
  return query.toString();
}

/** The ${topic.nouns} that a link carries; what a person mistyped is left out. */
export function ${topic.nouns}FromQuery(query: string): string[] {
  return new URLSearchParams(query).getAll('${topic.noun}').filter((${topic.noun}) => ${topic.noun}.trim() !== '');
}
`,
    },
  ],
  fix: (topic) => ({
    subject: `Keep the newest ${topic.nouns}, not the oldest`,
    old: `${topic.noun}].slice(0, most${topic.name}s) }),`,
    new: `${topic.noun}].slice(-most${topic.name}s) }),`,
  }),
};

/** Turns rows into text. */
const view: Shape = {
  file: (topic) => `/** A column of the ${topic.noun} table. */
export interface ${topic.name}Column {
  title: string;
  width: number;
  isNumber: boolean;
}

export const ${topic.noun}Columns: readonly ${topic.name}Column[] = [
  { title: 'Endpoint', width: ${topic.size}, isNumber: false },
  { title: 'Attempts', width: 9, isNumber: true },
  { title: 'Last answer', width: 12, isNumber: true },
];

/** One row of the ${topic.noun} table: numbers stand right, the rest left. */
export function ${topic.noun}Row(cells: readonly string[]): string {
  return ${topic.noun}Columns
    .map((column, index) => {
      const cell = cells[index] ?? '';
      return column.isNumber ? cell.padStart(column.width) : cell.padEnd(column.width);
    })
    .join('  ');
}

/** The head of the ${topic.noun} table. */
export function ${topic.noun}Head(): string {
  return ${topic.noun}Row(${topic.noun}Columns.map((column) => column.title.toUpperCase()));
}
`,
  test: (topic) => `import { expect, it } from 'vitest';
import { ${topic.noun}Head, ${topic.noun}Row } from './${fileOf(topic)}';

it('sets the numbers of a ${topic.noun} right', () => {
  expect(${topic.noun}Row(['hooks.example.com', '3', '502']).endsWith('         502')).toBe(true);
  expect(${topic.noun}Head()).toContain('Attempts');
});
`,
  grow: [
    {
      ask: (topic) => `An empty ${topic.noun} table is just a head with nothing under it. Say what to do instead.`,
      subject: (topic) => `Say what an empty ${topic.noun} table means`,
      text: (topic) => `
/** What stands below the head while there is no ${topic.noun}: why, and what to do. */
export function empty${topic.name}(hasFilter: boolean): string {
  if (hasFilter) return 'No ${topic.noun} matches the filter. Clear it to see all.';
  return 'No ${topic.noun} yet. Send a test event from the endpoint page.';
}
`,
    },
  ],
  fix: (topic) => ({
    subject: `Write the ${topic.noun} table's heads as they are named`,
    old: `  return ${topic.noun}Row(${topic.noun}Columns.map((column) => column.title.toUpperCase()));`,
    new: `  return ${topic.noun}Row(${topic.noun}Columns.map((column) => column.title));`,
  }),
};

const fileOf = (topic: About) => topic.path.split('/').at(-1);

export const typescriptShapes: Readonly<Record<string, Shape>> = { client, state, view };
