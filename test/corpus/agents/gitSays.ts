import type { Commit } from '../world/checkout';
import { differences } from '../world/merge';

/** How many lines of a file came and went. */
interface Change {
  came: number;
  went: number;
}

/** Lines that came and that went, by path. */
export function changesIn({ parents: [parent], tree }: Commit): Map<string, Change> {
  const result = new Map<string, Change>();
  for (const path of new Set([...(parent?.tree.keys() ?? []), ...tree.keys()])) {
    const old = parent?.tree.get(path);
    const fresh = tree.get(path);
    if (old === fresh) continue;
    const parts = differences(old?.lines ?? [], fresh?.lines ?? []);
    const count = (side: 'old' | 'fresh') => parts.reduce((sum, part) => sum + part[side].length, 0);
    if (parts.length > 0) result.set(path, { came: count('fresh'), went: count('old') });
  }
  return result;
}

/** What git says below the subject of a commit. */
export function summaryOf(changed: ReadonlyMap<string, Change>): string {
  const sum = (of: keyof Change) => [...changed.values()].reduce((all, change) => all + change[of], 0);
  const counted = (count: number, word: string, sign = '') => `${count} ${word}${count === 1 ? '' : 's'}${sign}`;
  const [came, went] = [sum('came'), sum('went')];
  return [
    `${counted(changed.size, 'file')} changed`,
    ...(came > 0 ? [counted(came, 'insertion', '(+)')] : []),
    ...(went > 0 ? [counted(went, 'deletion', '(-)')] : []),
  ].join(', ');
}
