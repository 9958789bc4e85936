import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, numberOf, pass } from '../ingest/ingestHarness';
import { caseNamed } from './cases/cases';
import { git, tryGit } from './history/git';
import { buildCorpus, type Corpus, type CorpusOptions } from './index';
import { missingInLogs } from './loggedLines';
import type { HistoryOperation, RepositoryTruth, TrueLine } from './truth';

let folder: string;
let corpus: Corpus;
let repository: RepositoryTruth;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-corpus-')));
  corpus = buildCorpus({ folder: join(folder, 'mix'), seed: 1, cases: [], mix: 500 });
  repository = corpus.truth.repositories[0] ?? { case: '', folder: '', name: '', commits: [], boundary: [] };
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const allLines = (): TrueLine[] => repository.commits.flatMap(({ files }) => files.flatMap(({ added }) => added));

describe('a mix of 500 commits', () => {
  it('has every way in which commits come about, and every kind of author', () => {
    const histories = new Set(repository.commits.map(({ history }) => history));
    const expected: HistoryOperation[] = ['plain', 'partial_staging', 'amend', 'rebase', 'autosquash', 'squash'];
    for (const history of [...expected, 'cherry_pick', 'merge', 'revert', 'restore'])
      expect(histories).toContain(history);
    expect(repository.commits.length).toBeGreaterThanOrEqual(500);

    const lines = allLines();
    const share = lines.filter(({ by }) => by === 'agent').length / lines.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.8);
    expect(new Set(lines.map(({ by }) => by))).toEqual(new Set(['agent', 'person', 'tool']));
    expect(new Set(lines.map((line) => line.handled?.how))).toEqual(new Set([undefined, 'moved', 'reindented']));
  });

  it('says of every line that git calls new whose it is', () => {
    const told = repository.commits.flatMap(({ id, parents, files }) =>
      parents.length > 1 ? [] : [[id, files.reduce((sum, { added }) => sum + added.length, 0)]],
    );
    const counted = git(repository.folder, [
      'log',
      '--all',
      '--reflog',
      '--no-merges',
      '-M',
      '--numstat',
      '--format=%x00%H',
    ])
      .split('\0')
      .slice(1)
      .map((part) => [part.slice(0, 40), [...part.matchAll(/^(\d+)\t/gm)].reduce((sum, [, n]) => sum + Number(n), 0)]);
    expect(new Map(told as [string, number][])).toEqual(new Map(counted as [string, number][]));
  });

  it('says of merges what people and agents wrote into them: where git met no conflict, nothing', () => {
    const merges = repository.commits.filter(({ parents }) => parents.length > 1);
    const ofGit = merges.filter(({ id, parents }) => {
      const { isOk, output } = tryGit(repository.folder, ['merge-tree', '--write-tree', ...parents]);
      return isOk && output.trim() === git(repository.folder, ['rev-parse', `${id}^{tree}`]).trim();
    });
    expect(ofGit.length).toBeGreaterThan(2);
    for (const { files } of ofGit) expect(files).toEqual([]);
    const resolved = merges.filter(({ files }) => files.length > 0);
    expect(resolved.length).toBeGreaterThan(2);
    expect(resolved.every((merge) => !ofGit.includes(merge))).toBe(true);
  });

  it('leaves a clean work tree on main, with branches that live and commits that no branch has', () => {
    expect(git(repository.folder, ['status', '--porcelain', '--branch']).trim()).toBe('## main');
    const reachable = git(repository.folder, ['rev-list', '--all']).trim().split('\n');
    expect(reachable.length).toBeLessThan(repository.commits.length);
    expect(git(repository.folder, ['fsck', '--no-dangling', '--no-progress'])).toBe('');
  });

  it('has logs that are read without a problem and hold every line that is said to be logged', async () => {
    const { checked, missing } = missingInLogs(corpus);
    expect(checked).toBeGreaterThan(1000);
    expect(missing).toEqual([]);
    const database = await emptyDatabase();
    try {
      const withoutGit = { folders: [folder], untrusted: [] };
      expect(await pass(database, { path: corpus.home }, withoutGit)).toMatchObject({ problems: 0 });
      const logged = corpus.truth.sessions.filter((session) => session.logged);
      expect(numberOf(database, 'select count(*) from event_session where is_retracted = 0')).toBe(logged.length);
      expect(numberOf(database, 'select sum(edits_rewound) from event_session')).toBeGreaterThan(0);
    } finally {
      database.close();
    }
  });
});

describe('a seed', () => {
  const names = ['autosquashed fixup', 'two clones, a session in each'];
  const options = (seed: number): CorpusOptions => ({
    ...{ folder: join(folder, 'seeded'), seed, cases: names.map(caseNamed), mix: 40 },
  });
  const digest = (seed: number) => {
    rmSync(join(folder, 'seeded'), { recursive: true, force: true });
    const { home, truth } = buildCorpus(options(seed));
    const reflogs = truth.repositories.map((each) => readFileSync(join(each.folder, '.git', 'logs', 'HEAD'), 'utf8'));
    return { home: digestOf(home), truth: JSON.stringify(truth), reflogs };
  };

  it('gives the same bytes, the same commits and the same truth again; another one gives others', () => {
    const first = digest(1);
    const again = digest(1);
    expect({ ...again, truth: again.truth === first.truth }).toEqual({ ...first, truth: true });
    const other = digest(2);
    expect(other.home).not.toBe(first.home);
    expect(other.truth === first.truth).toBe(false);
  });
});

/** Names and contents of all files below a folder. */
function digestOf(root: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join(root, name);
    if (statSync(file).isFile()) hash.update(`${name}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
