import { describe, expect, it } from 'vitest';
import { type SlowCommit, type SlowEdit, slowMatch } from '../reference/attribution/slowMatcher';
import { createRandom, type Random } from '../support/random';
import { fastMatch } from './history';

const minute = 60_000;
const day = 86_400_000;
const texts = [
  ...['alpha one', '  alpha one', 'beta(two, three)', 'beta(', 'two,', 'three,', ')', 'gamma four', '\tgamma four;'],
  ...['delta five', 'delta five,', 'epsilon six', 'zeta seven', 'eta eight', '', '}', 'import x', "quote 'nine'"],
  ...['quote "nine"', 'theta ten theta', 'theta ten', 'theta'],
];

/** Blocks recur, so that lines compete; a run of three is common. */
function block(random: Random): string[] {
  const first = random.between(0, texts.length - 1);
  return random.chance(0.6)
    ? texts.slice(first, first + random.between(1, 6))
    : Array.from({ length: random.between(1, 5) }, () => random.pick(texts));
}

function history(random: Random): { edits: SlowEdit[]; commits: SlowCommit[] } {
  const instant = () => random.between(0, 12) * (random.chance(0.3) ? 10 * day : minute);
  const edits = Array.from({ length: random.between(1, 6) }, (): SlowEdit => {
    const added = block(random);
    return {
      ...{ session: random.between(1, 3), at: instant(), path: random.between(0, 2), place: random.between(0, 1) },
      ...{ added, removed: random.chance(0.4) ? block(random) : [] },
      proposed: random.chance(0.1) ? added.slice(1) : undefined,
      isBeforeKnown: random.chance(0.85),
    };
  }).sort((a, b) => a.at - b.at);
  const commits = Array.from({ length: random.between(1, 5) }, (_, index): SlowCommit => {
    const paths = [0, 1, 2].filter(() => random.chance(0.6));
    return {
      change: random.chance(0.3) ? 0 : index + 1,
      committedAt: instant() + minute,
      place: random.between(-1, 1),
      preferred: new Set(random.chance(0.2) ? [random.between(1, 3)] : []),
      isRestoring: random.chance(0.1),
      files: paths.map((path) => ({
        path,
        oldPaths: random.chance(0.2) ? [(path + 1) % 3] : [],
        hunks: Array.from({ length: random.between(1, 2) }, () => ({
          added: random.chance(0.8) ? block(random) : [],
          removed: random.chance(0.5) ? block(random) : [],
        })),
      })),
    };
  }).sort((a, b) => a.committedAt - b.committedAt);
  return {
    edits,
    commits: commits.map((commit, index) => ({ ...commit, change: commit.change === 0 ? 0 : index + 1 })),
  };
}

describe('the matcher', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with the slow one on small histories (%i)', (seed) => {
    const random = createRandom(seed);
    let matched = 0;
    for (let round = 0; round < 700; round++) {
      const { edits, commits } = history(random);
      const expected = slowMatch(edits, commits);
      const found = fastMatch(edits, commits);
      expect(found, JSON.stringify({ seed, round, edits, commits }, undefined, 1)).toEqual(expected);
      matched += found
        .flat()
        .flatMap(({ added }) => added)
        .filter((match) => match !== '').length;
    }
    expect(matched).toBeGreaterThan(1000);
  });

  it('changes nothing where an unrelated session writes', () => {
    const random = createRandom(11);
    for (let round = 0; round < 400; round++) {
      const { edits, commits } = history(random);
      const other = { session: 9, at: 0, path: 99, place: 9, removed: [], proposed: undefined };
      const added = ['nobody wrote this', 'nor that', 'and this neither'];
      const more = [{ ...other, added, isBeforeKnown: true }, ...edits];
      const shifted = fastMatch(more, commits).map((files) =>
        files.map(({ added: lines, removed }) => ({ added: lines.map(oneLess), removed: removed.map(oneLess) })),
      );
      expect(shifted).toEqual(fastMatch(edits, commits));
    }
  });

  it('keeps every share where history is rewritten with equal content', () => {
    const random = createRandom(12);
    for (let round = 0; round < 400; round++) {
      const { edits, commits: all } = history(random);
      // A random commit removes lines that were never there: what a copy may know of them is not what the original knew.
      const commits = all.map((commit, index) => ({
        ...{ ...commit, change: index, isRestoring: false },
        files: commit.files.map((file) => ({ ...file, hunks: file.hunks.map((hunk) => ({ ...hunk, removed: [] })) })),
      }));
      const last = Math.max(...commits.map(({ committedAt }) => committedAt)) + minute;
      const rewritten = commits.map((commit) => ({ ...commit, committedAt: commit.committedAt + last }));
      const before = fastMatch(edits, commits);
      const after = fastMatch(edits, [...commits, ...rewritten]);
      expect(after.slice(0, commits.length), JSON.stringify({ round, edits, commits })).toEqual(before);
      expect(after.slice(commits.length).map(credit), JSON.stringify({ round, edits, commits })).toEqual(
        before.map(credit),
      );
    }
  });
});

const oneLess = (match: string) => match.replace(/^\d+/, (edit) => String(Number(edit) - 1));

/** Lines that are anybody's, per file. */
function credit(files: { added: string[]; removed: string[] }[]): number[][] {
  return files.map(({ added, removed }) => [added, removed].map((lines) => lines.filter((line) => line !== '').length));
}
