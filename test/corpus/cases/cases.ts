import type { Case } from './case';
import { clones } from './clones';
import { copies } from './copies';
import { hands } from './hands';
import { histories } from './histories';
import { negatives } from './negatives';
import { shells } from './shells';
import { undecidable } from './undecidable';

/** Every case: those of attribution.md's list, and some beside them. */
export const allCases: readonly Case[] = [
  ...[...hands, ...shells, ...histories, ...copies, ...clones],
  ...[...negatives, ...undecidable],
];

/** A case by its name. Throws where there is none. */
export function caseNamed(name: string): Case {
  const found = allCases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no such case: ${name}`);
  return found;
}
