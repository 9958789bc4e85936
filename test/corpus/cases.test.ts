import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, numberOf, pass } from '../ingest/ingestHarness';
import { allCases, caseNamed } from './cases/cases';
import { expectedTruth } from './expectedTruth';
import { buildCorpus, type Corpus } from './index';
import { missingInLogs } from './loggedLines';
import { summarise } from './summary';
import type { CommitTruth, TrueLine, Truth } from './truth';

let folder: string;
/** All cases in one home. */
let all: Corpus;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-corpus-')));
  all = buildCorpus({ folder: join(folder, 'all'), cases: allCases });
  // Some 1,500 calls of git: seconds on an idle machine.
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is true of one case. */
function truthOf(name: string): Truth {
  const repositories = all.truth.repositories.filter((repository) => repository.case === name);
  const sessions = all.truth.sessions.filter((session) => session.case === name);
  return { repositories, sessions };
}

const linesOf = (commit: CommitTruth): TrueLine[] =>
  commit.files.flatMap(({ added, removed }) => [...added, ...removed]);
const lastCommit = ({ repositories }: Truth): CommitTruth | undefined => repositories[0]?.commits.at(-1);

describe('truth', () => {
  it.each(Object.keys(expectedTruth))('%s', (name) => {
    expect(summarise(truthOf(name))).toEqual(expectedTruth[name]);
  });

  it('sed -i over 300 files', () => {
    const { files = [] } = lastCommit(truthOf('sed -i over 300 files')) ?? {};
    expect(files).toHaveLength(300);
    for (const { path, added, removed } of files) {
      expect(path).toMatch(/^src\/goods\/goods\d+\.ts$/);
      expect(added).toMatchObject([{ line: 1, by: 'tool', tool: 'sed', text: expect.stringContaining('= price(') }]);
      expect(removed).toMatchObject([{ line: 1, by: 'tool', text: expect.stringContaining('= oldPrice(') }]);
    }
  });

  it('is asserted for every case', () => {
    const asserted = [...Object.keys(expectedTruth), 'sed -i over 300 files'].sort();
    expect(asserted).toEqual(allCases.map(({ name }) => name).sort());
  });

  it('names no agent in negative controls', () => {
    const negatives = allCases.filter(({ isNegative }) => isNegative);
    expect(negatives.length).toBeGreaterThan(4);
    for (const { name } of negatives)
      for (const { commits } of truthOf(name).repositories)
        expect(commits.flatMap(linesOf).filter(({ by }) => by === 'agent')).toEqual([]);
  });

  it('puts copies of one change into one class, and a restored change into another', () => {
    const changesOf = (name: string) => truthOf(name).repositories[0]?.commits.map(({ change }) => change) ?? [];
    const [, first, amended] = changesOf('amend two hours later with agent lines');
    expect(amended).toBe(first);
    const [, total, docs, fixup, squashed, copy] = changesOf('autosquashed fixup');
    expect([fixup, squashed, copy]).toEqual([total, total, docs]);
    const [, , picked, release] = changesOf('cherry-pick to a release branch, both live');
    expect(release).toBe(picked);

    const [, made, revert, restored] = truthOf('revert of a revert').repositories[0]?.commits ?? [];
    expect(new Set([made?.change, revert?.change, restored?.change]).size).toBe(3);
    expect(revert).toMatchObject({ reverts: made?.id });
    expect(restored).toMatchObject({ reverts: revert?.id, restores: made?.id });
  });
});

describe('the logs', () => {
  it('are read without a problem, one session per log', async () => {
    const database = await emptyDatabase();
    try {
      // git is asked in the next test alone: of 60 repositories it takes long.
      const withoutGit = { folders: [], untrusted: [folder] };
      expect(await pass(database, { path: all.home }, withoutGit)).toMatchObject({ problems: 0 });
      const logged = all.truth.sessions.filter((session) => session.logged);
      expect(numberOf(database, 'select count(*) from event_session where is_retracted = 0')).toBe(logged.length);
    } finally {
      database.close();
    }
  });

  it('name the commits that their sessions made', async () => {
    const made = caseNamed('git commit -am by the agent over the work of the person');
    const { home, truth } = buildCorpus({ folder: join(folder, 'declared'), cases: [made] });
    const database = await emptyDatabase();
    try {
      expect(await pass(database, { path: home })).toMatchObject({ problems: 0, repositories: 1, commits: 2 });
      const linked = database.all('select commit_id from view_commit where is_linked = 1');
      expect(linked).toEqual([{ commit_id: lastCommit(truth)?.id }]);
    } finally {
      database.close();
    }
  });

  it('hold the text of every line that is said to be logged, as an edit of that session', () => {
    const { checked, missing } = missingInLogs(all);
    expect(checked).toBeGreaterThan(300);
    expect(missing).toEqual([]);
  });
});

describe('a case', () => {
  it('is the same alone, and again', () => {
    const name = 'autosquashed fixup';
    const alone = buildCorpus({ folder: join(folder, 'alone'), cases: [caseNamed(name)] });
    const commits = ({ repositories }: Truth) => repositories.flatMap((repository) => repository.commits);
    expect(commits(alone.truth)).toEqual(commits(truthOf(name)));
    expect(alone.truth.sessions.map(({ id }) => id)).toEqual(truthOf(name).sessions.map(({ id }) => id));
  });
});

describe('scripts/corpus.mjs', () => {
  const script = join(import.meta.dirname, '../../scripts/corpus.mjs');
  const run = (...words: string[]) =>
    execFileSync(process.execPath, [script, ...words], { encoding: 'utf8', stdio: 'pipe' });

  it('writes a case with its truth, and nothing where something is', () => {
    const out = join(folder, 'script');
    const made = JSON.parse(run('--out', out, '--case', 'heredoc of a new file').trim().split('\n').at(-1) ?? '');
    expect(made).toMatchObject({ home: join(out, 'home'), repositories: [expect.stringContaining(out)] });
    const truth: Truth = JSON.parse(readFileSync(made.truth, 'utf8'));
    expect(summarise(truth)).toEqual(expectedTruth['heredoc of a new file']);
    expect(() => run('--out', out)).toThrow(/is not empty/);
  });
});
