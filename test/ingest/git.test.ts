import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { makeRepository, type Repository, temporaryHome } from '../git/makeRepository';
import { contentOf, emptyDatabase, type Home, makeHome, pass } from './ingestHarness';
import { declaredCommit, lines, prompt } from './sampleLogs';

const machine = temporaryHome();
const start = Date.parse('2026-03-01T10:00:00Z') / 1000;
const colleague = 'Bob <bob@example.org>';

let home: Home;
let database: Database;
let repository: Repository;
beforeEach(async () => {
  home = makeHome();
  database = await emptyDatabase();
  repository = makeRepository(join(machine(), 'shop'));
});
afterEach(() => {
  database.close();
  home.remove();
});

const commits = () =>
  database.all<{ commit_id: string; is_mine: number; is_reachable: number; is_linked: number }>(
    'select commit_id, is_mine, is_reachable, is_linked from view_commit order by authored_at',
  );
const links = () =>
  database.all<{ commit_id: string; session_key: string; repository_key: string }>(
    'select commit_id, session_key, repository_key from event_commit_session where is_retracted = 0 order by commit_id',
  );
const log = (session: string, commit: string, cwd = repository.folder) =>
  home.log(`-s/${session}.jsonl`, lines(declaredCommit({ session, uuid: session, minute: 10 }, commit, cwd)));
const resolvedBy = () =>
  database.get<{ resolved_by: string; repository_key: string }>(
    'select resolved_by, repository_key from metadata_session left join metadata_repository using (repository_id)',
  );

describe('commits', () => {
  it('that a session declares are linked to it; others are not, and a colleague’s are not mine', async () => {
    const mine = repository.commit({ files: { a: '1\n' }, at: start });
    const theirs = repository.commit({ files: { a: '2\n' }, at: start + 60, author: colleague });
    const declared = repository.commit({ files: { a: '3\n' }, at: start + 600 });
    log('s', declared);
    expect(await pass(database, home)).toMatchObject({ commits: 3, repositories: 1, problems: 0 });
    expect(commits()).toEqual([
      { commit_id: mine, is_mine: 1, is_reachable: 1, is_linked: 0 },
      { commit_id: theirs, is_mine: 0, is_reachable: 1, is_linked: 0 },
      { commit_id: declared, is_mine: 1, is_reachable: 1, is_linked: 1 },
    ]);
    expect(links()).toEqual([{ commit_id: declared, session_key: 'claude-code:s', repository_key: `root:${mine}` }]);
  });

  it('are counted once, and stay linked, when their clone gets a remote', async () => {
    const first = repository.commit({ files: { a: '1\n' }, at: start });
    const declared = repository.commit({ files: { a: '2\n' }, at: start + 600 });
    log('s', declared);
    await pass(database, home);
    const before = commits();
    repository.git('remote', 'add', 'origin', 'https://example.com/ada/shop.git');
    await pass(database, home);
    expect(commits()).toEqual(before);
    expect(commits().map(({ commit_id }) => commit_id)).toEqual([first, declared]);
    expect(links()).toEqual([
      { commit_id: declared, session_key: 'claude-code:s', repository_key: 'example.com/ada/shop' },
    ]);
    expect(resolvedBy()).toEqual({ resolved_by: 'folder', repository_key: 'example.com/ada/shop' });
  });

  it('by a stranger’s address that a session declares are mine', async () => {
    const commit = repository.commit({ files: { a: '1\n' }, at: start, author: 'Agent <agent@example.org>' });
    log('s', commit);
    await pass(database, home);
    expect(commits()).toEqual([{ commit_id: commit, is_mine: 1, is_reachable: 1, is_linked: 1 }]);
  });

  it('by an address that is named mine later become mine', async () => {
    const commit = repository.commit({ files: { a: '1\n' }, at: start, author: 'Ada <ada@home.example>' });
    await pass(database, home, { folders: [repository.folder] });
    expect(commits()[0]?.is_mine).toBe(0);
    await pass(database, home, { folders: [repository.folder], identities: ['ADA@home.example'] });
    expect(commits()).toEqual([{ commit_id: commit, is_mine: 1, is_reachable: 1, is_linked: 0 }]);
  });

  it('that were amended become unreachable; the new one is read', async () => {
    repository.commit({ files: { a: '1\n' }, at: start });
    const before = repository.commit({ files: { a: '2\n' }, at: start + 60 });
    log('s', before);
    await pass(database, home);
    repository.gitWith(
      { environment: { GIT_COMMITTER_DATE: `@${start + 120} +0000` } },
      'commit',
      '-q',
      '--amend',
      '-m',
      'better',
    );
    const after = repository.git('rev-parse', 'HEAD');
    expect(after).not.toBe(before);
    await pass(database, home);
    const reachable = new Map(commits().map((commit) => [commit.commit_id, commit.is_reachable]));
    expect([reachable.get(before), reachable.get(after), reachable.size]).toEqual([0, 1, 3]);
  });

  it('come pass by pass to the same as in one', async () => {
    const first = repository.commit({ files: { a: '1\n' }, at: start });
    log('s', first);
    await pass(database, home);
    const second = repository.commit({ files: { a: '2\n' }, at: start + 60 });
    log('t', second);
    expect(await pass(database, home)).toMatchObject({ commits: 1 });
    expect(await pass(database, home)).toMatchObject({ commits: 0 });
    const once = await emptyDatabase();
    await pass(once, home);
    expect(contentOf(database)).toEqual(contentOf(once));
    expect(links()).toHaveLength(2);
  });
});

describe('the repository of a session', () => {
  it('is found by the layout of a worktree that was deleted', async () => {
    const commit = repository.commit({ files: { a: '1\n' }, at: start });
    home.log(
      '-s/s.jsonl',
      lines([
        { ...prompt({ session: 's', uuid: 'p', minute: 0 }), cwd: `${repository.folder}/.claude/worktrees/topic` },
      ]),
    );
    await pass(database, home);
    expect(resolvedBy()).toEqual({ resolved_by: 'worktree_layout', repository_key: `root:${commit}` });
  });

  it('is remembered of a worktree that lay anywhere', async () => {
    const commit = repository.commit({ files: { a: '1\n' }, at: start });
    const worktree = join(machine(), 'elsewhere');
    repository.git('worktree', 'add', '-q', worktree, '-b', 'topic');
    await pass(database, home, { folders: [repository.folder] });
    rmSync(worktree, { recursive: true });
    home.log('-s/s.jsonl', lines([{ ...prompt({ session: 's', uuid: 'p', minute: 0 }), cwd: worktree }]));
    await pass(database, home);
    expect(resolvedBy()).toEqual({ resolved_by: 'worktree', repository_key: `root:${commit}` });
  });

  it('is a folder by itself where there is no git, and becomes a repository once there is', async () => {
    const plain = join(machine(), 'plain');
    mkdirSync(plain);
    home.log('-s/s.jsonl', lines([{ ...prompt({ session: 's', uuid: 'p', minute: 0 }), cwd: plain }]));
    await pass(database, home);
    expect(resolvedBy()).toMatchObject({
      resolved_by: 'folder_only',
      repository_key: expect.stringMatching(/^folder:/),
    });
    const commit = makeRepository(plain).commit({ files: { a: '1\n' }, at: start });
    await pass(database, home);
    expect(resolvedBy()).toEqual({ resolved_by: 'folder', repository_key: `root:${commit}` });
    expect(database.get("select repository_key from event_session where session_key = 'claude-code:s'")).toEqual({
      repository_key: `root:${commit}`,
    });
  });
});

describe('git', () => {
  /** A git that tells that it was run. */
  function trapGit(): string {
    const marker = join(machine(), 'git-was-run');
    const folder = join(machine(), 'bin');
    mkdirSync(folder);
    writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$@" >> '${marker}'\nexit 128\n`);
    chmodSync(join(folder, 'git'), 0o755);
    vi.stubEnv('PATH', folder);
    return marker;
  }

  it('is not run in the folders of an untrusted workspace', async () => {
    log('s', repository.commit({ at: start }), repository.folder);
    const marker = trapGit();
    await pass(database, home, { untrusted: [repository.folder] });
    expect(existsSync(marker)).toBe(false);
    expect(database.get('select count(*) as n from view_session')).toEqual({ n: 1 });
    await pass(database, home, { folders: [repository.folder], untrusted: [repository.folder] });
    expect(existsSync(marker)).toBe(false);
    // The trap works: in a trusted workspace it is run, also where one around it is not.
    await pass(database, home, { folders: [repository.folder], untrusted: [machine()] });
    expect(existsSync(marker)).toBe(true);
  });

  it('missing is a problem that is shown, and goes away; sessions are there all the same', async () => {
    log('s', repository.commit({ files: { a: '1\n' }, at: start }));
    vi.stubEnv('PATH', join(machine(), 'empty'));
    const problems = () => database.all<{ detail: string }>('select detail from fact_source_problem');
    expect(await pass(database, home)).toMatchObject({ sessions: 1, commits: 0, problems: 1 });
    expect(problems()).toEqual([{ detail: expect.stringContaining('git was not found') }]);
    vi.unstubAllEnvs();
    vi.stubEnv('HOME', machine());
    expect(await pass(database, home)).toMatchObject({ commits: 1, problems: 0 });
    expect(links()).toHaveLength(1);
  });

  it('that fails in one repository does not cost another its commits', async () => {
    const broken = makeRepository(join(machine(), 'broken'));
    broken.commit({ files: { a: '1\n' }, at: start });
    const object = broken.git('rev-parse', 'HEAD^{tree}');
    rmSync(join(broken.folder, '.git/objects', object.slice(0, 2), object.slice(2)));
    repository.commit({ files: { a: '1\n' }, at: start });
    const summary = await pass(database, home, { folders: [broken.folder, repository.folder] });
    expect(summary.commits).toBe(1);
    expect(summary.problems).toBeGreaterThan(0);
  });
});
