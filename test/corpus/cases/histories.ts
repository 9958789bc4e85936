import { ask, edit } from '../agents/session';
import { branchOff, commit, commitPart, goTo } from '../history/commits';
import { concludeMerge, merge } from '../history/copies';
import { byHand, type, typeFile } from '../people';
import { type Checkout, putLines, renameFile } from '../world/checkout';
import { below, conflictIn, overwrite } from '../world/edits';
import { written } from '../world/lines';
import { ada, bob, day, wait } from '../world/world';
import type { Case } from './case';
import { anchor, block, farAnchor, shop } from './sources';

const cart = 'src/cart.ts';

/** Staging, merges, renames, and files with other ends and names. */
export const histories: readonly Case[] = [
  {
    name: 'partial staging over a month',
    build(world) {
      const checkout = shop(world);
      const session = ask(checkout, 'Add total, tax and tip.');
      edit(session, cart, below(anchor, ...block('total')));
      edit(session, cart, below(farAnchor, ...block('tax')));
      edit(session, cart, below('  return combine(pack0, pack1, pack2);', "  log('packed', cart);"));
      const isOf = (text: string) => (change: { fresh: readonly { text: string }[] }) =>
        change.fresh.some((line) => line.text.includes(text));
      commitPart(checkout, ada, 'Add the total', cart, isOf('total'));
      wait(world, 15 * day);
      commitPart(checkout, ada, 'Tell what is packed', cart, isOf('packed'));
      wait(world, 16 * day);
      commit(checkout, ada, 'Add the tax');
    },
  },
  {
    name: 'conflict resolved by the agent',
    build(world) {
      const checkout = inConflict(world);
      const resolved = '  return combine(weigh1, weigh2) + boxWeight(cart);';
      edit(ask(checkout, 'Resolve the conflict.'), cart, { find: conflictIn(checkout, cart), put: [resolved] });
      concludeMerge(checkout, ada);
    },
  },
  {
    name: 'conflict resolved by hand, taking one side',
    build(world) {
      const checkout = inConflict(world);
      const conflict = conflictIn(checkout, cart);
      type(checkout, ada, cart, { find: conflict, put: conflict.slice(1, 2) });
      concludeMerge(checkout, ada);
    },
  },
  {
    name: 'merge without conflict, agent on one side, colleague on the other',
    build(world) {
      const checkout = shop(world);
      branchOff(checkout, 'feature');
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      goTo(checkout, 'main');
      type(checkout, bob, cart, below(farAnchor, ...block('tax')));
      commit(checkout, bob, 'Add the tax');
      merge(checkout, ada, 'feature');
    },
  },
  {
    name: 'file renamed and half rewritten',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      renameFile(checkout, cart, 'src/basket.ts', byHand(ada).author);
      edit(ask(checkout, 'Weigh otherwise.'), 'src/basket.ts', { find: block('weigh'), put: block('heft') });
      type(checkout, ada, 'src/basket.ts', { find: block('pack').slice(1, 3), put: ['  const pack1 = 0;'] });
      commit(checkout, ada, 'Call the cart a basket');
    },
  },
  {
    name: 'file renamed and rewritten beyond what git takes for a rename',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      renameFile(checkout, cart, 'src/basket.ts', byHand(ada).author);
      const session = ask(checkout, 'Weigh, pack and label otherwise.');
      edit(session, 'src/basket.ts', { find: block('weigh'), put: block('heft') });
      edit(session, 'src/basket.ts', { find: block('label'), put: block('tag') });
      type(checkout, ada, 'src/basket.ts', { find: block('pack').slice(1, 3), put: ['  const pack1 = 0;'] });
      commit(checkout, ada, 'Call the cart a basket');
    },
  },
  {
    name: 'file edited by the agent, then renamed before the commit',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      renameFile(checkout, cart, 'src/basket.ts', byHand(ada).author);
      commit(checkout, ada, 'Add the total to the basket');
    },
  },
  {
    name: 'CRLF',
    build(world) {
      const checkout = shop(world);
      const { author, truth } = byHand(ada);
      const lines = [anchor, '', ...block('weigh')].map((text) => written(text, truth));
      putLines(checkout, 'src/windows.ts', lines, author, '\r\n');
      commit(checkout, ada, 'Add a file of Windows');
      edit(ask(checkout, 'Add the total.'), 'src/windows.ts', below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    // git keeps the composed name, as core.precomposeUnicode does; the agent logs what the disk says.
    name: 'NFD names',
    build(world) {
      const checkout = shop(world);
      const path = 'src/größe.ts'.normalize('NFC');
      typeFile(checkout, ada, path, [anchor, '', ...block('weigh')]);
      commit(checkout, ada, 'Add a file with an umlaut');
      edit(ask(checkout, 'Add the total.'), path, below(anchor, ...block('total')), path.normalize('NFD'));
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'line of the agent removed and typed again by hand',
    build(world) {
      const checkout = shop(world);
      const [line = ''] = block('total');
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      wait(world, day);
      type(checkout, ada, cart, { find: block('total'), put: [] });
      commit(checkout, ada, 'No total');
      wait(world, 10 * day);
      overwrite(checkout, 'src/later.ts', [line, '  return 0;', '}'], byHand(ada));
      commit(checkout, ada, 'A total after all');
    },
  },
];

/** Both sides changed one line; the merge has stopped. */
function inConflict(world: Parameters<typeof shop>[0]): Checkout {
  const checkout = shop(world);
  const line = '  return combine(weigh0, weigh1, weigh2);';
  branchOff(checkout, 'feature');
  edit(ask(checkout, 'Weigh the box.'), cart, { find: [line], put: ['  return combine(weigh0) + boxWeight(cart);'] });
  commit(checkout, ada, 'Weigh the box');
  goTo(checkout, 'main');
  type(checkout, bob, cart, { find: [line], put: ['  return combine(weigh1, weigh2);'] });
  commit(checkout, bob, 'Weigh less');
  if (merge(checkout, ada, 'feature') !== 'conflict') throw new Error('git found no conflict');
  return checkout;
}
