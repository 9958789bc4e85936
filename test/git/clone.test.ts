import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findClone } from '../../extension/engine/git/clone';
import { listTips, reachableFromRefs } from '../../extension/engine/git/refs';
import { known, makeRepository, temporaryHome } from './makeRepository';

const home = temporaryHome();
const at = (name: string): string => join(home(), name);
const found = async (folder: string) => known(await findClone(folder), 'clone');

describe('where a folder lies', () => {
  test('no folder, no repository', async () => {
    mkdirSync(at('plain'));
    expect(await findClone(at('missing'))).toBeUndefined();
    expect(await findClone(at('plain'))).toBeUndefined();
  });

  test('a sub-folder is in its clone', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit({ files: { 'src/deep/a.ts': '1\n' } });
    expect(await found(join(repository.folder, 'src/deep'))).toEqual({
      commonDir: at('engine/.git'),
      worktrees: [{ path: at('engine'), headCommit: first, branch: 'main' }],
      rootCommit: first,
      name: 'engine',
      isShallow: false,
      isPartial: false,
      userEmails: ['ada@example.org'],
      mainline: { ref: 'refs/heads/main', tip: first },
      branches: [{ name: 'main', tip: first, isRemote: false }],
      problems: [],
    });
  });

  test('linked worktrees share one clone; odd paths and deleted folders survive', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit();
    repository.git('worktree', 'add', '-q', '-b', 'side', at('line\nbreak'));
    repository.git('worktree', 'add', '-q', '--detach', at('gone'));
    rmSync(at('gone'), { recursive: true });
    const clone = await found(at('line\nbreak'));
    expect(clone.commonDir).toBe(at('engine/.git'));
    expect(clone.worktrees).toEqual([
      { path: at('engine'), headCommit: first, branch: 'main' },
      { path: at('gone'), headCommit: first },
      { path: at('line\nbreak'), headCommit: first, branch: 'side' },
    ]);
    expect(await found(at('engine'))).toEqual(clone);
  });

  test('a submodule is its own repository', async () => {
    const library = makeRepository(at('library'));
    const libraryCommit = library.commit({ files: { 'a.ts': '1\n' } });
    const engine = makeRepository(at('engine'));
    engine.git('submodule', '--quiet', 'add', at('library'), 'lib');
    engine.commit();
    const clone = await found(at('engine/lib'));
    expect(clone.commonDir).toBe(at('engine/.git/modules/lib'));
    expect(clone.worktrees).toEqual([{ path: at('engine/lib'), headCommit: libraryCommit, branch: 'main' }]);
    expect(clone.name).toBe('lib');
    expect((await found(at('engine'))).worktrees.map(({ path }) => path)).toEqual([at('engine')]);
  });

  test('a bare repository, and a worktree of it', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit();
    repository.git('clone', '-q', '--bare', at('engine'), at('store.git'));
    const bare = makeRepository(at('store.git'), { exists: 'yes' });
    expect(await found(at('store.git'))).toMatchObject({
      commonDir: at('store.git'),
      worktrees: [],
      name: 'store',
      problems: [],
    });
    bare.git('worktree', 'add', '-q', '--detach', at('tree'));
    const clone = await found(at('tree'));
    expect(clone.worktrees).toEqual([{ path: at('tree'), headCommit: first }]);
    expect(await listTips(clone)).toEqual([first]);
  });
});

describe('odd repositories say what is known', () => {
  test('no commit yet', async () => {
    makeRepository(at('empty'));
    const clone = await found(at('empty'));
    expect(clone).toMatchObject({ worktrees: [{ path: at('empty'), branch: 'main' }], branches: [], problems: [] });
    expect(clone.mainline).toBeUndefined();
    expect(await listTips(clone)).toEqual([]);
  });

  test('HEAD names an object that is not there', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit();
    repository.git('branch', 'good');
    writeFileSync(at('engine/.git/HEAD'), `${'1234567890'.repeat(4)}\n`);
    const clone = await found(at('engine'));
    expect(clone.problems.join()).toContain('no commit here');
    expect(clone.branches.map(({ name }) => name)).toEqual(['good', 'main']);
    expect(await listTips(clone)).toEqual([first]);
  });

  test('a broken ref is a problem, the others are read', async () => {
    const repository = makeRepository(at('engine'));
    repository.commit();
    writeFileSync(at('engine/.git/refs/heads/broken'), 'nonsense\n');
    const clone = await found(at('engine'));
    expect(clone.problems.join()).toContain('broken');
    expect(clone.branches.map(({ name }) => name)).toEqual(['main']);
  });

  test.each([
    ['[core', 'bad config'],
    ['[core]\n\trepositoryformatversion = 99\n', 'version'],
  ])('git refuses it: %j', async (config, problem) => {
    makeRepository(at('engine'));
    mkdirSync(at('engine/src'));
    writeFileSync(at('engine/.git/config'), config);
    const clone = await found(at('engine/src'));
    expect(clone).toMatchObject({ commonDir: at('engine/.git'), name: 'engine', branches: [] });
    expect(clone.problems.join()).toContain(problem);
  });

  test('a shallow clone has no root commit; a partial one is told', async () => {
    const repository = makeRepository(at('engine'));
    repository.commit();
    repository.commit();
    repository.git('config', 'uploadpack.allowFilter', 'true');
    repository.git('clone', '-q', '--depth=1', `file://${at('engine')}`, at('shallow'));
    repository.git('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${at('engine')}`, at('partial'));
    const shallow = await found(at('shallow'));
    expect([shallow.isShallow, shallow.isPartial, shallow.rootCommit]).toEqual([true, false, undefined]);
    const partial = await found(at('partial'));
    expect([partial.isShallow, partial.isPartial, partial.rootCommit]).toEqual([
      false,
      true,
      (await found(at('engine'))).rootCommit,
    ]);
  });
});

describe('remotes, branches and people', () => {
  test('the key is origin’s, else the first that names a host; shorthands are resolved', async () => {
    const { git, folder } = makeRepository(at('engine'));
    git('remote', 'add', 'upstream', 'https://ada:s3cret@example.org/up/engine.git');
    git('remote', 'add', 'origin', '/srv/git/engine');
    expect((await found(folder)).remoteKey).toBe('example.org/up/engine');
    git('remote', 'set-url', 'origin', 'gh:ada/motor');
    git('remote', 'add', 'another', 'https://example.org/an/other');
    git('config', 'url.https://ada:s3cret@github.com/.insteadOf', 'gh:');
    const clone = await found(folder);
    expect(clone).toMatchObject({ remoteKey: 'github.com/ada/motor', name: 'motor' });
    expect(JSON.stringify(clone)).not.toContain('s3cret');
  });

  test('the mainline: origin/HEAD, else a usual name, else the current branch', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit();
    repository.git('branch', '-m', 'topic');
    expect((await found(at('engine'))).mainline?.ref).toBe('refs/heads/topic');
    repository.git('branch', 'trunk');
    expect((await found(at('engine'))).mainline?.ref).toBe('refs/heads/trunk');
    repository.git('update-ref', 'refs/remotes/origin/master', first);
    expect((await found(at('engine'))).mainline?.ref).toBe('refs/remotes/origin/master');
    repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/next');
    expect((await found(at('engine'))).mainline?.ref).toBe('refs/remotes/origin/master');
    repository.git('update-ref', 'refs/remotes/origin/next', first);
    expect((await found(at('engine'))).mainline).toEqual({ ref: 'refs/remotes/origin/next', tip: first });
    repository.git('checkout', '-q', '--detach');
    repository.git('branch', '-D', 'topic', 'trunk');
    repository.git('update-ref', '-d', 'refs/remotes/origin/master');
    repository.git('update-ref', '-d', 'refs/remotes/origin/next');
    expect((await found(at('engine'))).mainline).toEqual({ ref: 'HEAD', tip: first });
  });

  test('transcript branches, stash, notes and tags are not read', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit();
    repository.git('remote', 'add', 'team/fork', 'https://example.org/a/b');
    const hidden = repository.commit();
    for (const ref of [
      'heads/entire/checkpoints/v1',
      'remotes/origin/entire/x',
      'remotes/team/fork/entire/x',
      'stash',
      'notes/ai',
      'tags/v1',
    ])
      repository.git('update-ref', `refs/${ref}`, hidden);
    repository.git('reset', '-q', '--hard', first);
    for (const ref of [
      'heads/feature/entire/x',
      'remotes/origin/feature/entire/x',
      'remotes/team/fork/feature/entire/x',
    ])
      repository.git('update-ref', `refs/${ref}`, first);
    const clone = await found(at('engine'));
    expect(clone.branches.map(({ name }) => name)).toEqual([
      'feature/entire/x',
      'main',
      'origin/feature/entire/x',
      'team/fork/feature/entire/x',
    ]);
    expect(await listTips(clone)).toEqual([first]);
    expect(await reachableFromRefs(clone, [first, hidden, '0'.repeat(40)])).toEqual(new Set([first]));
    expect(await reachableFromRefs(clone, [first, hidden], [hidden])).toEqual(new Set([first, hidden]));
  });

  test('a worktree that stands on a transcript branch is no tip', async () => {
    const repository = makeRepository(at('engine'));
    const first = repository.commit();
    repository.git('worktree', 'add', '-q', '-b', 'entire/abc', at('tree'));
    makeRepository(at('tree'), { exists: 'yes' }).commit({ at: 1_800_000_000 });
    expect(await listTips(await found(at('engine')))).toEqual([first]);
  });

  test('e-mails of all scopes, included files too', async () => {
    const { git, folder } = makeRepository(at('engine'));
    git('config', 'user.email', 'work@example.org');
    git('config', 'author.email', 'ada@example.org');
    writeFileSync(at('more'), '[user]\n\temail = third@example.org\n');
    git('config', 'include.path', at('more'));
    expect((await found(folder)).userEmails).toEqual(['ada@example.org', 'work@example.org', 'third@example.org']);
  });

  test('leaves no trace in the repository', async () => {
    const repository = makeRepository(at('engine'));
    repository.commit({ files: { a: '1' } });
    const before = repository.git('count-objects', '-v');
    await listTips(await found(at('engine')));
    expect(repository.git('count-objects', '-v')).toBe(before);
    expect(existsSync(at('engine/.git/index.lock'))).toBe(false);
  });
});
