import { ask, edit } from '../agents/session';
import { asAuthor, commit } from '../history/commits';
import { type } from '../people';
import { below } from '../world/edits';
import { ada, minute, wait } from '../world/world';
import type { Case } from './case';
import { anchor, block, farAnchor, shop } from './sources';

const cart = 'src/cart.ts';

/** Logs and git are the same whoever wrote these lines: they are told apart and asserted nowhere. */
export const undecidable: readonly Case[] = [
  named('person retypes the line of the agent in the same file', (name, checkout) => {
    edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
    type(checkout, ada, cart, { find: block('total'), put: [] });
    wait(checkout.world, 10 * minute);
    type(checkout, ada, cart, below(anchor, ...block('total')), { ...asAuthor(ada), undecidable: name });
    commit(checkout, ada, 'Add the total');
  }),
  named('person deletes the block of the agent and types it elsewhere in the file', (name, checkout) => {
    edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
    type(checkout, ada, cart, { find: block('total'), put: [] });
    type(checkout, ada, cart, below(farAnchor, ...block('total')), { ...asAuthor(ada), undecidable: name });
    commit(checkout, ada, 'Add the total');
  }),
];

function named(name: string, build: (name: string, checkout: ReturnType<typeof shop>) => void): Case {
  return { name, build: (world) => build(name, shop(world)) };
}
