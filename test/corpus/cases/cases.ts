import type { Case } from './case';
import { copies } from './copies';

/** Every case, in the order of attribution.md's list as far as it is there. */
export const allCases: readonly Case[] = [...copies];
