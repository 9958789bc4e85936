import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashLine, unpackLines } from '../../extension/engine/attribution/lines';
import { findClone } from '../../extension/engine/git/clone';
import { readCommits } from '../../extension/engine/git/commits';
import { type CommitFacts, commitRecords, type FileChange } from '../../extension/engine/git/log/commitRecords';
import { all, known, makeRepository, type Repository, temporaryHome } from './makeRepository';

const home = temporaryHome();
const at = (name: string): string => join(home(), name);

async function read(repository: Repository): Promise<CommitFacts[]> {
  return all(readCommits(known(await findClone(repository.folder)), { knownTips: [] }));
}

async function newest(repository: Repository): Promise<CommitFacts> {
  const head = repository.git('rev-parse', 'HEAD');
  return known((await read(repository)).find(({ commit }) => commit === head));
}

/** `-old,count +new,count` per hunk. */
function hunksOf({ lines }: FileChange): string[] {
  const { buffer, byteOffset, byteLength } = known(lines).hunks;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength / 16 }, (_, hunk) => {
    const [oldStart, removed, newStart, added] = [0, 4, 8, 12].map((offset) => view.getUint32(hunk * 16 + offset));
    return `-${oldStart},${removed} +${newStart},${added}`;
  });
}

const exact = (bytes: Uint8Array) => unpackLines(bytes).map((line) => line.exact);
const hashes = (...texts: string[]) => texts.map((text) => hashLine(text).exact);

/** A file's added and removed lines must be these. */
function expectLines(file: FileChange | undefined, added: string[], removed: string[] = []): void {
  const { lines } = known(file);
  expect(exact(known(lines).addedLines)).toEqual(hashes(...added));
  expect(exact(known(lines).removedLines)).toEqual(hashes(...removed));
  expect([file?.added, file?.removed]).toEqual([added.length, removed.length]);
}

describe('lines of a commit', () => {
  test('hunks are those without context, at their places', async () => {
    const repository = makeRepository(at('engine'));
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    repository.commit({ files: { f: `${before.join('\n')}\n` } });
    const after = before.toSpliced(17, 1).toSpliced(9, 1, 'ten', 'and a half').toSpliced(1, 0, 'new');
    repository.commit({ files: { f: `${after.join('\n')}\nend` } });
    const [file] = (await newest(repository)).files;
    expect(hunksOf(known(file))).toEqual(['-2,0 +2,1', '-10,1 +11,2', '-18,1 +20,0', '-21,0 +22,1']);
    expectLines(file, ['new', 'ten', 'and a half', 'end'], ['line 10', 'line 18']);
  });

  test('lines that look like headers of patches are lines', async () => {
    const repository = makeRepository(at('engine'));
    const odd = [
      'diff --git a/x b/x',
      '@@ -1 +1 @@',
      '-- a/x',
      '++ b/x',
      'index 1..2',
      '\\ No newline',
      ':100644 x',
      '',
    ];
    repository.commit({ files: { f: `${odd.join('\n')}\n`, g: '1\n' } });
    repository.commit({ files: { f: 'keep\n', g: '2\n' } });
    const [second, first] = await read(repository);
    expectLines(first?.files[0], odd);
    expectLines(second?.files[0], ['keep'], odd);
    expectLines(second?.files[1], ['2'], ['1']);
  });

  test('of a merge only what no parent has is its own', async () => {
    const repository = makeRepository(at('engine'));
    const { commit, git, gitWith, write } = repository;
    commit({ files: { f: 'a\nb\nc\n', other: '1\n' } });
    git('checkout', '-q', '-b', 'side');
    commit({ files: { f: 'a\ntheirs\nc\n', theirs: 'x\n' } });
    git('checkout', '-q', 'main');
    commit({ files: { f: 'a\nours\nc\n', other: '2\n' } });
    gitWith({}, 'merge', '-q', '-s', 'ours', '--no-commit', 'side');
    write('f', 'a\nours and theirs\nc\n');
    write('theirs', 'x\n');
    commit({ message: 'merge' });
    const merge = await newest(repository);
    expect(merge).toMatchObject({ detail: 'merge', problems: [] });
    expect(merge.patchId).toBeUndefined();
    expect(merge.files.map(({ path }) => path)).toEqual(['f']);
    expectLines(merge.files[0], ['ours and theirs']);
    expect(hunksOf(known(merge.files[0]))).toEqual(['-3,0 +2,1']);
  });

  test('of a merge a file whose every line some parent has is there without lines, and mixes up no other', async () => {
    const repository = makeRepository(at('engine'));
    const { commit, git, write, gitWith } = repository;
    const text = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const changed = (...numbers: number[]) =>
      `${text.map((line, index) => (numbers.includes(index) ? `${line}, changed` : line)).join('\n')}\n`;
    commit({ files: { apart: changed(), both: changed(), z: changed() } });
    git('checkout', '-q', '-b', 'side');
    commit({ files: { apart: changed(2), both: changed(2), z: changed(2) } });
    git('checkout', '-q', 'main');
    commit({ files: { apart: changed(27), both: changed(27), z: changed(27) } });
    gitWith({}, 'merge', '-q', '--no-commit', 'side');
    write('both', `${changed(2, 27)}of the merge\n`);
    commit({ message: 'merge' });
    const merge = await newest(repository);
    expect(merge.problems).toEqual([]);
    expect(merge.files.map(({ path, added, removed }) => [path, added, removed])).toEqual([
      ['apart', 0, 0],
      ['both', 1, 0],
      ['z', 0, 0],
    ]);
    expectLines(merge.files[1], ['of the merge']);
  });

  test('a merge that takes one side has no lines', async () => {
    const repository = makeRepository(at('engine'));
    repository.commit({ files: { f: 'a\n' } });
    repository.git('checkout', '-q', '-b', 'side');
    repository.commit({ files: { f: 'theirs\n' } });
    repository.git('checkout', '-q', 'main');
    repository.commit({ files: { f: 'ours\n' } });
    repository.git('merge', '-q', '-X', 'ours', '-m', 'merge', 'side');
    expect((await newest(repository)).files).toEqual([]);
  });

  test('the patch id is that of the change, wherever it lands, and another where the context is another', async () => {
    const repository = makeRepository(at('engine'));
    const { commit, git } = repository;
    const text = Array.from({ length: 12 }, (_, index) => `line ${index}\n`);
    commit({ files: { f: text.join('') } });
    git('checkout', '-q', '-b', 'side');
    const change = commit({ files: { f: text.toSpliced(6, 0, 'new\n').join('') } });
    git('checkout', '-q', 'main');
    commit({ files: { f: `zero\n${text.join('')}` } });
    git('cherry-pick', '--allow-empty', change);
    const copy = git('rev-parse', 'HEAD');
    const again = commit({ files: { f: `zero\n${text.toSpliced(6, 0, 'new\n').join('')}new\n` } });
    const ids = new Map((await read(repository)).map((facts) => [facts.commit, facts.patchId]));
    expect(ids.get(copy)).toBe(ids.get(change));
    expect(ids.get(again)).not.toBe(ids.get(change));
  });

  test('over 1 MB of text in a file, and lock files, keep counts but no lines', async () => {
    const repository = makeRepository(at('engine'));
    const lines = Array.from({ length: 30_000 }, (_, index) => `some text that makes it large ${index}\n`);
    repository.commit({ files: { big: lines.join(''), 'yarn.lock': 'a\n', small: 'b\n' } });
    const { files } = await newest(repository);
    expect(
      files.map(({ path, added, isLarge, lines: packed }) => [path, added, isLarge, packed !== undefined]),
    ).toEqual([
      ['big', 30_000, true, false],
      ['small', 1, false, true],
      ['yarn.lock', 1, false, false],
    ]);
  });
});

describe('a hostile repository', () => {
  test('changes nothing but its own lines: configuration, attributes, drivers, hooks', async () => {
    const repository = makeRepository(at('engine'));
    const { commit, git, write } = repository;
    const evil = at('evil');
    writeFileSync(evil, `#!/bin/sh\ntouch '${at('ran')}'\ncat\n`);
    chmodSync(evil, 0o755);
    commit({ files: { f: 'one\n', 'x.bin': 'b\0in\n', 'sub/g': 'g\n' } });
    git('checkout', '-q', '-b', 'side');
    commit({ files: { f: 'two\n' } });
    git('checkout', '-q', 'main');
    commit({ files: { f: 'three\n', 'x.bin': 'b\0in\nmore\n' } });
    git('merge', '-q', '-s', 'ours', '--no-commit', 'side');
    write('f', 'both\n');
    commit({ message: 'merge' });
    const plain = await read(repository);
    const settings: Record<string, string> = {
      'diff.evil.textconv': evil,
      'diff.evil.command': evil,
      'diff.external': evil,
      'merge.evil.driver': evil,
      'core.fsmonitor': evil,
      'core.pager': evil,
      'diff.noprefix': 'true',
      'diff.mnemonicPrefix': 'true',
      'diff.interHunkContext': '20',
      'diff.context': '0',
      'diff.algorithm': 'patience',
      'diff.renames': 'copies',
      'diff.wsErrorHighlight': 'all',
      'diff.colorMoved': 'zebra',
      'diff.submodule': 'log',
      'diff.relative': 'true',
      'diff.orderFile': at('no-such-file'),
      'diff.ignoreSubmodules': 'all',
      'diff.wordRegex': '.',
      'diff.statGraphWidth': '3',
      'color.ui': 'always',
      'color.diff': 'always',
      'log.diffMerges': 'first-parent',
      'log.showSignature': 'true',
      'format.pretty': 'raw',
      'i18n.logOutputEncoding': 'UTF-16',
      'core.quotepath': 'true',
    };
    for (const [name, value] of Object.entries(settings)) git('config', name, value);
    writeFileSync(join(repository.folder, '.git/info/attributes'), '* diff=evil merge=evil\n');
    expect(await read(repository)).toEqual(plain);
    expect(existsSync(at('ran'))).toBe(false);
  });

  test('long lines, broken encodings, NUL in text, odd names: lines beside them are read', async () => {
    const repository = makeRepository(at('engine'));
    repository.commit({ files: { '.gitattributes': 'forced diff\n*.crlf -text\n' } });
    const names = ['a\nb', '"q"', 'tab\there', 'diff --git a', 'ø/日本', 'x\u0308'];
    repository.commit({
      files: {
        ...Object.fromEntries(names.map((name) => [name, `in ${name.length}\n`])),
        long: `${'x'.repeat(900_000)}\nshort\n`,
        latin: Buffer.from('caf\xe9 au lait\nplain text\n', 'latin1'),
        forced: 'zero\0one\nafter zero\n',
        'f.crlf': 'first line\r\nsecond line\r\n',
      },
    });
    const { files, problems } = await newest(repository);
    const file = (path: string) => known(files.find((candidate) => candidate.path === path));
    for (const name of names) expectLines(file(name), [`in ${name.length}`]);
    expect(unpackLines(known(file('long').lines).addedLines).map(({ isLong }) => isLong)).toEqual([true, false]);
    expectLines(file('latin'), ['caf\ufffd au lait', 'plain text']);
    expectLines(file('forced'), ['zero\0one', 'after zero']);
    expectLines(file('f.crlf'), ['first line', 'second line']);
    expect(problems).toEqual([]);
  });

  test('a line of 10 MB is a large file; memory does not hold it', async () => {
    const repository = makeRepository(at('engine'));
    repository.commit({ files: { min: `${'y'.repeat(10_000_000)}\n`, next: 'next line\n' } });
    const { files } = await newest(repository);
    expect(files.map(({ path, added }) => [path, added])).toEqual([
      ['min', 1],
      ['next', 1],
    ]);
    expectLines(files[1], ['next line']);
  });
});

test('any bytes, in any chunks, give the same records and no failure', () => {
  const marker = Buffer.from(`\0C${'a'.repeat(40)}\0`);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      marker,
      ...['\0', '\0\0', '\n', '\n:100644 100644 1 2 M\0f\0', 'diff --git a/f b/f\n', 'index 1..2\n'].map((text) =>
        Buffer.from(text),
      ),
      ...['@@ -1 +1,2 @@\n', '@@@ -1,3 -1,3 +1,3 @@@\n', '+x\n', '-y\n', ' z\n', '++m\n'].map((text) =>
        Buffer.from(text),
      ),
    ),
  );
  return fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), async (pieces, size) => {
      const bytes = Buffer.concat([marker, ...pieces]);
      const records = (step: number) =>
        all(
          commitRecords(
            (async function* () {
              for (let start = 0; start < bytes.length; start += step) yield bytes.subarray(start, start + step);
            })(),
            new Set(),
            true,
          ),
        );
      expect(await records(size)).toEqual(await records(bytes.length));
    }),
    { numRuns: 300, seed: 7 },
  );
});
