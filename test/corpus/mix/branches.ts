import { edit } from '../agents/session';
import { type MemoryRepository, switchTo, tipOf } from '../history/memory';
import { type Feature, mergeFeature, rebaseFeature, squashFeature } from '../history/memoryBranches';
import { cherryPickInMemory, revertInMemory } from '../history/memoryCopies';
import { type } from '../people';
import type { Commit } from '../world/checkout';
import { conflictIn } from '../world/edits';
import { ada, minute, type Person } from '../world/world';
import { type Desk, sessionAt } from './work';

/** Ends a branch in one of the ways in which branches end. */
export function endFeature(repository: MemoryRepository, desk: Desk, feature: Feature, person: Person): void {
  const { random } = repository.checkout.world;
  const way = random.next();
  repository.checkout.world.now += 5 * minute;
  if (way < 0.1 || tipOf(repository, feature.branch) === feature.base) switchTo(repository, 'main');
  else if (!endWithoutMerge(repository, feature, person, way))
    mergeFeature(repository, person, feature, (path) => resolve(desk, path, person));
  // What was abandoned, squashed or rebased is reachable by the reflog alone.
  repository.branches.delete(feature.branch);
}

/** False where there is a conflict, or the branch is to be merged. */
function endWithoutMerge(repository: MemoryRepository, feature: Feature, person: Person, way: number): boolean {
  const { random } = repository.checkout.world;
  const message = () => `Bring ${feature.branch} (#${random.between(1, 9999)})`;
  if (way < 0.4) return squashFeature(repository, person, feature, message);
  if (way >= 0.7) return false;
  const isSquashed = random.chance(0.4);
  let index = 0;
  return rebaseFeature(repository, person, feature, () => isSquashed && index++ % 2 === 1);
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
