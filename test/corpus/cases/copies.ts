import { commitByAgent, edit, prompt, startSession } from '../agents/session';
import { amend, branchOff, commit, goTo } from '../history/commits';
import { cherryPick, rebase, revert, squashMerge } from '../history/copies';
import { below } from '../world/edits';
import { ada, hour, wait } from '../world/world';
import type { Case } from './case';
import { anchor, block, farAnchor, shop } from './sources';

/** One change in several commits. */
export const copies: readonly Case[] = [
  {
    name: 'amend two hours later with agent lines',
    build(world) {
      const checkout = shop(world);
      const session = startSession(checkout);
      prompt(session, 'Add the total.');
      edit(session, 'src/cart.ts', below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      wait(world, 2 * hour);
      prompt(session, 'And the tax.');
      edit(session, 'src/cart.ts', below(farAnchor, ...block('tax')));
      amend(checkout, ada);
    },
  },
  {
    name: 'autosquashed fixup',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'feature');
      const session = startSession(checkout);
      prompt(session, 'Add the total.');
      edit(session, 'src/cart.ts', below(anchor, ...block('total')));
      const first = commit(checkout, ada, 'Add the total');
      edit(session, 'README.md', below('Sells things.', 'Totals are in cents.'));
      const second = commit(checkout, ada, 'Say what a total is');
      edit(session, 'src/cart.ts', below(farAnchor, ...block('tax')));
      const fixup = commit(checkout, ada, 'fixup! Add the total');
      rebase(checkout, ada, { onto: 'main', groups: [[first, fixup], [second]], how: 'autosquash' });
    },
  },
  {
    name: 'interactive rebase: reordered, dropped, squashed',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'feature');
      const session = startSession(checkout);
      prompt(session, 'Add totals.');
      edit(session, 'src/cart.ts', below(anchor, ...block('total')));
      const first = commit(checkout, ada, 'Add the total');
      edit(session, 'README.md', below('Sells things.', 'Totals are in cents.'));
      const second = commit(checkout, ada, 'Say what a total is');
      edit(session, 'src/cart.ts', below(farAnchor, ...block('tax')));
      const third = commit(checkout, ada, 'Add the tax');
      edit(session, 'README.md', below('# Shop', '', 'To be dropped again.'));
      commit(checkout, ada, 'Say too much');
      rebase(checkout, ada, { onto: 'main', groups: [[second], [first, third]] });
    },
  },
  {
    name: 'plain rebase onto a main that went on',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'feature');
      const session = startSession(checkout);
      prompt(session, 'Add the total.');
      edit(session, 'src/cart.ts', below(anchor, ...block('total')));
      commitByAgent(session, ada, 'Add the total');
      goTo(checkout, 'main');
      const other = startSession(checkout);
      prompt(other, 'Say who we are.');
      edit(other, 'README.md', below('Sells things.', 'Since 1999, in five towns.'));
      commit(checkout, ada, 'Say who we are');
      goTo(checkout, 'feature');
      rebase(checkout, ada, { onto: 'main' });
    },
  },
  {
    name: 'revert of a revert',
    build(world) {
      const checkout = shop(world);
      const session = startSession(checkout);
      prompt(session, 'Add the total.');
      edit(session, 'src/cart.ts', below(anchor, ...block('total')));
      const made = commit(checkout, ada, 'Add the total');
      wait(world, 24 * hour);
      const reverted = revert(checkout, ada, made);
      wait(world, 24 * hour);
      revert(checkout, ada, reverted);
    },
  },
  {
    name: 'cherry-pick to a release branch, both live',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'release');
      goTo(checkout, 'main');
      edit(startSession(checkout), 'README.md', below('# Shop', '', 'Only on main, this line.'));
      commit(checkout, ada, 'Say it on main');
      const session = startSession(checkout);
      prompt(session, 'Mend the total.');
      edit(session, 'src/cart.ts', below(anchor, ...block('total')));
      const made = commit(checkout, ada, 'Mend the total');
      goTo(checkout, 'release');
      wait(world, hour);
      cherryPick(checkout, ada, made);
      goTo(checkout, 'main');
    },
  },
  {
    name: 'squash of two sessions and a person',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'feature');
      const first = startSession(checkout);
      prompt(first, 'Add the total.');
      edit(first, 'src/cart.ts', below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      const second = startSession(checkout);
      prompt(second, 'Add the tax.');
      edit(second, 'src/cart.ts', below(farAnchor, ...block('tax')));
      commit(checkout, ada, 'Add the tax');
      goTo(checkout, 'main');
      squashMerge(checkout, ada, 'feature', 'Totals and taxes (#12)');
    },
  },
];
