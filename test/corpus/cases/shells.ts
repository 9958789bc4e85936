import { ask, heredoc, read, shell } from '../agents/session';
import { commit } from '../history/commits';
import { typeFile } from '../people';
import { overwrite, replaceEverywhere } from '../world/edits';
import { ada } from '../world/world';
import type { Case } from './case';
import { block, shop } from './sources';

/** What an agent does through the shell. */
export const shells: readonly Case[] = [
  {
    name: 'sed -i over 300 files',
    build(world) {
      const checkout = shop(world);
      const paths = Array.from({ length: 300 }, (_, index) => `src/goods/goods${index}.ts`);
      for (const [index, path] of paths.entries())
        typeFile(checkout, ada, path, [
          `export const goods${index} = oldPrice(${index});`,
          ...block(`sell${index}`, 1),
        ]);
      commit(checkout, ada, 'Add goods');
      shell(ask(checkout, 'Rename oldPrice everywhere.'), "sed -i 's/oldPrice/price/' src/goods/*.ts", (sed) => {
        for (const path of paths) replaceEverywhere(checkout, path, 'oldPrice', 'price', sed);
      });
      commit(checkout, ada, 'Rename oldPrice');
    },
  },
  {
    // The log shows all 20 lines as written; that most of them were there is only in what the agent read before.
    name: 'heredoc over a file with 90 % uncommitted human text',
    build(world) {
      const checkout = shop(world);
      const mine = Array.from({ length: 18 }, (_, index) => `Rule ${index}: ask ${index + 2} people before you ship.`);
      typeFile(checkout, ada, 'RULES.md', mine);
      const session = ask(checkout, 'Add two rules.');
      read(session, 'RULES.md');
      heredoc(session, 'RULES.md', [...mine, 'Rule 18: never ship on Fridays.', 'Rule 19: write down who agreed.']);
      commit(checkout, ada, 'Add rules');
    },
  },
  {
    name: 'heredoc of a new file',
    build(world) {
      const checkout = shop(world);
      heredoc(ask(checkout, 'Write a total.'), 'src/total.ts', block('total'));
      commit(checkout, ada, 'Add the total');
    },
  },
  {
    name: 'cp -r of vendored code',
    build(world) {
      const checkout = shop(world);
      shell(ask(checkout, 'Vendor the library.'), 'cp -r ../money vendor/money', (cp) => {
        overwrite(checkout, 'vendor/money/round.ts', block('round', 20), cp);
        overwrite(checkout, 'vendor/money/split.ts', block('split', 20), cp);
      });
      commit(checkout, ada, 'Vendor money');
    },
  },
  {
    name: 'generator run by the agent',
    build(world) {
      const checkout = shop(world);
      shell(ask(checkout, 'Make the client anew.'), 'npm run generate', (npm) => {
        overwrite(checkout, 'src/client.ts', block('client', 12), npm);
      });
      commit(checkout, ada, 'Make the client anew');
    },
  },
];
