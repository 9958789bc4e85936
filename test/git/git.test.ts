import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { blobSizes, readAttributes } from '../../extension/engine/git/attributes';
import { findClone } from '../../extension/engine/git/clone';
import { readCommits } from '../../extension/engine/git/commits';
import { runGit, streamGit } from '../../extension/engine/git/git';
import { createLogScanner } from '../../extension/engine/git/log/logScanner';
import type { Token } from '../../extension/engine/git/log/piece';
import { GitFailed, GitMissing } from '../../extension/engine/git/process/failures';
import { hardenedEnvironment } from '../../extension/engine/git/process/hardening';
import { findGitProgram } from '../../extension/engine/git/process/program';
import { listTips, reachableFromRefs } from '../../extension/engine/git/refs';
import { resolveCommit } from '../../extension/engine/git/resolve';
import { all, known, makeRepository, temporaryHome } from './makeRepository';

const home = temporaryHome();
const at = (name: string): string => join(home(), name);

describe('a hostile repository executes nothing', () => {
  /** A program that leaves a mark with its own name. */
  function plant(name: string): string {
    const path = at(`evil-${name}`);
    writeFileSync(
      path,
      `#!/bin/sh\ntouch '${at(`ran-${name}`)}'\n${name === 'ext' || name === 'ssh' ? 'exit 1' : 'cat'}\n`,
    );
    chmodSync(path, 0o755);
    return path;
  }

  const MARKS = [
    'fsmonitor',
    'hook',
    'textconv',
    'external',
    'driver',
    'pager',
    'alias',
    'ssh',
    'clean',
    'smudge',
    'process',
    'alternates',
    'gpg',
    'credential',
    'askpass',
    'upload',
    'proxy',
    'trailer',
    'environment',
    'path',
    'editor',
    'interactive',
    'ext',
  ] as const;
  const marks = (): string[] => MARKS.filter((name) => existsSync(at(`ran-${name}`)));

  function makeHostile() {
    const repository = makeRepository(at('engine'));
    repository.commit({
      files: { 'a.txt': '1\n', '.gitattributes': '*.txt diff=evil filter=evil\n*.bin filter=slow\n' },
    });
    const second = repository.commit({ files: { 'a.txt': '2\n' }, message: 'x\n\nEvil: y\n' });
    const tree = repository.git('rev-parse', 'HEAD^{tree}');
    const signed = `tree ${tree}\nparent ${second}\nauthor A <a@b> 1700000500 +0000\ncommitter A <a@b> 1700000500 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n`;
    repository.git(
      'reset',
      '-q',
      '--hard',
      repository.gitWith({ input: signed }, 'hash-object', '-t', 'commit', '-w', '--stdin'),
    );
    const set = (name: string, value: string) => repository.git('config', name, value);
    const hooks = at('hooks');
    mkdirSync(hooks);
    for (const hook of [
      'post-index-change',
      'pre-commit',
      'post-checkout',
      'reference-transaction',
      'fsmonitor-watchman',
    ])
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch '${at('ran-hook')}'\n`, { mode: 0o755 });
    // Last, since every command of the person's own git may run them.
    set('alias.log', `!${plant('alias')}`);
    set('alias.evil', `!${plant('alias')}`);
    set('core.alternateRefsCommand', plant('alternates'));
    set('core.askPass', plant('askpass'));
    set('core.editor', plant('editor'));
    set('core.gitProxy', plant('proxy'));
    set('core.pager', plant('pager'));
    set('core.sshCommand', plant('ssh'));
    set('credential.helper', plant('credential'));
    set('diff.evil.command', plant('driver'));
    set('diff.evil.textconv', plant('textconv'));
    set('diff.external', plant('external'));
    set('filter.evil.clean', plant('clean'));
    set('filter.evil.smudge', plant('smudge'));
    set('filter.slow.process', plant('process'));
    set('gpg.program', plant('gpg'));
    set('interactive.diffFilter', plant('interactive'));
    set('log.showSignature', 'true');
    set('pager.log', plant('pager'));
    set('protocol.allow', 'always');
    set('protocol.ext.allow', 'always');
    set('protocol.ssh.allow', 'always');
    set('trailer.evil.command', plant('trailer'));
    set('trailer.evil.key', 'Evil');
    set('uploadpack.packObjectsHook', plant('upload'));
    set('core.hooksPath', hooks);
    set('core.fsmonitor', plant('fsmonitor'));
    return repository;
  }

  function forgetMarks(): void {
    for (const name of MARKS) rmSync(at(`ran-${name}`), { force: true });
  }

  test('plain git would have run them', () => {
    const { folder, git, gitWith } = makeHostile();
    forgetMarks();
    // git asks the filter only of a file whose times are not those that it remembers.
    utimesSync(join(folder, 'a.txt'), 1, 1);
    git('status');
    git('log', '-p', '--ext-diff', '-2');
    git('diff', '--no-ext-diff', 'HEAD~2', 'HEAD');
    gitWith({ environment: { GIT_EXTERNAL_DIFF: plant('environment') } }, 'diff', 'HEAD~2', 'HEAD');
    git('evil');
    expect(marks()).toEqual(
      expect.arrayContaining(['fsmonitor', 'hook', 'textconv', 'driver', 'alias', 'clean', 'gpg']),
    );
  });

  test('ours does not, whatever we read', async () => {
    const { folder, git } = makeHostile();
    const head = git('rev-parse', 'HEAD');
    const stranger = plant('environment');
    const variables = {
      GIT_EXTERNAL_DIFF: stranger,
      GIT_PAGER: stranger,
      PAGER: stranger,
      GIT_SSH_COMMAND: stranger,
      GIT_SSH: stranger,
      GIT_ASKPASS: stranger,
      SSH_ASKPASS: stranger,
      GIT_EDITOR: stranger,
      EDITOR: stranger,
      GIT_PROXY_COMMAND: stranger,
      GIT_DIR: at('nowhere'),
      GIT_WORK_TREE: at('nowhere'),
      GIT_INDEX_FILE: at('nowhere'),
      GIT_OBJECT_DIRECTORY: at('nowhere'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'diff.external',
      GIT_CONFIG_VALUE_0: stranger,
      GIT_CONFIG_PARAMETERS: `'diff.external'='${stranger}'`,
      GIT_TRACE: at('ran-environment'),
      GIT_TRACE2_EVENT: at('ran-environment'),
      GIT_EXEC_PATH: at('nowhere'),
      GIT_NAMESPACE: 'x',
      GIT_PAGER_IN_USE: '1',
      GIT_CEILING_DIRECTORIES: '',
      GIT_ALLOW_PROTOCOL: 'ext:ssh:file',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    // A program of the repository's own, where PATH has the current folder.
    writeFileSync(join(folder, 'git'), `#!/bin/sh\ntouch '${at('ran-path')}'\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `.::${process.env.PATH ?? ''}`);
    forgetMarks();

    const clone = known(await findClone(folder));
    const commits = await all(readCommits(clone, { knownTips: [], since: 1 }));
    expect(commits).toHaveLength(3);
    expect(clone.problems).toEqual([]);
    const blobs = commits.flatMap(({ files }) => files.flatMap(({ blob }) => blob ?? []));
    expect((await blobSizes(clone, blobs)).size).toBe(3);
    await readAttributes(clone, ['a.txt', 'b.bin']);
    await listTips(clone);
    await reachableFromRefs(clone, [head]);
    expect(await resolveCommit(clone, head.slice(0, 8))).toBe(head);
    for (const args of [
      ['log', '-p', '-3', '--format=%H %(trailers)'],
      ['show', 'HEAD'],
      ['diff-tree', '-p', 'HEAD~2', 'HEAD'],
      ['blame', 'HEAD', '--', 'a.txt'],
      ['blame', '--', 'a.txt'],
      ['cat-file', 'blob', 'HEAD:a.txt'],
      ['reflog'],
      ['ls-tree', '-r', 'HEAD'],
      ['merge-base', 'HEAD', 'HEAD~1'],
    ] as const)
      await runGit(folder, args);
    expect((await runGit(folder, ['blame', '--contents', '-', '--', 'a.txt'], { input: 'typed\n' })).stdout).toContain(
      'typed',
    );
    await all(streamGit(folder, ['blame', '--contents', '-', '--', 'a.txt'], { input: 'typed\n' }));
    expect(marks()).toEqual([]);
  });

  test.each(['ext::%s', 'ssh://example.org/x'])('a promised object is not fetched from %s', async (form) => {
    const { folder, git } = makeHostile();
    git('config', 'core.repositoryFormatVersion', '1');
    git('config', 'extensions.partialClone', 'origin');
    git('config', 'remote.origin.promisor', 'true');
    git('config', 'remote.origin.url', form.replace('%s', plant('ext')));
    forgetMarks();
    const missing = '1234567890'.repeat(4);
    expect(() => git('cat-file', 'blob', missing)).toThrow();
    expect(marks()).toContain(form.startsWith('ext') ? 'ext' : 'ssh');
    forgetMarks();
    await expect(runGit(folder, ['cat-file', 'blob', missing])).rejects.toThrow(GitFailed);
    const clone = known(await findClone(folder));
    expect(await blobSizes(clone, [missing])).toEqual(new Map());
    await all(readCommits(clone, { knownTips: [missing], tips: [missing, ...(await listTips(clone))] }));
    expect(marks()).toEqual([]);
  });

  test('blame of typed text runs a filter in plain git; one that we cannot disable stops us', async () => {
    const { folder, git, gitWith, commit } = makeRepository(at('engine'));
    commit({ files: { 'a.txt': '1\n', '.gitattributes': '*.txt filter=a=b\n' } });
    git('config', 'filter.a=b.clean', plant('clean'));
    forgetMarks();
    gitWith({ input: '2\n' }, 'blame', '--contents', '-', 'a.txt');
    expect(marks()).toContain('clean');
    forgetMarks();
    await expect(runGit(folder, ['blame', '--contents', '-', 'a.txt'], { input: '2\n' })).rejects.toThrow(GitFailed);
    expect(marks()).toEqual([]);
  });

  test('git is never taken from a relative place', async () => {
    mkdirSync(at('engine'));
    writeFileSync(at('engine/git'), '#!/bin/sh\n', { mode: 0o755 });
    await expect(findGitProgram({ PATH: relative(process.cwd(), at('engine')) })).rejects.toThrow(GitMissing);
    expect(await findGitProgram({ Path: `:.:${at('engine')}` })).toBe(at('engine/git'));
  });
});

describe('both faces', () => {
  test('without git: GitMissing', async () => {
    const { folder } = makeRepository(at('engine'));
    vi.stubEnv('PATH', '');
    await expect(runGit(folder, ['version'])).rejects.toThrow(GitMissing);
    await expect(all(streamGit(folder, ['version']))).rejects.toThrow(GitMissing);
    await expect(findClone(folder)).rejects.toThrow(GitMissing);
  });

  test('failures name the command and keep the start of stderr', async () => {
    const { folder } = makeRepository(at('engine'));
    const wrong = `x${'y'.repeat(5000)}`;
    for (const fail of [() => runGit(folder, ['rev-list', wrong]), () => all(streamGit(folder, ['rev-list', wrong]))]) {
      const error = await fail().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(GitFailed);
      expect(error).toMatchObject({ command: ['rev-list', wrong], stderr: expect.stringMatching(/^fatal: /) });
      expect((error as GitFailed).stderr).toHaveLength(2000);
    }
    await expect(runGit(at('missing'), ['version'])).rejects.toThrow(GitFailed);
    await expect(all(streamGit(at('missing'), ['version']))).rejects.toThrow(GitFailed);
  });

  test('exit codes that are answers', async () => {
    const { folder } = makeRepository(at('engine'));
    await expect(runGit(folder, ['config', '--get', 'no.such'])).rejects.toThrow(GitFailed);
    expect(await runGit(folder, ['config', '--get', 'no.such'], { answers: [0, 1] })).toMatchObject({
      stdout: '',
      exitCode: 1,
    });
  });

  test('much input and output pass whole', async () => {
    const { folder, commit } = makeRepository(at('engine'));
    const id = commit();
    const input = `${id}\n`.repeat(50_000);
    const expected = `${id} commit\n`.repeat(50_000);
    const args = ['cat-file', '--batch-check=%(objectname) %(objecttype)'] as const;
    expect((await runGit(folder, args, { input })).stdout === expected).toBe(true);
    expect(Buffer.concat(await all(streamGit(folder, args, { input }))).toString() === expected).toBe(true);
  });

  test('a signal ends both, before and while they run', async () => {
    const { folder, commit } = makeRepository(at('engine'));
    commit({ files: { big: 'x'.repeat(20_000_000) } });
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(runGit(folder, ['version'], { signal: aborted })).rejects.toThrow('enough');
    await expect(all(streamGit(folder, ['version'], { signal: aborted }))).rejects.toThrow('enough');

    const later = new AbortController();
    setTimeout(() => later.abort(new Error('later')), 5);
    await expect(runGit(folder, ['log', '-p'], { signal: later.signal })).rejects.toThrow('later');

    const during = new AbortController();
    let chunks = 0;
    const reading = async () => {
      for await (const _ of streamGit(folder, ['cat-file', 'blob', 'HEAD:big'], { signal: during.signal })) {
        chunks++;
        during.abort(new Error('enough'));
      }
    };
    await expect(reading()).rejects.toThrow('enough');
    expect(chunks).toBe(1);
    const commits = readCommits(known(await findClone(folder)), { knownTips: [], signal: aborted });
    await expect(all(commits)).rejects.toThrow('enough');
  });

  test('a git that says nothing more is ended: by signal, by leaving, by its silence', async () => {
    mkdirSync(at('slow'));
    writeFileSync(at('slow/git'), '#!/bin/sh\necho first\nexec /bin/sleep 60\n', { mode: 0o755 });
    vi.stubEnv('PATH', at('slow'));
    const started = performance.now();
    for await (const _ of streamGit(home(), ['version'])) break;
    await expect(all(streamGit(home(), ['version'], { signal: AbortSignal.timeout(200) }))).rejects.toThrow('timeout');
    await expect(runGit(home(), ['version'], { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
    await expect(runGit(home(), ['version'], { silence: 200 })).rejects.toThrow(GitFailed);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('leaving the loop early ends git, and nobody waits for the rest', async () => {
    const { folder, commit } = makeRepository(at('engine'));
    commit({ files: { big: 'x'.repeat(50_000_000) } });
    let size = 0;
    for await (const chunk of streamGit(folder, ['cat-file', 'blob', 'HEAD:big'])) {
      size += chunk.length;
      break;
    }
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(1_000_000);
  });
});

test('only what is allowed of the environment reaches git', () => {
  const given = {
    PATH: '/bin',
    Path: 'C:\\',
    HOME: '/h',
    GIT_DIR: 'x',
    GIT_FUTURE_DANGER: 'x',
    SECRET: 'x',
    GIT_CONFIG_GLOBAL: '/g',
  };
  const environment = hardenedEnvironment(given);
  expect(environment).toMatchObject({
    PATH: '/bin',
    Path: 'C:\\',
    HOME: '/h',
    GIT_CONFIG_GLOBAL: '/g',
    GIT_ALLOW_PROTOCOL: 'none',
  });
  for (const name of ['GIT_DIR', 'GIT_FUTURE_DANGER', 'SECRET']) expect(environment).not.toHaveProperty(name);
});

describe('pieces between NUL bytes', () => {
  function tokensOf(bytes: Buffer, sizes: number[]): Token[] {
    const tokens: Token[] = [];
    const scanner = createLogScanner(
      { token: (token) => tokens.push(token), beginsPatch: () => false, line: () => undefined },
      20,
    );
    for (let start = 0, index = 0; start < bytes.length; index++) {
      const size = sizes[index % sizes.length] ?? 1;
      scanner.push(bytes.subarray(start, start + size));
      start += size;
    }
    scanner.end();
    return tokens;
  }

  test('are the same for any chunks; long ones keep both ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 400, size: 'max' }).map((text) => text.replaceAll('\0', ''))),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (texts, sizes) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\0`).join(''));
          const tokens = tokensOf(bytes, sizes);
          const expected = texts.map((text) => {
            const whole = Buffer.from(text);
            if (whole.length <= 20) return whole;
            return Buffer.concat([whole.subarray(0, 10), Buffer.from('\n'), whole.subarray(-10)]);
          });
          expect(tokens.map(({ bytes: token }) => token.toString('hex'))).toEqual(
            expected.map((token) => token.toString('hex')),
          );
        },
      ),
    );
  });
});
