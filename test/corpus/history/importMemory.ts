import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Commit } from '../world/checkout';
import { type SourceFile, type Tree, textOf } from '../world/lines';
import { parentTree } from './copies';
import { git } from './git';
import { type MemoryRepository, refOf } from './memory';

/** Every commit is made on this ref, which is deleted at the end. */
const making = 'refs/corpus/making';

/**
 * Writes the repository to its folder through `git fast-import`, with branches, reflogs and the work tree of `main`.
 * Throws where git gives a commit another id than the simulator did.
 */
export function importMemory({ checkout, owner, branches, texts, reflogs }: MemoryRepository): void {
  const folder = checkout.world.onDisk(checkout.folder);
  mkdirSync(folder, { recursive: true });
  git(folder, ['init', '--quiet', '--template=', '.']);
  appendFileSync(join(folder, '.git', 'config'), `[user]\n\tname = ${owner.name}\n\temail = ${owner.email}\n`);
  const marks = new Map<Commit, number>();
  const marksFile = join(folder, '.git', 'corpus-marks');
  const words = [
    'fast-import',
    '--quiet',
    '--force',
    `--import-marks-if-exists=${marksFile}`,
    `--export-marks=${marksFile}`,
  ];
  let stream: string[] = [];
  let length = 0;
  const flush = () => {
    git(folder, words, { input: stream.join('') });
    stream = [];
    length = 0;
  };
  for (const [commit, { author, committer, message }] of texts) {
    marks.set(commit, marks.size + 1);
    const [first, ...others] = commit.parents.map((parent) => `:${marks.get(parent)}`);
    const part = [
      ...(first === undefined ? [`reset ${making}\n`] : []),
      `commit ${making}\nmark :${marks.get(commit)}\nauthor ${author}\ncommitter ${committer}\n${dataOf(message)}`,
      ...(first === undefined ? [] : [`from ${first}\n`]),
      ...others.map((parent) => `merge ${parent}\n`),
      ...changesOf(parentTree(commit), commit.tree),
      '\n',
    ].join('');
    stream.push(part);
    length += part.length;
    if (length > 1e8) flush();
  }
  flush();
  compareIds(marksFile, marks);
  rmSync(marksFile);
  // Reflogs of today's date would make another repository every day.
  const pointTo = (...more: string[]) => git(folder, ['-c', 'core.logAllRefUpdates=false', 'update-ref', ...more]);
  pointTo('-d', making);
  for (const [branch, { id }] of branches) pointTo(refOf(branch), id);
  for (const [ref, entries] of reflogs) {
    if (ref !== 'HEAD' && !branches.has(ref.slice(refOf('').length))) continue;
    const file = join(folder, '.git', 'logs', ref);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, entries.join(''));
  }
  git(folder, ['read-tree', 'refs/heads/main']);
  git(folder, ['checkout-index', '--all']);
}

function changesOf(before: Tree, after: Tree): string[] {
  const deleted = [...before.keys()].filter((path) => !after.has(path)).map((path) => `D ${path}\n`);
  const written = [...after].filter(([path, file]) => before.get(path) !== file);
  return [...deleted, ...written.map(([path, file]) => `M 100644 inline ${path}\n${fileData(file)}`)];
}

const fileData = (file: SourceFile): string => dataOf(textOf(file));

const dataOf = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

function compareIds(marksFile: string, marks: ReadonlyMap<Commit, number>): void {
  const ids = new Map(
    readFileSync(marksFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => [Number(line.slice(1).split(' ')[0]), line.split(' ')[1]]),
  );
  for (const [{ id }, mark] of marks) {
    if (ids.get(mark) !== id) throw new Error(`commit ${mark}: git says ${ids.get(mark)}, the simulator ${id}`);
  }
}
