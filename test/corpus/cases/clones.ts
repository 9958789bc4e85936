import { rmSync } from 'node:fs';
import { ask, commitByAgent, edit } from '../agents/session';
import { addWorktree, clone, deleteBranch, forget, publish, pull, push } from '../history/clones';
import { amend, branchOff, commit, goTo } from '../history/commits';
import { merge, squashMerge } from '../history/copies';
import { git } from '../history/git';
import { type } from '../people';
import { below } from '../world/edits';
import { ada, bob, day, hour, wait } from '../world/world';
import type { Case } from './case';
import { anchor, block, farAnchor, shop } from './sources';

const cart = 'src/cart.ts';

/** Work in several folders, and branches that come and go. */
export const clones: readonly Case[] = [
  {
    name: 'two worktrees, identical code, one merged',
    build(world) {
      const checkout = shop(world);
      const left = addWorktree(checkout, 'shop-left', 'left');
      const right = addWorktree(checkout, 'shop-right', 'right');
      for (const folder of [left, right]) {
        edit(ask(folder, 'Add the total.'), cart, below(anchor, ...block('total')));
        commit(folder, ada, 'Add the total');
      }
      merge(checkout, ada, 'right');
    },
  },
  {
    name: 'squash on the host, parts never fetched',
    build(world) {
      const checkout = shop(world);
      publish(checkout);
      branchOff(checkout, 'feature');
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      edit(ask(checkout, 'Add the tax.'), cart, below(farAnchor, ...block('tax')));
      commit(checkout, ada, 'Add the tax');
      push(checkout);
      const host = clone(checkout, 'host');
      git(host.folder, ['branch', '--quiet', 'feature', 'origin/feature']);
      squashMerge(host, bob, 'feature', 'Totals and taxes (#12)');
      push(host);
      git(host.folder, ['push', '--quiet', 'origin', '--delete', 'feature']);
      rmSync(host.folder, { recursive: true });
      goTo(checkout, 'main');
      pull(checkout);
      deleteBranch(checkout, 'feature');
      forget(checkout);
    },
  },
  {
    name: 'force-push after an amend, another clone has the old commit',
    build(world) {
      const checkout = shop(world);
      publish(checkout);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      push(checkout);
      clone(checkout, 'shop-other');
      edit(ask(checkout, 'Add the tax.'), cart, below(farAnchor, ...block('tax')));
      amend(checkout, ada);
      push(checkout, '--force');
    },
  },
  {
    name: 'two clones, a session in each',
    build(world) {
      const checkout = shop(world);
      publish(checkout);
      const other = clone(checkout, 'shop-other');
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      push(checkout);
      pull(other);
      edit(ask(other, 'Say who we are.'), 'README.md', below('Sells things.', 'Since 1999, in five towns.'));
      commit(other, ada, 'Say who we are');
      push(other);
      pull(checkout);
    },
  },
  {
    name: 'deleted branch',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'spike');
      commitByAgent(spike(checkout), ada, 'Try a total');
      goTo(checkout, 'main');
      deleteBranch(checkout, 'spike');
      wait(world, 20 * day);
      type(checkout, ada, 'README.md', below('Sells things.', 'And buys some.'));
      commit(checkout, ada, 'Say what we buy');
    },
  },
  {
    name: 'shallow clone',
    build(world) {
      const checkout = shop(world);
      publish(checkout);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      push(checkout);
      const shallow = clone(checkout, 'shop-shallow', '--depth=1');
      edit(ask(shallow, 'Add the tax.'), cart, below(farAnchor, ...block('tax')));
      commit(shallow, ada, 'Add the tax');
    },
  },
  {
    name: 'partial clone',
    build(world) {
      const checkout = shop(world);
      publish(checkout);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      type(checkout, ada, cart, { find: ['  return combine(total0, total1, total2);'], put: ['  return total0;'] });
      commit(checkout, ada, 'Keep the first');
      push(checkout);
      const partial = clone(checkout, 'shop-partial', '--filter=blob:none');
      edit(ask(partial, 'Add the tax.'), cart, below(farAnchor, ...block('tax')));
      commit(partial, ada, 'Add the tax');
    },
  },
  {
    name: 'second machine, whose logs are not here',
    build(world) {
      const checkout = shop(world);
      publish(checkout);
      const laptop = clone(checkout, 'shop-laptop');
      const away = ask(laptop, 'Add the total.', { machine: 'other' });
      edit(away, cart, below(anchor, ...block('total')));
      commitByAgent(away, ada, 'Add the total');
      push(laptop);
      pull(checkout);
      edit(ask(checkout, 'Add the tax.'), cart, below(farAnchor, ...block('tax')));
      commit(checkout, ada, 'Add the tax');
      rmSync(laptop.folder, { recursive: true });
    },
  },
  {
    name: 'clock an hour off after sleep',
    build(world) {
      const checkout = shop(world);
      const session = ask(checkout, 'Add the total.', { clockAhead: hour });
      edit(session, cart, below(anchor, ...block('total')));
      commitByAgent(session, ada, 'Add the total');
      edit(session, cart, below(farAnchor, ...block('tax')));
      commit(checkout, ada, 'Add the tax');
    },
  },
];

function spike(checkout: Parameters<typeof ask>[0]) {
  const session = ask(checkout, 'Try a total.');
  edit(session, cart, below(anchor, ...block('total')));
  return session;
}
