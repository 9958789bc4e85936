import {
  agent,
  answer,
  ask,
  edit,
  editFailed,
  editIndent,
  editModified,
  editRejected,
  heredoc,
  pointOf,
  prompt,
  rewind,
  type Session,
  shell,
  write,
} from '../agents/session';
import { asAuthor } from '../history/commits';
import { generate, program, type, typeFile } from '../people';
import { type Checkout, linesIn, renameFile } from '../world/checkout';
import { type Change, move, overwrite, reindent, replaceEverywhere } from '../world/edits';
import type { Line } from '../world/lines';
import { ada, hour, type Person } from '../world/world';
import type { Content } from './content';

/** Who works where. */
export interface Desk {
  checkout: Checkout;
  content: Content;
  /** The agent that is at work; another begins when it is done. */
  session: Session | undefined;
}

const largestFile = 160;
const mostFiles = 90;

const isSource = (path: string): boolean => path.startsWith('src/');

/** The change of some lines of a file; enough of what stands around them to say where. */
function changeAt(lines: readonly Line[], start: number, count: number, put: readonly string[]): Change | undefined {
  const texts = lines.map(({ text }) => text);
  for (let around = 1; around <= 12; around++) {
    const from = Math.max(0, start - around);
    const to = Math.min(texts.length, start + count + around);
    const find = texts.slice(from, to);
    if (find.length === 0 || placesOf(texts, find) > 1) continue;
    return { find, put: [...texts.slice(from, start), ...put, ...texts.slice(start + count, to)] };
  }
  return undefined;
}

function placesOf(texts: readonly string[], find: readonly string[]): number {
  let places = 0;
  for (let at = texts.indexOf(find[0] ?? ''); at >= 0; at = texts.indexOf(find[0] ?? '', at + 1)) {
    if (find.every((text, index) => texts[at + index] === text)) places++;
  }
  return places;
}

/** Something to do in one of the files: a new block, other lines, fewer lines. */
function plan({ checkout, content }: Desk): Task | undefined {
  const { random } = checkout.world;
  const paths = [...checkout.files.keys()].filter(isSource);
  if (paths.length === 0) return undefined;
  const path = random.pick(paths);
  const lines = linesIn(checkout, path);
  const start = random.between(0, lines.length);
  const isFull = lines.length > largestFile;
  const removed = isFull ? random.between(10, 30) : random.chance(0.45) ? random.between(1, 6) : 0;
  const count = Math.min(removed, lines.length - start);
  const put = isFull || random.chance(0.1) ? [] : newLines(content, random.between(1, 9));
  if (count + put.length === 0) return undefined;
  const change = changeAt(lines, start, count, put);
  return change && { path, change };
}

const newLines = (content: Content, steps: number): string[] =>
  steps < 4 ? Array.from({ length: steps }, content.statement) : content.block(steps);

/** The session that is at work, or a new one. */
export function sessionAt(desk: Desk): Session {
  const { checkout, content, session } = desk;
  const { random } = checkout.world;
  if (session !== undefined && random.chance(0.9)) {
    if (random.chance(0.4)) prompt(session, content.sentence());
    return session;
  }
  const machine = random.chance(0.05) ? 'other' : 'this';
  const clockAhead = random.chance(0.03) ? random.pick([-hour, hour]) : 0;
  const fresh = ask(checkout, content.sentence(), { machine, clockAhead });
  answer(fresh, 'I look at it.');
  desk.session = fresh;
  return fresh;
}

/** What is to be done with some lines of a file. */
interface Task {
  path: string;
  change: Change;
}

/** Ways to work and how often each is taken, of those that are named; the last one takes what is left. */
type Ways<Arguments extends readonly unknown[]> = readonly (readonly [
  share: number,
  way: (...rest: Arguments) => void,
])[];

function pickWay<Arguments extends readonly unknown[]>(at: number, ways: Ways<Arguments>, ...rest: Arguments): void {
  let sum = 0;
  const way = ways.find(([share]) => {
    sum += share;
    return at < sum;
  });
  way?.[1](...rest);
}

const waysOfAgents: Ways<[Desk, Session, Task]> = [
  [0.1, (desk, session) => write(session, newPath(desk), [...desk.content.block(8), ...desk.content.block(4)])],
  [0.03, (desk, session) => heredoc(session, newPath(desk), desk.content.block(6))],
  [0.02, sed],
  [0.03, (_, session, { path, change }) => editRejected(session, path, change)],
  [0.02, (_, session, { path, change }) => editFailed(session, path, change)],
  [0.02, rejectedThenTyped],
  [0.03, modified],
  [0.03, rewound],
  [0.03, indent],
  [0.02, pasted],
  [1, (_, session, { path, change }) => edit(session, path, change)],
];

/** One thing that an agent does. */
export function workByAgent(desk: Desk): void {
  const session = sessionAt(desk);
  const task = plan(desk);
  if (task !== undefined) pickWay(desk.checkout.world.random.next(), waysOfAgents, desk, session, task);
}

function rejectedThenTyped({ checkout }: Desk, session: Session, { path, change }: Task): void {
  editRejected(session, path, change);
  type(checkout, ada, path, change);
}

/** The person writes one line otherwise than proposed. */
function modified({ content }: Desk, session: Session, { path, change }: Task): void {
  const fresh = change.put.findIndex((text) => !change.find.includes(text));
  const put = change.put.map((text, index) => (index === fresh ? content.statement() : text));
  if (fresh < 0) edit(session, path, change);
  else editModified(session, path, change, ada, { find: change.find, put });
}

function rewound(desk: Desk, session: Session, { path, change }: Task): void {
  const point = pointOf(session);
  prompt(session, desk.content.sentence());
  edit(session, path, change);
  rewind(session, ada, point);
  prompt(session, desk.content.sentence());
  const task = plan(desk);
  if (task !== undefined) edit(session, task.path, task.change);
}

function indent({ checkout }: Desk, session: Session, { path }: Task): void {
  const texts = someLines(checkout, path, 4);
  if (texts !== undefined) editIndent(session, path, texts, (text) => `  ${text}`);
}

function pasted({ checkout }: Desk, session: Session, { path, change }: Task): void {
  answer(session, change.put.join('\n'));
  type(checkout, ada, path, change, agent(session, 'chat', false));
}

function sed({ checkout }: Desk, session: Session): void {
  const { random } = checkout.world;
  const word = `(${random.pick(['account', 'cart', 'item', 'list', 'key'])}, `;
  shell(session, `sed -i 's/${word}/${word}0 + /' src/*/*.ts`, (tool) => {
    for (const [path, file] of checkout.files) {
      if (isSource(path) && file.lines.some(({ text }) => text.includes(word)) && random.chance(0.3))
        replaceEverywhere(checkout, path, word, `${word}0 + `, tool);
    }
  });
}

/** A run of lines that stands just once in the file. */
function someLines(checkout: Checkout, path: string, most: number): string[] | undefined {
  const texts = linesIn(checkout, path).map(({ text }) => text);
  if (texts.length < most) return undefined;
  const start = checkout.world.random.between(0, texts.length - most);
  const run = texts.slice(start, start + most);
  return placesOf(texts, run) === 1 ? run : undefined;
}

/** A path for a new file; where there are too many, the one of an old file, which is written anew. */
function newPath({ checkout, content }: Desk): string {
  const paths = [...checkout.files.keys()].filter(isSource);
  return paths.length < mostFiles ? content.path() : checkout.world.random.pick(paths);
}

const waysOfPersons: Ways<[Desk, Person, Task]> = [
  [0.08, (desk, person) => typeFile(desk.checkout, person, newPath(desk), desk.content.block(7))],
  [0.03, (desk) => generate(desk.checkout, 'npm', 'package-lock.json', lockFile(desk))],
  [0.01, vendor],
  [0.03, (desk, person, { path }) => renameFile(desk.checkout, path, desk.content.path(), asAuthor(person))],
  [0.04, format],
  [0.03, moveBlock],
  [1, (desk, person, { path, change }) => type(desk.checkout, person, path, change)],
];

/** One thing that a person does by hand, or with a tool. */
export function workByHand(desk: Desk, person: Person): void {
  const task = plan(desk);
  if (task !== undefined) pickWay(desk.checkout.world.random.next(), waysOfPersons, desk, person, task);
}

function format({ checkout }: Desk, _: Person, { path }: Task): void {
  const texts = someLines(checkout, path, 8);
  if (texts !== undefined) reindent(checkout, path, texts, (text) => ` ${text}`, program('prettier'));
}

function moveBlock({ checkout }: Desk, person: Person, { path }: Task): void {
  const texts = someLines(checkout, path, 6);
  const others = [...checkout.files.keys()].filter((other) => isSource(other) && other !== path);
  if (texts === undefined || others.length === 0) return;
  move(checkout, path, texts, checkout.world.random.pick(others), asAuthor(person));
}

function lockFile({ checkout }: Desk): string[] {
  const { random } = checkout.world;
  const before = checkout.files.get('package-lock.json')?.lines ?? [];
  if (before.length === 0) {
    const entry = (_: unknown, index: number) => `  "part${index}": { "version": "1.0.${random.between(0, 99)}" },`;
    return ['{', ...Array.from({ length: 60 }, entry), '  "name": "mix"', '}'];
  }
  return before.map(({ text }) =>
    random.chance(0.2) ? text.replace(/\d+" }/, `${random.between(0, 9999)}" }`) : text,
  );
}

function vendor({ checkout, content }: Desk): void {
  const texts = Array.from({ length: 6 }, () => content.block(8)).flat();
  overwrite(checkout, `vendor/part${checkout.world.random.between(0, 20)}.ts`, texts, {
    truth: program('cp'),
    author: program('cp'),
  });
}
