import { asAuthor } from './history/commits';
import type { Author, LineTruth } from './truth';
import type { Checkout } from './world/checkout';
import { applyChanges, type Change, type Hand, overwrite } from './world/edits';
import type { Person } from './world/world';

export const byHand = (person: Person): Hand => ({ truth: asAuthor(person), author: asAuthor(person) });

/** A person changes lines by hand. `truth`: where the text is not the person's own, or nobody can know. */
export function type(
  checkout: Checkout,
  person: Person,
  path: string,
  change: Change,
  truth: LineTruth = asAuthor(person),
): void {
  checkout.world.now += 30_000;
  applyChanges(checkout, path, [change], { truth, author: asAuthor(person) });
}

/** A person writes a file by hand. */
export function typeFile(checkout: Checkout, person: Person, path: string, texts: readonly string[]): void {
  checkout.world.now += 60_000;
  overwrite(checkout, path, texts, byHand(person));
}

/** A program that the person runs, of which no log says anything. */
export const program = (tool: string): Author => ({ by: 'tool', tool });

/** A program writes a file: a lock file, a generated one. */
export function generate(checkout: Checkout, tool: string, path: string, texts: readonly string[]): void {
  checkout.world.now += 2_000;
  overwrite(checkout, path, texts, { truth: program(tool), author: program(tool) });
}
