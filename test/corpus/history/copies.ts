import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Author, LineTruth } from '../truth';
import { type Checkout, type Commit, expectOnDisk } from '../world/checkout';
import { type Line, noteRemoved, type Tree, written } from '../world/lines';
import { type Conflict, mergeTrees } from '../world/merge';
import { minute, type Person } from '../world/world';
import { asAuthor, commitOf, headId, record } from './commits';
import { committer, git, identity, tryGit } from './git';

export type Outcome = Commit | 'conflict';

const gitItself: Author = { by: 'tool', tool: 'git' };

/** Copies a commit from elsewhere onto HEAD (`git cherry-pick -x`). */
export function cherryPick(checkout: Checkout, person: Person, commit: Commit): Outcome {
  const { folder, world } = checkout;
  world.now += minute;
  const { isOk } = tryGit(folder, ['cherry-pick', '-x', commit.id], { environment: committer(checkout, person) });
  bring(checkout, parentTree(commit), commit.tree);
  if (!isOk) return 'conflict';
  return record(checkout, checkout.files, { history: 'cherry_pick', copyOf: [commit], removed: commit.removed });
}

/** Takes a commit back (`git revert`); taking a revert back restores what it took away. */
export function revert(checkout: Checkout, person: Person, commit: Commit): Commit {
  const { folder, world } = checkout;
  world.now += minute;
  git(folder, ['revert', '--no-edit', commit.id], { environment: identity(checkout, person) });
  const before = checkout.files;
  bring(checkout, commit.tree, parentTree(commit));
  const removed = removals(before, checkout.files, asAuthor(person));
  const restores = commit.reverts;
  const history = restores === undefined ? 'revert' : 'restore';
  return record(checkout, checkout.files, { history, removed, reverts: commit, ...(restores && { restores }) });
}

export interface Rebase {
  onto: string;
  /** The new commits, each with those that it is made of, first the one that gives the message; default: one each. */
  groups?: readonly (readonly Commit[])[];
  /** `autosquash`: git finds the groups itself, by the subjects. */
  how?: 'rebase' | 'autosquash';
}

/** Puts the commits of the branch anew on top of another, in one go and without conflicts. Returns the new ones. */
export function rebase(checkout: Checkout, person: Person, { onto, groups, how = 'rebase' }: Rebase): Commit[] {
  const { folder, store, world } = checkout;
  world.now += minute;
  const list = (range: string) => git(folder, ['rev-list', '--reverse', range]).trim().split('\n').filter(Boolean);
  const target = commitOf(store, git(folder, ['rev-parse', onto]).trim());
  const plan = groups ?? list(`${onto}..HEAD`).map((id) => [commitOf(store, id)]);
  const environment = { ...committer(checkout, person), ...(how === 'rebase' && groups && editorOf(checkout, groups)) };
  const words = how === 'autosquash' ? ['--interactive', '--autosquash'] : groups ? ['--interactive'] : [];
  git(folder, ['rebase', '--quiet', ...words, onto], { environment });
  let tree = target.tree;
  const made = list(`${target.id}..HEAD`).map((id, index) => {
    const members = plan[index] ?? [];
    for (const member of members) tree = mergeTrees(parentTree(member), tree, member.tree, noConflict);
    const removed = new Map(members.flatMap((member) => [...member.removed]));
    return store.commits.get(id) ?? record(checkout, tree, { history: how, copyOf: members, removed }, id);
  });
  checkout.files = new Map(tree);
  checkout.head = commitOf(store, headId(checkout));
  expectOnDisk(checkout);
  return made;
}

/** The environment in which `git rebase -i` gets our list of what to do. */
function editorOf(checkout: Checkout, groups: readonly (readonly Commit[])[]): Record<string, string> {
  const file = join(checkout.folder, git(checkout.folder, ['rev-parse', '--git-dir']).trim(), 'corpus-todo');
  const lines = groups.flatMap((group) => group.map(({ id }, index) => `${index === 0 ? 'pick' : 'fixup'} ${id}\n`));
  writeFileSync(file, lines.join(''));
  return { GIT_SEQUENCE_EDITOR: `cp -f '${file}'` };
}

/** Merges a branch with a merge commit. After a conflict: resolve it, then `concludeMerge`. */
export function merge(checkout: Checkout, person: Person, branch: string): Outcome {
  const { folder, store, world } = checkout;
  world.now += minute;
  const [base, theirs] = sidesOf(checkout, branch);
  const { isOk } = tryGit(folder, ['merge', '--quiet', '--no-ff', '--no-edit', branch], {
    environment: identity(checkout, person),
  });
  bring(checkout, commitOf(store, base).tree, commitOf(store, theirs).tree);
  return isOk ? record(checkout, checkout.files, { history: 'merge' }) : 'conflict';
}

/** Commits a merge whose conflicts somebody has resolved in the folder. */
export function concludeMerge(checkout: Checkout, person: Person): Commit {
  checkout.world.now += minute;
  git(checkout.folder, ['add', '--all']);
  git(checkout.folder, ['commit', '--quiet', '--no-edit'], { environment: identity(checkout, person) });
  const made = record(checkout, checkout.files, { history: 'merge', removed: checkout.removed });
  checkout.removed = new Map();
  return made;
}

/** Brings a branch as one commit, as the button of a host does. */
export function squashMerge(checkout: Checkout, person: Person, branch: string, message: string): Commit {
  const { folder, store, world } = checkout;
  world.now += minute;
  const [base, theirs] = sidesOf(checkout, branch);
  const range = `${base}..${branch}`;
  const parts = git(folder, ['rev-list', '--reverse', range])
    .trim()
    .split('\n')
    .map((id) => commitOf(store, id));
  git(folder, ['merge', '--quiet', '--squash', branch]);
  git(folder, ['commit', '--quiet', '--file=-'], { input: message, environment: identity(checkout, person) });
  bring(checkout, commitOf(store, base).tree, commitOf(store, theirs).tree);
  const removed = new Map(parts.flatMap((part) => [...part.removed]));
  return record(checkout, checkout.files, { history: 'squash', copyOf: parts, removed });
}

function sidesOf({ folder }: Checkout, branch: string): [base: string, theirs: string] {
  return [git(folder, ['merge-base', 'HEAD', branch]).trim(), git(folder, ['rev-parse', branch]).trim()];
}

/** Does to the simulator's files what git has just done to the folder's, and compares. */
function bring(checkout: Checkout, base: Tree, theirs: Tree): void {
  const markers = new Map<string, string[]>();
  const next = (path: string): Line => {
    if (!markers.has(path)) markers.set(path, markersIn(join(checkout.folder, path)));
    return written(markers.get(path)?.shift() ?? '', gitItself);
  };
  checkout.files = mergeTrees(base, checkout.files, theirs, ({ ours, theirs: other }: Conflict, path) => [
    ...[next(path), ...ours],
    ...[next(path), ...other],
    next(path),
  ]);
  expectOnDisk(checkout);
}

function markersIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^(?:<{7} |={7}$|>{7} )/.test(line));
}

const noConflict = (_: Conflict, path: string): never => {
  throw new Error(`${path}: a conflict where the simulator expects none`);
};

/** What the commit found; empty for a first one. */
export const parentTree = (commit: Commit): Tree => commit.parents[0]?.tree ?? new Map();

/** What `author` took away by going from one tree to another. */
export function removals(before: Tree, after: Tree, author: Author): Map<Line, LineTruth> {
  const removed = new Map<Line, LineTruth>();
  for (const [path, file] of before) noteRemoved(removed, file.lines, after.get(path)?.lines ?? [], author);
  return removed;
}
