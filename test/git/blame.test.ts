import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blameLines, createBlameReader } from '../../extension/engine/git/blame';
import { GitFailed } from '../../extension/engine/git/process/failures';
import { makeRepository, temporaryHome } from './makeRepository';

const home = temporaryHome();
const at = (name: string) => join(home(), name);
const never = new AbortController().signal;
const blame = async (folder: string, name: string, text: string) => blameLines(folder, name, Buffer.from(text), never);

describe('git blame', () => {
  test('names the commit, its file and its line of each line, also of what is not committed', async () => {
    const { folder, commit } = makeRepository(at('one'));
    const first = commit({ message: 'First', files: { 'a b.txt': '1\n2\n3\n' } });
    const second = commit({ message: 'Second', files: { 'a b.txt': '0\n1\n2\n3\n' } });
    const { ranges, commits } = await blame(folder, 'a b.txt', '0\n1\ntyped\n3\n');
    expect(ranges).toEqual([
      { commit: second, path: 'a b.txt', commitLine: 1, line: 1, count: 1 },
      { commit: first, path: 'a b.txt', commitLine: 1, line: 2, count: 1 },
      { path: 'a b.txt', commitLine: 3, line: 3, count: 1 },
      { commit: first, path: 'a b.txt', commitLine: 3, line: 4, count: 1 },
    ]);
    expect(commits.map(({ author, subject }) => [author, subject]).sort()).toEqual([
      ['Ada', 'First'],
      ['Ada', 'Second'],
    ]);
  });

  test('follows a rename, in a sub-folder, with odd names', async () => {
    const { folder, git, commit } = makeRepository(at('renamed'));
    const made = commit({ files: { 'sub/q"\t\\ü.txt': 'one\ntwo\nthree\n' } });
    git('mv', 'sub/q"\t\\ü.txt', 'sub/-new.txt');
    git('commit', '-q', '-m', 'Rename');
    expect((await blame(join(folder, 'sub'), '-new.txt', 'one\ntwo\nthree\n')).ranges).toEqual([
      { commit: made, path: 'sub/q"\t\\ü.txt', commitLine: 1, line: 1, count: 3 },
    ]);
  });

  test('runs no clean filter and no text conversion of the repository', async () => {
    const { folder, git, gitWith, commit } = makeRepository(at('hostile'));
    commit({ files: { 'a.txt': '1\n', '.gitattributes': '*.txt filter=evil diff=evil\n' } });
    const mark = at('ran');
    const program = at('program.sh');
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\ncat\n`, { mode: 0o755 });
    for (const name of ['filter.evil.clean', 'filter.evil.process', 'diff.evil.textconv']) git('config', name, program);
    git('config', 'filter.evil.required', 'true');
    const { ranges } = await blame(folder, 'a.txt', '1\n2\n');
    expect(ranges.map(({ count }) => count)).toEqual([1, 1]);
    expect(existsSync(mark)).toBe(false);
    // The trap is one: plain git steps into it.
    for (const name of ['process', 'required']) git('config', '--unset', `filter.evil.${name}`);
    gitWith({ input: '1\n2\n' }, 'blame', '--contents', '-', 'a.txt');
    expect(existsSync(mark)).toBe(true);
  });

  test('a list of commits to pass over changes nothing', async () => {
    const { folder, git, commit } = makeRepository(at('ignoring'));
    commit({ files: { 'a.txt': 'one\n' } });
    const second = commit({ files: { 'a.txt': 'one \n' } });
    writeFileSync(join(folder, '.ignored'), `${second}\n`);
    git('config', 'blame.ignoreRevsFile', '.ignored');
    expect((await blame(folder, 'a.txt', 'one \n')).ranges[0]?.commit).toBe(second);
  });

  test('fails on a file that no commit holds, and without commits', async () => {
    const { folder, commit } = makeRepository(at('empty'));
    await expect(blame(folder, 'a.txt', '1\n')).rejects.toThrow(GitFailed);
    commit({ files: { 'b.txt': '1\n' } });
    await expect(blame(folder, 'a.txt', '1\n')).rejects.toThrow(GitFailed);
  });

  test('ends with its signal', async () => {
    const { folder, commit } = makeRepository(at('cancelled'));
    commit({ files: { 'a.txt': '1\n' } });
    await expect(blameLines(folder, 'a.txt', Buffer.from('1\n'), AbortSignal.abort(new Error('gone')))).rejects.toThrow(
      'gone',
    );
  });
});

test('an answer that makes no sense is no line', () => {
  const reader = createBlameReader();
  for (const line of ['', 'fatal', 'author Nobody', 'xyz 1 1 1', 'summary', '1 2 3 4']) reader.read(line);
  expect(reader.blame()).toEqual({ ranges: [], commits: [] });
});
