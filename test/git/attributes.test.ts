import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blobSizes, readAttributes } from '../../extension/engine/git/attributes';
import { findClone } from '../../extension/engine/git/clone';
import { readCommits } from '../../extension/engine/git/commits';
import { all, known, makeRepository, temporaryHome } from './makeRepository';

const home = temporaryHome();
const at = (name: string): string => join(home(), name);

test('attributes by path, also of files that are gone and of odd names', async () => {
  const { folder, commit, git } = makeRepository(at('engine'));
  commit({
    files: {
      '.gitattributes':
        '*.api linguist-generated\n"a\\nb" linguist-vendored=true\nlib/** linguist-documentation linguist-vendored=0\n',
      'lib/.gitattributes': 'x -linguist-documentation\n',
    },
  });
  writeFileSync(at('machine'), '* linguist-generated\n');
  git('config', 'core.attributesFile', at('machine'));
  expect(
    await readAttributes(known(await findClone(folder)), ['gone.api', 'a\nb', 'lib/x', 'lib/ü', 'plain', '', 'n\0ul']),
  ).toEqual(
    new Map([
      ['gone.api', { isGenerated: true }],
      ['a\nb', { isVendored: true }],
      ['lib/x', { isVendored: false, isDocumentation: false }],
      ['lib/ü', { isVendored: false, isDocumentation: true }],
    ]),
  );
});

test('a bare repository has no attributes', async () => {
  const { folder, commit } = makeRepository(at('engine'));
  commit({ files: { '.gitattributes': '* linguist-generated\n' } });
  execFileSync('git', ['clone', '-q', '--bare', folder, at('store.git')]);
  expect(await readAttributes(known(await findClone(at('store.git'))), ['a'])).toEqual(new Map());
});

test('sizes of blobs that are here; nothing is fetched', async () => {
  const { folder, commit, git } = makeRepository(at('engine'));
  commit({ files: { big: 'x'.repeat(2_000_000), small: '' } });
  const clone = known(await findClone(folder));
  const blobs = known((await all(readCommits(clone, { knownTips: [] })))[0]).files.map(({ blob }) => known(blob));
  expect([...(await blobSizes(clone, [...blobs, '0'.repeat(40), 'HEAD', git('rev-parse', 'HEAD')])).values()]).toEqual([
    2_000_000, 0,
  ]);
  git('config', 'uploadpack.allowFilter', 'true');
  git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${folder}`, at('partial'));
  const partial = makeRepository(at('partial'), { exists: 'yes' });
  const here = partial.gitWith({ input: 'here' }, 'hash-object', '-w', '--stdin');
  const before = partial.git('count-objects', '-v');
  expect(await blobSizes(known(await findClone(at('partial'))), [...blobs, here])).toEqual(new Map([[here, 4]]));
  expect(partial.git('count-objects', '-v')).toBe(before);
});
