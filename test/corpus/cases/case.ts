import type { World } from '../world/world';

/** One story, runnable alone. */
export interface Case {
  /** As attribution.md calls it. */
  name: string;
  /** No line of it is an agent's: whatever is credited is wrong. */
  isNegative?: true;
  build(world: World): void;
}
