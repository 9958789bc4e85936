import { edit } from '../agents/session';
import { commitsSince, type MemoryRepository, makeCommit, resetTo, switchTo, tipOf } from '../history/memory';
import { cherryPickInMemory, mergeIntoWorkTree, rebaseInMemory, revertInMemory } from '../history/memoryCopies';
import { type } from '../people';
import type { Commit } from '../world/checkout';
import { conflictIn } from '../world/edits';
import { ada, minute, type Person } from '../world/world';
import { type Desk, sessionAt } from './work';

/** A branch beside `main`, and where it began. */
export interface Feature {
  branch: string;
  base: Commit;
}

/** Ends a branch in one of the ways in which branches end. */
export function endFeature(repository: MemoryRepository, desk: Desk, feature: Feature, person: Person): void {
  const { random } = repository.checkout.world;
  const way = random.next();
  repository.checkout.world.now += 5 * minute;
  const withoutMerge = way < 0.4 ? squashFeature : way < 0.7 ? rebaseFeature : undefined;
  if (way < 0.1 || tipOf(repository, feature.branch) === feature.base) switchTo(repository, 'main');
  else if (withoutMerge?.(repository, feature, person) !== true) mergeFeature(repository, desk, feature, person);
  // What was abandoned, squashed or rebased is reachable by the reflog alone.
  repository.branches.delete(feature.branch);
}

function mergeFeature(repository: MemoryRepository, desk: Desk, { branch, base }: Feature, person: Person): void {
  const { checkout } = repository;
  const theirs = tipOf(repository, branch);
  switchTo(repository, 'main');
  for (const path of mergeIntoWorkTree(repository, base, theirs, branch)) resolve(desk, path, person);
  if (checkout.head === undefined) return;
  makeCommit(repository, {
    ...{ person, message: `Merge branch '${branch}'`, parents: [checkout.head, theirs], history: 'merge' },
    ...{ removed: checkout.removed, action: `merge ${branch}` },
  });
  checkout.removed = new Map();
}

/** The agent, or the person, writes what the two sides could not agree upon. */
function resolve(desk: Desk, path: string, person: Person): void {
  const { checkout, content } = desk;
  const { random } = checkout.world;
  while (checkout.files.get(path)?.lines.some(({ text }) => text.startsWith('<<<<<<< '))) {
    const find = conflictIn(checkout, path);
    const middle = find.indexOf('=======');
    const put = random.chance(0.5) ? find.slice(1, middle) : [content.statement(), ...find.slice(middle + 1, -1)];
    if (random.chance(0.5)) edit(sessionAt(desk), path, { find, put });
    else type(checkout, person, path, { find, put });
  }
}

/** False, and nothing done, where there is a conflict: hosts offer no squash then. */
function squashFeature(repository: MemoryRepository, { branch, base }: Feature, person: Person): boolean {
  const { checkout } = repository;
  const parts = commitsSince(tipOf(repository, branch), base);
  const theirs = tipOf(repository, branch);
  switchTo(repository, 'main');
  if (mergeIntoWorkTree(repository, base, theirs, branch).length > 0) {
    if (checkout.head !== undefined) resetTo(repository, checkout.head);
    return false;
  }
  const removed = new Map(parts.flatMap((part) => [...part.removed]));
  const message = `Bring ${branch} (#${checkout.world.random.between(1, 9999)})`;
  makeCommit(repository, { person, message, history: 'squash', copyOf: parts, removed });
  return true;
}

/**
 * On top of main, some commits squashed into those before them, then main goes forward to it. False, and nothing done,
 * where there is a conflict.
 */
function rebaseFeature(repository: MemoryRepository, { branch, base }: Feature, person: Person): boolean {
  const { checkout } = repository;
  const onto = tipOf(repository, 'main');
  switchTo(repository, branch);
  const isSquashed = checkout.world.random.chance(0.4);
  let index = 0;
  const made = rebaseInMemory(repository, person, { base, onto, isFixup: () => isSquashed && index++ % 2 === 1 });
  switchTo(repository, 'main');
  const last = made?.at(-1);
  if (last !== undefined) resetTo(repository, last);
  return last !== undefined;
}

/** Copies one of the last commits of main to the release branch, which stays. */
export function release(repository: MemoryRepository, person: Person): void {
  const { world } = repository.checkout;
  const main = tipOf(repository, 'main');
  const commit = recentOf(main, world.random.between(0, 10));
  switchTo(repository, 'release');
  world.now += 5 * minute;
  if (commit.parents.length === 1) cherryPickInMemory(repository, person, commit);
  switchTo(repository, 'main');
}

/** Takes one of the last commits of main back, and perhaps that, too. */
export function takeBack(repository: MemoryRepository, person: Person): void {
  const { world } = repository.checkout;
  const commit = recentOf(tipOf(repository, 'main'), world.random.between(0, 10));
  if (commit.parents.length !== 1) return;
  world.now += 5 * minute;
  const revert = revertInMemory(repository, person, commit);
  if (revert === undefined || !world.random.chance(0.5)) return;
  world.now += world.random.between(5, 3000) * minute;
  revertInMemory(repository, ada, revert);
}

function recentOf(tip: Commit, back: number): Commit {
  let commit = tip;
  for (let step = 0; step < back; step++) commit = commit.parents[0] ?? commit;
  return commit;
}
