import { join } from 'node:path';
import type { Checkout, Commit } from '../world/checkout';
import type { Tree } from '../world/lines';
import { ada, type Person, type World } from '../world/world';
import type { Blank } from './commits';
import { type CommitText, commitIdOf, type Signature } from './objectIds';

/**
 * A repository that lies in memory until its end, so that tens of thousands of commits take seconds. What git would do
 * is done by identity of lines (merge.ts); ids are computed, and compared when git gets the whole.
 */
export interface MemoryRepository {
  readonly checkout: Checkout;
  /** Whose clone it is. */
  readonly owner: Person;
  readonly branches: Map<string, Commit>;
  /** Every commit, in the order in which they were made. */
  readonly texts: Map<Commit, CommitText>;
  /** By ref: lines of its reflog. */
  readonly reflogs: Map<string, string[]>;
}

export function createMemoryRepository(world: World, name: string, owner = ada): MemoryRepository {
  const checkout: Checkout = {
    ...{ world, store: { name, commits: new Map() }, folder: join(world.folder, name), kept: 'memory' },
    ...{ branch: 'main', head: undefined, files: new Map(), removed: new Map() },
  };
  world.checkouts.push(checkout);
  return { checkout, owner, branches: new Map(), texts: new Map(), reflogs: new Map() };
}

export interface Making extends Blank {
  person: Person;
  message: string;
  tree?: Tree;
  parents?: readonly Commit[];
  /** Of the commit that this one is a copy of. */
  author?: Signature;
  /** What the reflog says: `commit`, `commit (amend)`, … */
  action?: string;
}

/** Makes a commit on the current branch, of the work tree unless another tree is given. */
export function makeCommit({ checkout, branches, texts, reflogs }: MemoryRepository, making: Making): Commit {
  const { person, message, tree = checkout.files, action = 'commit', ...made } = making;
  const parents = making.parents ?? (checkout.head === undefined ? [] : [checkout.head]);
  const committer = signature(person, checkout.world.now);
  const author = making.author ?? committer;
  const text = { parents: parents.map(({ id }) => id), author, committer, message: `${message}\n` };
  const commit: Commit = {
    ...{ id: commitIdOf(tree, text), parents, tree: new Map(tree), history: made.history },
    ...{ removed: made.removed ?? new Map(), copyOf: made.copyOf ?? [] },
    ...(made.reverts && { reverts: made.reverts }),
    ...(made.restores && { restores: made.restores }),
  };
  checkout.store.commits.set(commit.id, commit);
  texts.set(commit, text);
  const entry = `${checkout.head?.id ?? '0'.repeat(40)} ${commit.id} ${committer}\t${action}: ${message.split('\n', 1)[0]}\n`;
  for (const ref of ['HEAD', refOf(checkout.branch)]) note(reflogs, ref, entry);
  branches.set(checkout.branch, commit);
  checkout.head = commit;
  return commit;
}

export const refOf = (branch: string): string => `refs/heads/${branch}`;

const signature = ({ name, email }: Person, now: number): Signature =>
  `${name} <${email}> ${Math.floor(now / 1000)} +0000`;

function note(reflogs: Map<string, string[]>, ref: string, entry: string): void {
  const entries = reflogs.get(ref);
  if (entries === undefined) reflogs.set(ref, [entry]);
  else entries.push(entry);
}

export function tipOf({ branches }: MemoryRepository, branch: string): Commit {
  const tip = branches.get(branch);
  if (tip === undefined) throw new Error(`no such branch: ${branch}`);
  return tip;
}

/** Goes to a branch; it is made here where it is not there. Nothing is uncommitted. */
export function switchTo(repository: MemoryRepository, branch: string): void {
  const { checkout, branches } = repository;
  if (!branches.has(branch) && checkout.head !== undefined) branches.set(branch, checkout.head);
  checkout.branch = branch;
  resetTo(repository, tipOf(repository, branch));
}

/** Puts the current branch and the work tree to a commit. */
export function resetTo({ checkout, branches }: MemoryRepository, commit: Commit): void {
  branches.set(checkout.branch, commit);
  checkout.head = commit;
  checkout.files = new Map(commit.tree);
  checkout.removed = new Map();
}

/** The commits of a branch that another does not have, oldest first; both go by first parents. */
export function commitsSince(tip: Commit, base: Commit): Commit[] {
  const result: Commit[] = [];
  for (let commit: Commit | undefined = tip; commit !== undefined && commit !== base; commit = commit.parents[0])
    result.unshift(commit);
  return result;
}
