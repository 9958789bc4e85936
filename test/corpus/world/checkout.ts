import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Author, HistoryOperation, LineTruth } from '../truth';
import { type Line, noteRemoved, type SourceFile, type Tree, textOf } from './lines';
import type { World } from './world';

/** A commit as the simulator knows it: which lines it holds, and who took away those that it does not. */
export interface Commit {
  readonly id: string;
  readonly parents: readonly Commit[];
  readonly tree: Tree;
  readonly removed: ReadonlyMap<Line, LineTruth>;
  readonly history: HistoryOperation;
  readonly copyOf: readonly Commit[];
  readonly reverts?: Commit;
  readonly restores?: Commit;
  /** What `git commit` printed. */
  readonly said?: string;
}

/** What all clones and worktrees of one repository share. */
export interface Store {
  readonly name: string;
  readonly commits: Map<string, Commit>;
}

/** A folder with a work tree. */
export interface Checkout {
  readonly world: World;
  readonly store: Store;
  readonly folder: string;
  /** `memory`: of a history that is written to disk as a whole, at its end. */
  readonly kept: 'disk' | 'memory';
  branch: string;
  head: Commit | undefined;
  /** What lies in the folder now. */
  files: Map<string, SourceFile>;
  /** Lines taken away since the last commit. */
  removed: Map<Line, LineTruth>;
}

/** The lines of a file. Throws where it is not there. */
export function linesIn(checkout: Checkout, path: string): readonly Line[] {
  return fileIn(checkout, path).lines;
}

export function fileIn(checkout: Checkout, path: string): SourceFile {
  const file = checkout.files.get(path);
  if (file === undefined) throw new Error(`${path} is not there`);
  return file;
}

/** Puts lines into a file, which is made where it is not there. `author` is who takes away what is in it no more. */
export function putLines(
  checkout: Checkout,
  path: string,
  lines: readonly Line[],
  author: LineTruth,
  end?: SourceFile['end'],
): void {
  const before = checkout.files.get(path);
  noteRemoved(checkout.removed, before?.lines ?? [], lines, author);
  putFile(checkout, path, { lines, end: end ?? before?.end ?? '\n' });
}

export function removeFile(checkout: Checkout, path: string, author: Author): void {
  noteRemoved(checkout.removed, linesIn(checkout, path), [], author);
  checkout.files.delete(path);
  if (checkout.kept === 'disk') rmSync(join(checkout.folder, path));
}

/** Gives a file another path; its lines stay what they are. */
export function renameFile(checkout: Checkout, from: string, to: string, author: Author): void {
  const file = fileIn(checkout, from);
  noteRemoved(checkout.removed, file.lines, [], { ...author, handled: { how: 'moved', by: author } });
  checkout.files.delete(from);
  if (checkout.kept === 'disk') rmSync(join(checkout.folder, from));
  putFile(checkout, to, file);
}

export function putFile(checkout: Checkout, path: string, file: SourceFile): void {
  checkout.files.set(path, file);
  if (checkout.kept === 'memory') return;
  mkdirSync(dirname(join(checkout.folder, path)), { recursive: true });
  writeFileSync(join(checkout.folder, path), textOf(file));
}

/** Throws where the folder holds something else than the simulator thinks: then its truth would be wrong. */
export function expectOnDisk(checkout: Checkout): void {
  for (const [path, file] of checkout.files) {
    const text = readFileSync(join(checkout.folder, path), 'utf8');
    if (text !== textOf(file)) throw new Error(`${path}: git wrote\n${text}\nbut expected was\n${textOf(file)}`);
  }
}
