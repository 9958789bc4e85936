import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Author } from '../truth';
import { type Checkout, type Commit, expectOnDisk, putLines, type Store } from '../world/checkout';
import { type Line, type Tree, textOf, written } from '../world/lines';
import { differences } from '../world/merge';
import { minute, type Person, type World } from '../world/world';
import { committer, git, gitIn, identity } from './git';

export const asAuthor = (person: Person): Author => ({ by: 'person', name: person.name });

export type Blank = Pick<Commit, 'history'> &
  Partial<Pick<Commit, 'removed' | 'copyOf' | 'reverts' | 'restores' | 'said'>>;

/** Notes a commit that git has just made of `tree`. */
export function record(checkout: Checkout, tree: Tree, made: Blank, revision = 'HEAD'): Commit {
  const [id = '', ...parents] = git(checkout.folder, ['rev-list', '--parents', '-n', '1', revision]).trim().split(' ');
  const commit: Commit = {
    id,
    parents: parents.map((parent) => commitOf(checkout.store, parent)),
    tree: new Map(tree),
    removed: new Map(),
    copyOf: [],
    ...made,
  };
  checkout.store.commits.set(id, commit);
  checkout.head = commit;
  return commit;
}

export function commitOf(store: Store, id: string): Commit {
  const commit = store.commits.get(id);
  if (commit === undefined) throw new Error(`${store.name}: git has a commit that the simulator did not make: ${id}`);
  return commit;
}

/** A new repository with a first commit by hand. Files: path → lines. */
export function createRepository(
  world: World,
  name: string,
  person: Person,
  files: Readonly<Record<string, readonly string[]>>,
): Checkout {
  const folder = join(world.folder, name);
  git(prepared(folder), ['init', '--quiet', '--template=', '.']);
  appendFileSync(join(folder, '.git', 'config'), `[user]\n\tname = ${person.name}\n\temail = ${person.email}\n`);
  const checkout = open(world, { name, commits: new Map() }, folder, 'main');
  for (const [path, texts] of Object.entries(files)) {
    const lines = texts.map((text) => written(text, asAuthor(person)));
    putLines(checkout, path, lines, asAuthor(person));
  }
  // The case's name makes the first commit, by which a repository is known, one of its own.
  commit(checkout, person, `Start ${name}\n\n${world.name}`);
  return checkout;
}

function prepared(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Another folder of a repository; nothing of it is known yet. */
export function open(world: World, store: Store, folder: string, branch: string): Checkout {
  const checkout: Checkout = {
    ...{ world, store, folder, kept: 'disk', branch },
    ...{ head: undefined, files: new Map(), removed: new Map() },
  };
  world.checkouts.push(checkout);
  return checkout;
}

/** Commits all that lies in the folder; what git says of it is what the agent's log shows. */
export function commit(checkout: Checkout, person: Person, message: string): Commit {
  const { folder, world } = checkout;
  world.now += minute;
  git(folder, ['add', '--all']);
  const environment = identity(checkout, person);
  const said = git(folder, ['commit', '--file=-'], { input: message, environment });
  const made = record(checkout, checkout.files, { history: 'plain', removed: checkout.removed, said });
  checkout.removed = new Map();
  return made;
}

/** Commits a part of the work tree: of each named file the changes for which `isWanted` holds. */
export function commitPart(
  checkout: Checkout,
  person: Person,
  message: string,
  path: string,
  isWanted: (change: { old: readonly Line[]; fresh: readonly Line[] }) => boolean,
): Commit {
  const { folder, world } = checkout;
  world.now += minute;
  const before = checkout.head?.tree.get(path);
  const now = checkout.files.get(path);
  if (before === undefined || now === undefined) throw new Error(`${path} is not on both sides`);
  const staged = [...before.lines];
  for (const change of differences(before.lines, now.lines).reverse()) {
    if (isWanted(change)) staged.splice(change.start, change.old.length, ...change.fresh);
  }
  const file = { ...now, lines: staged };
  const blob = git(folder, ['hash-object', '-w', '--stdin'], { input: textOf(file) }).trim();
  git(folder, ['update-index', '--cacheinfo', `100644,${blob},${path}`]);
  git(folder, ['commit', '--quiet', '--file=-'], { input: message, environment: identity(checkout, person) });
  const tree = new Map(checkout.head?.tree).set(path, file);
  return record(checkout, tree, { history: 'partial_staging', removed: new Map(checkout.removed) });
}

/** Adds what lies in the folder to the last commit. */
export function amend(checkout: Checkout, person: Person): Commit {
  const { folder, head, world } = checkout;
  if (head === undefined) throw new Error('nothing to amend');
  world.now += minute;
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--amend', '--no-edit'], { environment: committer(checkout, person) });
  const removed = new Map([...head.removed, ...checkout.removed]);
  checkout.removed = new Map();
  return record(checkout, checkout.files, { history: 'amend', copyOf: [head], removed });
}

/** Makes a branch where HEAD is, and goes there; uncommitted work comes along. */
export function branchOff(checkout: Checkout, branch: string): void {
  gitIn(checkout, ['checkout', '--quiet', '-b', branch]);
  checkout.branch = branch;
}

/** Goes to a branch or, detached, to a commit. Throws where work is not committed. */
export function goTo(checkout: Checkout, branch: string): void {
  if (git(checkout.folder, ['status', '--porcelain']) !== '') throw new Error('there is work that is not committed');
  gitIn(checkout, ['checkout', '--quiet', branch]);
  checkout.branch = branch;
  settle(checkout);
}

/** Reads from git where HEAD is now; the folder holds that commit. */
export function settle(checkout: Checkout): void {
  checkout.head = commitOf(checkout.store, headId(checkout));
  checkout.files = new Map(checkout.head.tree);
  checkout.removed = new Map();
  expectOnDisk(checkout);
}

export const headId = (checkout: Checkout): string => git(checkout.folder, ['rev-parse', 'HEAD']).trim();
