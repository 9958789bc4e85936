import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findClone } from '../../extension/engine/git/clone';
import { type ReadCommitsOptions, readCommits } from '../../extension/engine/git/commits';
import { listTips } from '../../extension/engine/git/refs';
import { resolveCommit } from '../../extension/engine/git/resolve';
import { all, FIRST_COMMIT_AT, known, makeRepository, temporaryHome } from './makeRepository';

const home = temporaryHome();
const at = (name: string): string => join(home(), name);

async function read(folder: string, options: Partial<ReadCommitsOptions> = {}) {
  return all(readCommits(known(await findClone(folder)), { knownTips: [], ...options }));
}

/** `change path +added -removed` per file. */
async function filesOf(folder: string, subject: string): Promise<string[]> {
  const commit = known(
    (await read(folder)).find((candidate) => candidate.subject === subject),
    subject,
  );
  return commit.files.map(
    ({ change, oldPath, path, added, removed, isBinary }) =>
      `${change} ${oldPath === undefined ? '' : `${oldPath} → `}${path} ${isBinary ? 'binary' : `+${added} -${removed}`}`,
  );
}

describe('what a commit says', () => {
  test('all fields', async () => {
    const { commit, folder } = makeRepository(at('engine'));
    const first = commit({ files: { a: '1\n2\n' }, message: 'First\n' });
    const second = commit({
      files: { a: '1\nzwei\ndrei\n' },
      message: '\n Second\n of  two lines\n\nBody\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n',
      author: 'Zoë 🦊 <zoe@example.org>',
    });
    const [newest, oldest] = await read(folder);
    expect(oldest).toMatchObject({ commit: first, parents: [], subject: 'First', detail: 'lines', problems: [] });
    expect(newest).toEqual({
      commit: second,
      parents: [first],
      authorName: 'Zoë 🦊',
      authorEmail: 'zoe@example.org',
      committerName: 'Zoë 🦊',
      committerEmail: 'zoe@example.org',
      authoredAt: (FIRST_COMMIT_AT + 120) * 1000,
      committedAt: (FIRST_COMMIT_AT + 120) * 1000,
      subject: 'Second of  two lines',
      trailers: {
        ...{ coAuthors: [{ name: 'Claude', email: 'noreply@anthropic.com' }], agents: ['claude-code'] },
        ...{ sessions: [], checkpoints: [] },
      },
      detail: 'lines',
      files: [
        {
          path: 'a',
          change: 'modified',
          added: 2,
          removed: 1,
          isBinary: false,
          blob: expect.stringMatching(/^[0-9a-f]{40}$/),
          lines: expect.anything(),
          isLarge: false,
        },
      ],
      patchId: expect.stringMatching(/^[0-9a-f]{16}$/),
      problems: [],
    });
  });

  test('kinds of change', async () => {
    const { commit, folder, git } = makeRepository(at('engine'));
    const text = 'one\ntwo\nthree\nfour\nfive\n';
    commit({ files: { moved: text, gone: 'a\n', link: 'target\n', binary: new Uint8Array([1, 0, 2]), empty: '' } });
    git('mv', 'moved', 'dir-moved');
    git('rm', '-q', 'link');
    git('update-index', '--add', '--cacheinfo', `120000,${git('hash-object', '-w', '.git/HEAD')},link`);
    git('config', 'core.symlinks', 'false');
    commit({
      message: 'kinds',
      files: {
        'dir-moved': `${text}six\n`,
        gone: null,
        new: 'x\n',
        binary: new Uint8Array([1, 0, 3]),
        link: 'elsewhere',
      },
    });
    expect(await filesOf(folder, 'kinds')).toEqual([
      'modified binary binary',
      'renamed moved → dir-moved +1 -0',
      'deleted gone +0 -1',
      'type link +1 -1',
      'added new +1 -0',
    ]);
  });

  test('a change of mode alone has no lines', async () => {
    const { commit, folder, git } = makeRepository(at('engine'));
    commit({ files: { run: 'x\n' } });
    git('update-index', '--chmod=+x', 'run');
    git('config', 'core.fileMode', 'false');
    commit({ message: 'mode' });
    expect(await filesOf(folder, 'mode')).toEqual(['modified run +0 -0']);
  });

  test('names with newline, quotes, tabs, colons, in NFD', async () => {
    const { commit, folder } = makeRepository(at('engine'));
    const names = [
      'a\nb',
      '"q"',
      "it's",
      'tab\there',
      ':100644 x',
      '1\t2\tc',
      'u\u0308.ts',
      '\u00fc.ts',
      ' ',
      'ø/日本',
    ];
    commit({ message: 'odd', files: Object.fromEntries(names.map((name) => [name, 'x\n'])) });
    const [odd] = await read(folder);
    expect(
      known(odd)
        .files.map(({ path }) => path)
        .sort(),
    ).toEqual([...names].sort());
    expect(known(odd).problems).toEqual([]);
    expect(known(odd).files.every(({ added }) => added === 1)).toBe(true);
  });

  test('names and texts that are not UTF-8 are counted problems, and stay apart', async () => {
    const { folder, gitWith, git, commit } = makeRepository(at('engine'));
    commit();
    const blob = gitWith({ input: 'x\n' }, 'hash-object', '-w', '--stdin');
    const entry = (byte: number) => Buffer.concat([Buffer.from(`100644 blob ${blob}\tn`), Buffer.from([byte, 0])]);
    const tree = gitWith({ input: Buffer.concat([entry(0xe4), entry(0xe5)]) }, 'mktree', '-z');
    const raw = Buffer.concat([
      Buffer.from(`tree ${tree}\nauthor J`),
      Buffer.from([0xf6]),
      Buffer.from(
        'rg <j@example.org> 99999999999999999999 +0000\ncommitter J <j@example.org> 1700000500 +0000\n\nlatin ',
      ),
      Buffer.from([0xe9, 0x01, 0x0a, 0x0a, 0x62, 0x00, 0x63]),
    ]);
    const id = gitWith({ input: raw }, 'hash-object', '-t', 'commit', '-w', '--stdin', '--literally');
    git('update-ref', 'refs/heads/odd', id);
    const odd = known((await read(folder)).find(({ commit }) => commit === id));
    expect(odd).toMatchObject({
      authorName: 'J\ufffdrg',
      subject: 'latin \ufffd\u0001',
      committedAt: 1_700_000_500_000,
    });
    expect(odd.files.map(({ path, added }) => [path, added])).toEqual([
      ['n\ufffd', 1],
      ['n\ufffd', 1],
    ]);
    expect([...odd.problems].sort()).toEqual(['date is unreadable', 'path is not UTF-8', 'text is not UTF-8']);
  });

  test('a declared encoding is read', async () => {
    const { folder, gitWith, git, commit } = makeRepository(at('engine'));
    commit();
    const raw = Buffer.from(
      `tree ${git('rev-parse', 'HEAD^{tree}')}\nauthor J\xf6rg <j@e> 1 +0000\ncommitter J <j@e> 1700000500 +0000\nencoding ISO-8859-1\n\ncaf\xe9\n`,
      'latin1',
    );
    git('update-ref', 'refs/heads/latin', gitWith({ input: raw }, 'hash-object', '-t', 'commit', '-w', '--stdin'));
    expect((await read(folder))[0]).toMatchObject({ authorName: 'Jörg', subject: 'café', problems: [] });
  });

  test.each(['', ':100644 100644 a b M', '1\t2\tx', '\t\u0001"\'\\%H', '-\t-\t'])(
    'subject %j and no files',
    async (subject) => {
      const { folder, commit } = makeRepository(at('engine'));
      const ids = [
        commit({ message: subject }),
        commit({ message: subject }),
        commit({ message: `\n \n${subject}\n\n${subject}\n` }),
      ];
      const commits = await read(folder);
      expect(commits.map(({ commit: id }) => id)).toEqual(ids.reverse());
      expect(commits.map((facts) => facts.subject)).toEqual(ids.map(() => subject.trim()));
    },
  );

  test('a message of 10 MB on one line, and a file with such a line', async () => {
    const { folder, commit } = makeRepository(at('engine'));
    const long = 'x'.repeat(10_000_000);
    commit({ message: `${long}\n\nAmp-Thread-ID: https://ampcode.com/threads/T-1\n`, files: { long: `${long}\n` } });
    commit({ message: 'next', files: { long: 'short\n' } });
    const [next, first] = await read(folder);
    expect(known(next).files[0]).toMatchObject({ added: 1, removed: 1 });
    expect(known(first)).toMatchObject({
      subject: 'x'.repeat(1000),
      trailers: { agents: ['amp'], sessions: [{ agent: 'amp', session: 'T-1' }] },
      problems: ['message was cut'],
    });
    expect(known(first).files).toHaveLength(1);
  });

  test('merges have parents and no files; submodules are no files', async () => {
    const library = makeRepository(at('library'));
    library.commit({ files: { a: '1\n' } });
    const { folder, commit, git } = makeRepository(at('engine'));
    commit({ files: { base: '1\n', lib2: 'was a file\n' } });
    git('submodule', '--quiet', 'add', library.folder, 'lib');
    commit({ message: 'submodule' });
    expect(await filesOf(folder, 'submodule')).toEqual(['added .gitmodules +3 -0']);
    git('rm', '-q', 'lib2');
    git('submodule', '--quiet', 'add', library.folder, 'lib2');
    commit({ message: 'file to submodule' });
    expect(await filesOf(folder, 'file to submodule')).toEqual(['modified .gitmodules +3 -0', 'deleted lib2 +0 -1']);
    git('checkout', '-q', '-b', 'side');
    const side = commit({ files: { side: '1\n' } });
    git('checkout', '-q', 'main');
    const main = commit({ files: { main: '1\n' } });
    git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    const merge = known((await read(folder)).find(({ subject }) => subject === 'merge'));
    expect(merge).toMatchObject({ parents: [main, side], files: [], detail: 'merge' });
  });

  test('a repository’s settings change nothing that is read', async () => {
    const { folder, commit, git } = makeRepository(at('engine'));
    commit({ files: { 'sub/a': 'a\nb\nc\nd\n', ä: '1\n' } });
    git('mv', 'sub/a', 'sub/b');
    commit({ files: { 'sub/b': 'a\nb\nc\nd\ne\n' } });
    const plain = await read(folder);
    const settings = {
      'diff.renames': 'false',
      'diff.noprefix': 'true',
      'diff.relative': 'true',
      'diff.orderFile': 'missing',
      'log.showRoot': 'false',
      'core.quotepath': 'true',
      'diff.renameLimit': '1',
      'log.showSignature': 'true',
      'core.bigFileThreshold': '1',
      'color.ui': 'always',
      'core.abbrev': '5',
      'log.decorate': 'full',
      'log.date': 'relative',
      'i18n.logOutputEncoding': 'UTF-16',
      'format.pretty': 'oneline',
      'notes.displayRef': '*',
      'log.mailmap': 'true',
      'diff.statGraphWidth': '1',
      'diff.dirstat': 'lines',
      'log.abbrevCommit': 'true',
    };
    for (const [name, value] of Object.entries(settings)) git('config', name, value);
    git('notes', 'add', '-m', 'a note', 'HEAD');
    git('replace', '--graft', 'HEAD');
    expect(await read(join(folder, 'sub'))).toEqual(plain);
  });
});

describe('which commits', () => {
  test('heads, remote branches and worktrees, newest first, each once; since', async () => {
    const { folder, commit, git } = makeRepository(at('engine'));
    const first = commit();
    git('worktree', 'add', '-q', '--detach', at('tree'));
    const inTree = makeRepository(at('tree'), { exists: 'yes' }).commit({ at: FIRST_COMMIT_AT + 90 });
    const remote = commit();
    git('update-ref', 'refs/remotes/origin/topic', remote);
    git('reset', '-q', '--hard', first);
    const ids = async (options = {}) => (await read(folder, options)).map(({ commit: id }) => id);
    expect(await ids()).toEqual([remote, inTree, first]);
    expect(await ids({ since: (FIRST_COMMIT_AT + 90) * 1000 })).toEqual([remote, inTree]);
    expect(await ids({ since: (FIRST_COMMIT_AT + 90) * 1000 + 1 })).toEqual([remote]);
    expect(await ids({ tips: [inTree] })).toEqual([inTree, first]);
    expect(await ids({ knownTips: [inTree, '0'.repeat(40), 'nonsense', '-n1'] })).toEqual([remote]);
  });

  test('one wrong clock hides nothing behind it', async () => {
    const { folder, commit } = makeRepository(at('engine'));
    commit({ at: 2_000 });
    const good = commit({ at: 5_000 });
    // git looks five commits further on its own.
    for (let wrong = 0; wrong < 8; wrong++) commit({ at: 1_000 + wrong });
    const newest = commit({ at: 6_000 });
    expect((await read(folder, { since: 3_000_000 })).map(({ commit: id }) => id)).toEqual([newest, good]);
  });

  test('a shallow boundary has no diff', async () => {
    const { folder, commit, git } = makeRepository(at('engine'));
    commit({ files: { a: '1\n' } });
    commit({ files: { b: '1\n' } });
    commit({ files: { c: '1\n' } });
    git('clone', '-q', '--depth=2', `file://${folder}`, at('shallow'));
    const commits = await read(at('shallow'));
    expect(commits.map(({ detail, files }) => [detail, files.map(({ path }) => path)])).toEqual([
      ['lines', ['c']],
      ['boundary', []],
    ]);
  });

  test('a partial clone tells paths and fetches nothing', async () => {
    const { folder, commit, git } = makeRepository(at('engine'));
    commit({ files: { a: '1\n2\n3\n' } });
    git('mv', 'a', 'b');
    commit({ files: { c: '1\n' } });
    git('config', 'uploadpack.allowFilter', 'true');
    git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${folder}`, at('partial'));
    const partial = makeRepository(at('partial'), { exists: 'yes' });
    const before = partial.git('count-objects', '-v');
    const [newest] = await read(at('partial'));
    expect(known(newest)).toMatchObject({
      detail: 'paths',
      files: [{ path: 'b', oldPath: 'a', change: 'renamed' }, { path: 'c' }],
    });
    expect(partial.git('count-objects', '-v')).toBe(before);
  });

  test('incremental reads equal a full one, for any split', { timeout: 60_000 }, async () => {
    const { folder, commit, git } = makeRepository(at('engine'));
    const tips = [[commit({ files: { f: '0\n' } })]];
    for (let round = 1; round < 7; round++) {
      git('checkout', '-q', '-B', `b${round % 3}`, known(tips.at(-round % 4)?.[0] ?? tips[0]?.[0]));
      if (round === 5) git('merge', '-q', '--no-ff', '-m', 'merge', 'main', '-s', 'ours');
      commit({ files: { [`f${round % 2}`]: `${round}\n` } });
      tips.push(await listTips(known(await findClone(folder))));
    }
    const full = await read(folder, { tips: tips.flat() });
    await fc.assert(
      fc.asyncProperty(fc.subarray([...tips.keys()]), async (stops) => {
        const seen = [];
        let before: string[] = [];
        for (const stop of [...stops, tips.length]) {
          const now = tips.slice(0, stop + 1).flat();
          seen.push(...(await read(folder, { tips: now, knownTips: before })));
          before = now;
        }
        const byId = (a: { commit: string }, b: { commit: string }) => a.commit.localeCompare(b.commit);
        expect([...seen].sort(byId)).toEqual([...full].sort(byId));
      }),
      { numRuns: 8 },
    );
  });
});

describe('one commit by the start of its id', () => {
  test('none, one, several; a branch of that name does not count', async () => {
    const { folder, commit, git } = makeRepository(at('engine'));
    const first = commit({ files: { a: '1' } });
    const clone = known(await findClone(folder));
    git('branch', first.slice(0, 7), commit());
    expect(await resolveCommit(clone, first.slice(0, 7))).toBe(first);
    expect(await resolveCommit(clone, first.toUpperCase())).toBe(first);
    expect(await resolveCommit(clone, git('rev-parse', `${first}^{tree}`).slice(0, 12))).toBeUndefined();
    for (const nonsense of ['', 'abc', 'main', '--all', `${first}0`, '0'.repeat(40)])
      expect(await resolveCommit(clone, nonsense)).toBeUndefined();
  });

  test('ambiguous among commits: none', async () => {
    const { folder, git, gitWith, commit } = makeRepository(at('engine'));
    commit();
    const tree = git('rev-parse', 'HEAD^{tree}');
    const byStart = new Map<string, string>();
    let twins: string[] = [];
    for (let index = 0; twins.length === 0; index++) {
      const text = `tree ${tree}\nauthor A <a> ${index} +0000\ncommitter A <a> ${index} +0000\n\n\n`;
      const hash = await import('node:crypto').then(({ createHash }) =>
        createHash('sha1').update(`commit ${text.length}\0${text}`).digest('hex'),
      );
      const other = byStart.get(hash.slice(0, 5));
      if (other) twins = [other, text];
      byStart.set(hash.slice(0, 5), text);
    }
    const [one = '', two = ''] = twins.map((input) =>
      gitWith({ input }, 'hash-object', '-t', 'commit', '-w', '--stdin', '--literally'),
    );
    const clone = known(await findClone(folder));
    expect(one.slice(0, 5)).toBe(two.slice(0, 5));
    expect(await resolveCommit(clone, one.slice(0, 5))).toBeUndefined();
    expect(await resolveCommit(clone, one.slice(0, 12))).toBe(one);
  });
});

test('an appended global setting is not needed for reading', async () => {
  const { folder, commit } = makeRepository(at('engine'));
  commit();
  appendFileSync(at('.gitconfig'), '[alias]\n\tlog = !false\n[log]\n\tshowSignature = true\n');
  expect(await read(folder)).toHaveLength(1);
});
