import { ask, edit, shell, write } from '../agents/session';
import { commit } from '../history/commits';
import { byHand, generate, type, typeFile } from '../people';
import { removeFile } from '../world/checkout';
import { below, overwrite } from '../world/edits';
import { ada, bob, day, wait } from '../world/world';
import type { Case } from './case';
import { anchor, block, farAnchor, shop } from './sources';

const cart = 'src/cart.ts';

const lockFile = (version: number) => [
  '{',
  '  "lockfileVersion": 3,',
  ...Array.from({ length: 30 }, (_, index) => `  "node_modules/part${index}": { "version": "${version}.0.${index}" },`),
  '  "name": "shop"',
  '}',
];

/** Nothing here is an agent's, however near an agent was. */
export const negatives: readonly Case[] = [
  {
    name: 'dependency bump by the person',
    isNegative: true,
    build(world) {
      const checkout = shop(world);
      generate(checkout, 'npm', 'package-lock.json', lockFile(1));
      commit(checkout, ada, 'Add parts');
      write(ask(checkout, 'Try something.'), 'scratch.ts', block('scratch'));
      removeFile(checkout, 'scratch.ts', byHand(ada).author);
      generate(checkout, 'npm', 'package-lock.json', lockFile(2));
      commit(checkout, ada, 'Bump parts');
    },
  },
  {
    name: 'dependency bump by the agent',
    isNegative: true,
    build(world) {
      const checkout = shop(world);
      generate(checkout, 'npm', 'package-lock.json', lockFile(1));
      commit(checkout, ada, 'Add parts');
      shell(ask(checkout, 'Bump all parts.'), 'npm update', (npm) => {
        overwrite(checkout, 'package-lock.json', lockFile(2), npm);
      });
      commit(checkout, ada, 'Bump parts');
    },
  },
  {
    name: 'vendored drop',
    isNegative: true,
    build(world) {
      const checkout = shop(world);
      write(ask(checkout, 'Try something.'), 'scratch.ts', block('scratch'));
      removeFile(checkout, 'scratch.ts', byHand(ada).author);
      generate(checkout, 'cp', 'vendor/money/round.ts', block('round', 60));
      generate(checkout, 'cp', 'vendor/money/split.ts', block('split', 60));
      commit(checkout, ada, 'Vendor money');
    },
  },
  {
    name: 'other files than those of the session',
    isNegative: true,
    build(world) {
      const checkout = shop(world);
      const session = ask(checkout, 'Try a total.');
      write(session, 'scratch.ts', block('total'));
      removeFile(checkout, 'scratch.ts', byHand(ada).author);
      type(checkout, ada, cart, below(anchor, ...block('tip')));
      type(checkout, ada, cart, below(farAnchor, 'if (cart.isEmpty) {', '  return 0;', '}'));
      commit(checkout, ada, 'Add the tip');
    },
  },
  {
    name: 'edit taken back by hand, other lines of the same file committed',
    isNegative: true,
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add a total.'), cart, below(anchor, ...block('total')));
      type(checkout, ada, cart, { find: block('total'), put: [] });
      type(checkout, ada, cart, below(anchor, ...block('tip')));
      commit(checkout, ada, 'Add the tip');
    },
  },
  {
    name: 'no session',
    isNegative: true,
    build(world) {
      const checkout = shop(world);
      typeFile(checkout, ada, 'src/tip.ts', block('tip'));
      commit(checkout, ada, 'Add the tip');
      wait(world, day);
      type(checkout, bob, cart, below(anchor, ...block('total')));
      commit(checkout, bob, 'Add the total');
    },
  },
];
