import type { Author } from '../truth';
import type { Commit } from '../world/checkout';
import { type SourceFile, type Tree, written } from '../world/lines';
import { type Conflict, mergeTrees } from '../world/merge';
import type { Person } from '../world/world';
import { asAuthor } from './commits';
import { parentTree, removals } from './copies';
import { commitsSince, type MemoryRepository, makeCommit, resetTo, tipOf } from './memory';

/** `git commit --amend` of all that lies in the work tree. */
export function amendInMemory(repository: MemoryRepository, person: Person): Commit | undefined {
  const { checkout, texts } = repository;
  const { head } = checkout;
  if (head === undefined) return undefined;
  const removed = new Map([...head.removed, ...checkout.removed]);
  checkout.removed = new Map();
  return makeCommit(repository, {
    ...{ person, message: messageOf(repository, head), parents: head.parents, action: 'commit (amend)' },
    ...{ history: 'amend', copyOf: [head], removed, ...authorOf(texts.get(head)) },
  });
}

/** `git cherry-pick -x`; undefined, and nothing done, where there is a conflict or nothing to do. */
export function cherryPickInMemory(repository: MemoryRepository, person: Person, commit: Commit): Commit | undefined {
  const tree = bring(repository, parentTree(commit), commit.tree);
  if (tree === undefined) return undefined;
  const { texts } = repository;
  const message = `${messageOf(repository, commit)}\n\n(cherry picked from commit ${commit.id})`;
  const made = { history: 'cherry_pick', copyOf: [commit], removed: commit.removed } as const;
  return makeCommit(repository, { person, message, ...made, ...authorOf(texts.get(commit)), action: 'cherry-pick' });
}

/** `git revert`, of a revert, too; undefined, and nothing done, where there is a conflict or nothing to do. */
export function revertInMemory(repository: MemoryRepository, person: Person, commit: Commit): Commit | undefined {
  const { checkout } = repository;
  const before = checkout.files;
  if (bring(repository, commit.tree, parentTree(commit)) === undefined) return undefined;
  const subject = messageOf(repository, commit).split('\n', 1)[0];
  return makeCommit(repository, {
    ...{ person, message: `Revert "${subject}"\n\nThis reverts commit ${commit.id}.`, action: 'revert' },
    ...{ history: commit.reverts === undefined ? 'revert' : 'restore', reverts: commit },
    ...(commit.reverts && { restores: commit.reverts }),
    removed: removals(before, checkout.files, asAuthor(person)),
  });
}

/** Does a change to the work tree, in whole or not at all. */
function bring({ checkout }: MemoryRepository, base: Tree, theirs: Tree): Tree | undefined {
  const files = mergedCleanly(base, checkout.files, theirs);
  if (files === undefined || isSame(files, checkout.files)) return undefined;
  checkout.files = files;
  return files;
}

function isSame(left: Tree, right: Tree): boolean {
  if (left.size !== right.size) return false;
  for (const [path, file] of left) {
    const other = right.get(path);
    if (other === file) continue;
    if (other === undefined || other.lines.length !== file.lines.length) return false;
    if (file.lines.some((line, index) => line.text !== other.lines[index]?.text)) return false;
  }
  return true;
}

class MergeConflict extends Error {}

function mergedCleanly(base: Tree, ours: Tree, theirs: Tree): Map<string, SourceFile> | undefined {
  try {
    return mergeTrees(base, ours, theirs, (_, path) => {
      throw new MergeConflict(path);
    });
  } catch (error) {
    if (error instanceof MergeConflict) return undefined;
    throw error;
  }
}

/** Puts the current branch on top of another; neighbouring commits are squashed where `isFixup` says so. */
export function rebaseInMemory(
  repository: MemoryRepository,
  person: Person,
  { base, onto, isFixup }: { base: Commit; onto: Commit; isFixup: (commit: Commit) => boolean },
): Commit[] | undefined {
  const { checkout, texts } = repository;
  const before = tipOf(repository, checkout.branch);
  const groups: Commit[][] = [];
  for (const commit of commitsSince(before, base)) {
    const last = groups.at(-1);
    if (last !== undefined && isFixup(commit)) last.push(commit);
    else groups.push([commit]);
  }
  resetTo(repository, onto);
  const made: Commit[] = [];
  for (const group of groups) {
    const [first] = group;
    const brought = group.map((commit) => bring(repository, parentTree(commit), commit.tree));
    if (first === undefined || brought.includes(undefined)) {
      resetTo(repository, before);
      return undefined;
    }
    const history = group.length > 1 ? 'autosquash' : 'rebase';
    const removed = new Map(group.flatMap((commit) => [...commit.removed]));
    const message = messageOf(repository, first);
    const text = { person, message, action: 'rebase (pick)', ...authorOf(texts.get(first)) };
    made.push(makeCommit(repository, { ...text, history, copyOf: group, removed }));
  }
  return made;
}

/** Merges a branch; conflicts come with their markers into the work tree, and the paths that have any are returned. */
export function mergeIntoWorkTree(
  repository: MemoryRepository,
  base: Commit,
  theirs: Commit,
  branch: string,
): string[] {
  const { checkout } = repository;
  const conflicted = new Set<string>();
  const git: Author = { by: 'tool', tool: 'git' };
  checkout.files = mergeTrees(base.tree, checkout.files, theirs.tree, (conflict: Conflict, path) => {
    conflicted.add(path);
    return [
      ...[written('<<<<<<< HEAD', git), ...conflict.ours],
      ...[written('=======', git), ...conflict.theirs],
      written(`>>>>>>> ${branch}`, git),
    ];
  });
  return [...conflicted];
}

/** The subject and body of a commit. */
export const messageOf = ({ texts }: MemoryRepository, commit: Commit): string =>
  texts.get(commit)?.message.trimEnd() ?? '';

const authorOf = (text: { author: string } | undefined) => (text === undefined ? {} : { author: text.author });
