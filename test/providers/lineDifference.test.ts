import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDifference } from '../../extension/engine/providers/lineDifference';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14 });

/** Length of the longest common subsequence, by the book. */
function common(before: readonly string[], after: readonly string[]): number {
  const [first, ...rest] = before;
  const table: number[][] = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  if (first === undefined && rest.length === 0) return 0;
  before.forEach((old, i) => {
    after.forEach((young, j) => {
      const best = old === young ? (table[i]?.[j] ?? 0) + 1 : Math.max(table[i]?.[j + 1] ?? 0, table[i + 1]?.[j] ?? 0);
      table[i + 1]?.splice(j + 1, 1, best);
    });
  });
  return table[before.length]?.[after.length] ?? 0;
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const each of whole) if (each === part[next]) next++;
  return next === part.length;
}

describe('lineDifference', () => {
  it('writes as few lines as possible, in order', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const { added, removed } = lineDifference(before, after);
        const kept = common(before, after);
        expect([added.length, removed.length]).toEqual([after.length - kept, before.length - kept]);
        expect(isSubsequence(added, after) && isSubsequence(removed, before)).toBe(true);
      }),
      { numRuns: 2000, seed: 4 },
    );
  });

  it('does not count context as written', () => {
    expect(lineDifference(['{', 'one', '}'], ['{', 'two', 'three', '}'])).toEqual({
      added: ['two', 'three'],
      removed: ['one'],
    });
  });

  it('compares bags where texts differ beyond measure', () => {
    const old = Array.from({ length: 3000 }, (_, index) => `old ${index}`);
    const young = Array.from({ length: 3000 }, (_, index) => `new ${index}`);
    const { added, removed } = lineDifference([...old, 'same', 'x'], ['y', 'same', ...young]);
    expect([added.length, removed.length]).toEqual([3001, 3001]);
  });
});
