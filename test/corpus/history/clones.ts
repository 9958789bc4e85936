import { dirname, join } from 'node:path';
import type { Checkout } from '../world/checkout';
import { open, settle } from './commits';
import { git, gitIn } from './git';

/** Puts the repository on a host: a bare one beside it, `origin` from now on. */
export function publish(checkout: Checkout): void {
  const host = `${checkout.folder}.git`;
  git(dirname(host), ['init', '--quiet', '--bare', '--template=', host]);
  gitIn(checkout, ['remote', 'add', 'origin', `file://${host}`]);
  git(host, ['config', 'uploadpack.allowFilter', 'true']);
  push(checkout);
}

/** Pushes the branch; `--force` after it was rewritten. */
export function push(checkout: Checkout, ...words: string[]): void {
  gitIn(checkout, ['push', '--quiet', '--set-upstream', ...words, 'origin', checkout.branch]);
}

/** Takes over what the host has of this branch; nothing is uncommitted. */
export function pull(checkout: Checkout): void {
  gitIn(checkout, ['fetch', '--quiet', '--prune']);
  gitIn(checkout, ['merge', '--quiet', '--ff-only', `origin/${checkout.branch}`]);
  settle(checkout);
}

/** Another clone of what the host has. `words`: `--depth=1`, `--filter=blob:none`, `--single-branch`. */
export function clone(checkout: Checkout, name: string, ...words: string[]): Checkout {
  const folder = join(checkout.world.folder, name);
  gitIn(checkout, ['clone', '--quiet', '--template=', ...words, `file://${checkout.folder}.git`, folder]);
  const made = open(checkout.world, checkout.store, folder, 'main');
  settle(made);
  return made;
}

/** Another folder of the same clone, on a branch of its own that begins here. */
export function addWorktree(checkout: Checkout, name: string, branch: string): Checkout {
  const folder = join(checkout.world.folder, name);
  gitIn(checkout, ['worktree', 'add', '--quiet', '-b', branch, folder]);
  const made = open(checkout.world, checkout.store, folder, branch);
  settle(made);
  return made;
}

export function deleteBranch(checkout: Checkout, branch: string): void {
  gitIn(checkout, ['branch', '--quiet', '-D', branch]);
}

/** Lets git forget all that no branch holds. */
export function forget(checkout: Checkout): void {
  gitIn(checkout, ['reflog', 'expire', '--expire=now', '--all']);
  gitIn(checkout, ['gc', '--quiet', '--prune=now']);
}
