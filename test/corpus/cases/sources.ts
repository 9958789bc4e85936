import { createRepository } from '../history/commits';
import type { Checkout } from '../world/checkout';
import { ada, type World } from '../world/world';

/** A function as a program has it: its name is in every line but the last, which says nothing alone. */
export function block(name: string, steps = 3): string[] {
  return [
    `export function ${name}(cart: Cart): number {`,
    ...Array.from({ length: steps }, (_, index) => `  const ${name}${index} = measure(cart, '${name}', ${index});`),
    `  return combine(${Array.from({ length: steps }, (_, index) => `${name}${index}`).join(', ')});`,
    '}',
  ];
}

/** The line of a shop's file below which cases write. */
export const anchor = '// Prices are in cents.';
/** Another place in the same file, far enough from the first. */
export const farAnchor = '// Texts are shown as they are.';

/** A repository with two files by Ada. */
export function shop(world: World, name = 'shop'): Checkout {
  return createRepository(world, name, ada, {
    'src/cart.ts': [anchor, '', ...block('weigh'), '', ...block('pack'), '', farAnchor, '', ...block('label')],
    'README.md': ['# Shop', '', 'Sells things.'],
  });
}
