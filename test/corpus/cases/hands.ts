import {
  agent,
  answer,
  ask,
  commitByAgent,
  edit,
  editEverywhere,
  editFailed,
  editIndent,
  editModified,
  editNotebook,
  editRejected,
  multiEdit,
  pointOf,
  prompt,
  rewind,
  write,
} from '../agents/session';
import { commit } from '../history/commits';
import { program, type, typeFile } from '../people';
import { below, move, reindent, rewrap } from '../world/edits';
import { ada, bob, day, wait } from '../world/world';
import type { Case } from './case';
import { anchor, block, farAnchor, shop } from './sources';

const cart = 'src/cart.ts';

/** Several hands at one text. */
export const hands: readonly Case[] = [
  {
    name: 'the same line at two places by two sessions',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Say the currency.'), cart, below(anchor, 'export const currency = "EUR";'));
      edit(ask(checkout, 'And below, too.'), cart, below(farAnchor, 'export const currency = "EUR";'));
      commit(checkout, ada, 'Say the currency');
    },
  },
  {
    name: 'B re-indents lines of A',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      editIndent(ask(checkout, 'Indent it.'), cart, block('total'), (text) => `    ${text}`);
      commit(checkout, ada, 'Indent the total');
    },
  },
  {
    name: 'person pastes the chat answer of the agent',
    build(world) {
      const checkout = shop(world);
      const session = ask(checkout, 'How would a total look?');
      answer(session, `Like this:\n\n\`\`\`ts\n${block('total').join('\n')}\n\`\`\``);
      type(checkout, ada, cart, below(anchor, ...block('total')), agent(session, 'chat', false));
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'proposal rejected, then typed by hand',
    build(world) {
      const checkout = shop(world);
      const change = below(anchor, ...block('total'));
      editRejected(ask(checkout, 'Add the total.'), cart, change);
      type(checkout, ada, cart, change);
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'edit that failed, then typed by hand',
    build(world) {
      const checkout = shop(world);
      const session = ask(checkout, 'Add the total and the tax.');
      editFailed(session, cart, below(anchor, ...block('total')));
      edit(session, cart, below(farAnchor, ...block('tax')));
      type(checkout, ada, cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'userModified',
    build(world) {
      const checkout = shop(world);
      const proposed = below(anchor, ...block('total'));
      const mine = ['  // Taxes are not in it.', ...block('total').slice(1, -2), '  return total0 + total1;', '}'];
      const accepted = below(anchor, ...block('total').slice(0, 1), ...mine);
      editModified(ask(checkout, 'Add the total.'), cart, proposed, ada, accepted);
      typeFile(checkout, ada, 'NOTES.md', ['Totals are without taxes.']);
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'rewound edit, same text written again by another session',
    build(world) {
      const checkout = shop(world);
      const first = ask(checkout, 'Look around.');
      answer(first, 'A shop with one file.');
      const point = pointOf(first);
      prompt(first, 'Add the total.');
      edit(first, cart, below(anchor, ...block('total')));
      rewind(first, ada, point);
      prompt(first, 'No, add the tax.');
      edit(first, cart, below(farAnchor, ...block('tax')));
      edit(ask(checkout, 'Add the total after all.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add total and tax');
    },
  },
  {
    name: 'AI block copied by hand to another file long after',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      wait(world, 90 * day);
      typeFile(checkout, ada, 'src/copy.ts', block('total'));
      commit(checkout, ada, 'Have the total twice');
    },
  },
  {
    name: 'AI block moved by hand to another file',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      wait(world, 3 * day);
      move(checkout, cart, block('total'), 'src/total.ts', { by: 'person', name: ada.name });
      commit(checkout, ada, 'Give the total a file of its own');
    },
  },
  {
    name: 'AI block moved by hand before the commit',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      move(checkout, cart, block('total'), 'src/total.ts', { by: 'person', name: ada.name });
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'formatter re-wraps one line into three',
    build(world) {
      const checkout = shop(world);
      const long = 'export const sizes = listSizes(smallSizesOfTheShop, largeSizesOfTheShop, oddSizesOfTheShop);';
      edit(ask(checkout, 'List the sizes.'), cart, below(anchor, long));
      const wrapped = [
        'export const sizes = listSizes(',
        '  smallSizesOfTheShop, largeSizesOfTheShop, oddSizesOfTheShop',
        ');',
      ];
      rewrap(checkout, cart, [long], wrapped, program('prettier'));
      commit(checkout, ada, 'List the sizes');
    },
  },
  {
    name: 'formatter re-indents a committed file of agent and person',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      for (const name of ['total', 'weigh']) {
        const steps = block(name).slice(1, -1);
        reindent(checkout, cart, steps, (text) => `  ${text}`, program('prettier'));
      }
      commit(checkout, ada, 'Format');
    },
  },
  {
    name: 'replace_all with 40 places',
    build(world) {
      const checkout = shop(world);
      const calls = Array.from({ length: 40 }, (_, index) => `  sum += oldPrice(goods[${index}]);`);
      typeFile(checkout, ada, 'src/sum.ts', ['let sum = 0;', ...calls]);
      commit(checkout, ada, 'Sum all goods');
      editEverywhere(ask(checkout, 'Rename oldPrice to price.'), 'src/sum.ts', 'oldPrice(', 'price(');
      commit(checkout, ada, 'Rename oldPrice');
    },
  },
  {
    name: 'several edits in one call, and a whole file over another',
    build(world) {
      const checkout = shop(world);
      const session = ask(checkout, 'Add the total and the tax, and say so.');
      multiEdit(session, cart, [below(anchor, ...block('total')), below(farAnchor, ...block('tax'))]);
      write(session, 'README.md', ['# Shop', '', 'Sells things, with a total and a tax.', 'Ask Ada.']);
      write(session, 'src/new.ts', block('fresh'));
      commit(checkout, ada, 'Add total and tax');
    },
  },
  {
    name: 'a cell of a notebook',
    build(world) {
      const checkout = shop(world);
      const cell = (id: string, source: string) => [
        ...['  {', '   "cell_type": "code",', `   "id": "${id}",`, '   "metadata": {},', '   "outputs": [],'],
        ...['   "source": [', `    ${JSON.stringify(source)}`, '   ]', '  }'],
      ];
      typeFile(checkout, ada, 'sales.ipynb', [
        ...['{', ' "cells": [', ...cell('first', 'sales = load_all()')],
        ...[' ],', ' "metadata": {},', ' "nbformat": 4,', ' "nbformat_minor": 5', '}'],
      ]);
      commit(checkout, ada, 'Look at sales');
      const source = 'sales = load_since("2025-01-01")';
      const change = { find: ['    "sales = load_all()"'], put: [`    ${JSON.stringify(source)}`] };
      editNotebook(ask(checkout, 'Only this year.'), 'sales.ipynb', change, 'first', source);
      commit(checkout, ada, 'Look at this year');
    },
  },
  {
    name: 'colleague commits the lines of my session',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, bob, 'Add the total');
    },
  },
  {
    name: 'git commit -am by the agent over the work of the person',
    build(world) {
      const checkout = shop(world);
      type(checkout, ada, cart, below(farAnchor, ...block('tax')));
      const session = ask(checkout, 'Add the total and commit.');
      edit(session, cart, below(anchor, ...block('total')));
      commitByAgent(session, ada, 'Add the total');
    },
  },
  {
    name: 'person changes lines of the agent after the commit',
    build(world) {
      const checkout = shop(world);
      edit(ask(checkout, 'Add the total.'), cart, below(anchor, ...block('total')));
      commit(checkout, ada, 'Add the total');
      wait(world, 5 * day);
      type(checkout, ada, cart, { find: block('total').slice(2, 4), put: ['  const rest = roundUp(cart, total0);'] });
      commit(checkout, ada, 'Round up');
      wait(world, 2 * day);
      edit(ask(checkout, 'Drop the rest.'), cart, { find: ['  const rest = roundUp(cart, total0);'], put: [] });
      commit(checkout, ada, 'Do not round');
    },
  },
];
