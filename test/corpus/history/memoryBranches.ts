import type { Commit } from '../world/checkout';
import type { Person } from '../world/world';
import { commitsSince, type MemoryRepository, makeCommit, resetTo, switchTo, tipOf } from './memory';
import { mergeIntoWorkTree, rebaseInMemory } from './memoryCopies';

/** A branch beside `main`, and where it began. */
export interface Feature {
  branch: string;
  base: Commit;
}

/** Merges with a merge commit; `resolve` takes the markers out of a file with conflicts. */
export function mergeFeature(
  repository: MemoryRepository,
  person: Person,
  { branch, base }: Feature,
  resolve: (path: string) => void,
): void {
  const { checkout } = repository;
  const theirs = tipOf(repository, branch);
  switchTo(repository, 'main');
  for (const path of mergeIntoWorkTree(repository, base, theirs, branch)) resolve(path);
  if (checkout.head === undefined) return;
  makeCommit(repository, {
    ...{ person, message: `Merge branch '${branch}'`, parents: [checkout.head, theirs], history: 'merge' },
    ...{ removed: checkout.removed, action: `merge ${branch}` },
  });
  checkout.removed = new Map();
}

/** One commit in place of all, as hosts do. False, and nothing done, where there is a conflict: hosts offer none then. */
export function squashFeature(
  repository: MemoryRepository,
  person: Person,
  { branch, base }: Feature,
  messageOf: () => string,
): boolean {
  const { checkout } = repository;
  const theirs = tipOf(repository, branch);
  const parts = commitsSince(theirs, base);
  switchTo(repository, 'main');
  if (mergeIntoWorkTree(repository, base, theirs, branch).length > 0) {
    if (checkout.head !== undefined) resetTo(repository, checkout.head);
    return false;
  }
  const removed = new Map(parts.flatMap((part) => [...part.removed]));
  makeCommit(repository, { person, message: messageOf(), history: 'squash', copyOf: parts, removed });
  return true;
}

/**
 * On top of main, some commits squashed into those before them, then main goes forward to it. False, and nothing done,
 * where there is a conflict.
 */
export function rebaseFeature(
  repository: MemoryRepository,
  person: Person,
  { branch, base }: Feature,
  isFixup: (commit: Commit) => boolean = () => false,
): boolean {
  const onto = tipOf(repository, 'main');
  switchTo(repository, branch);
  const made = rebaseInMemory(repository, person, { base, onto, isFixup });
  switchTo(repository, 'main');
  const last = made?.at(-1);
  if (last !== undefined) resetTo(repository, last);
  return last !== undefined;
}
