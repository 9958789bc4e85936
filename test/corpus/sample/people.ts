import type { Person } from '../world/world';

/** The person whose machine it is. */
export const me: Person = { name: 'Dana Devi', email: 'dev@example.com' };
export const colleague: Person = { name: 'Cole Ligen', email: 'colleague@example.com' };
