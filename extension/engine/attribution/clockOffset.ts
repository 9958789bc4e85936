import { clockToleranceMs } from './matchInput';

/** A session's log says at `loggedAt` that it made a commit; git says when. Milliseconds UTC. */
export interface DatedDeclaration {
  loggedAt: number;
  committedAt: number;
}

/**
 * Rule 5: how far git's clock was before a session's at an instant: by the next commit that the session declares from
 * there on, else the last one. What lies within the tolerance is no offset: logging takes its time.
 */
export function clockOffset(declarations: readonly DatedDeclaration[], at: number): number {
  const sorted = declarations.toSorted((a, b) => a.loggedAt - b.loggedAt);
  const nearest = sorted.find(({ loggedAt }) => loggedAt >= at) ?? sorted.at(-1);
  const offset = nearest ? nearest.committedAt - nearest.loggedAt : 0;
  return Math.abs(offset) <= clockToleranceMs ? 0 : offset;
}
