import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitTruth, FileTruth, LineTruth, RepositoryTruth, TrueLine } from '../truth';
import type { Commit, Store } from '../world/checkout';
import type { Line, SourceFile } from '../world/lines';
import type { World } from '../world/world';
import { diffsOf, type FileDiff } from './diffs';
import { git } from './git';

/** What is true of each line of each commit, per folder that is still there. */
export function collectTruth(world: World): RepositoryTruth[] {
  const changes = new Map<Store, ReadonlyMap<Commit, Commit>>();
  const files = new Map<Commit, FileTruth[]>();
  return world.checkouts.flatMap((checkout) => {
    const { store } = checkout;
    const folder = world.onDisk(checkout.folder);
    if (!existsSync(folder)) return [];
    const boundary = boundaryOf(folder);
    const present = presentIn(folder, store);
    const own = present.filter((commit) => !files.has(commit) && !boundary.includes(commit.id));
    const diffs = diffsOf(
      folder,
      own.map(({ id }) => id),
    );
    for (const commit of own) files.set(commit, filesOf(commit, diffs.get(commit.id) ?? []));
    if (!changes.has(store)) changes.set(store, changesOf([...store.commits.values()]));
    const change = (commit: Commit) => changes.get(store)?.get(commit)?.id ?? commit.id;
    const commits = present
      .filter((commit) => !boundary.includes(commit.id))
      .map((commit) => truthOf(commit, change(commit), files.get(commit) ?? []));
    return [{ case: world.name, folder: checkout.folder, name: store.name, commits, boundary }];
  });
}

/** In the order in which they were made. */
function presentIn(folder: string, store: Store): Commit[] {
  const ids = new Set(git(folder, ['rev-list', '--all', '--reflog', 'HEAD']).trim().split('\n'));
  return [...store.commits.values()].filter(({ id }) => ids.has(id));
}

function boundaryOf(folder: string): string[] {
  const file = join(folder, '.git', 'shallow');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** Copies of one change have one representative: the first that was made. */
function changesOf(commits: readonly Commit[]): Map<Commit, Commit> {
  const first = new Map(commits.map((commit) => [commit, commit]));
  const order = new Map(commits.map((commit, index) => [commit, index]));
  const find = (commit: Commit): Commit => {
    const next = first.get(commit);
    return next === undefined || next === commit ? commit : find(next);
  };
  for (const commit of commits) {
    for (const source of commit.copyOf) {
      const [older = commit, younger = commit] = [find(commit), find(source)].sort(
        (left, right) => (order.get(left) ?? 0) - (order.get(right) ?? 0),
      );
      first.set(younger, older);
    }
  }
  return new Map(commits.map((commit) => [commit, find(commit)]));
}

function truthOf(commit: Commit, change: string, files: FileTruth[]): CommitTruth {
  const { id, parents, history, copyOf, reverts, restores } = commit;
  return {
    ...{ id, parents: parents.map((parent) => parent.id), history, change },
    copyOf: copyOf.map((source) => source.id),
    ...(reverts && { reverts: reverts.id }),
    ...(restores && { restores: restores.id }),
    files,
  };
}

function filesOf(commit: Commit, diffs: readonly FileDiff[]): FileTruth[] {
  if (commit.parents.length > 1) return diffs.flatMap((diff) => ofMerge(commit, diff));
  const before = commit.parents[0]?.tree;
  const deleted = diffs.filter(({ path }) => !commit.tree.has(path));
  const moved = new Set(deleted.flatMap(({ path }) => [...(before?.get(path)?.lines ?? [])]));
  return diffs.map((diff) => fileTruth(commit, diff, moved));
}

/** What somebody wrote into a merge: that is, what git would not have made of the parents. */
function ofMerge(commit: Commit, { path, added }: FileDiff): FileTruth[] {
  const file = commit.tree.get(path);
  const lines = added.map(({ line, text }) => trueLine(line, lineAt(file, line, text, commit).truth, text));
  return lines.length === 0 ? [] : [{ path, added: lines, removed: [] }];
}

/**
 * Git says which lines of the diff are new; the simulator says whose the line with that number is. `moved`: lines of
 * deleted files, which a rename that git does not see brings back under another path.
 */
function fileTruth(commit: Commit, diff: FileDiff, moved: ReadonlySet<Line>): FileTruth {
  const old = commit.parents[0]?.tree.get(diff.oldPath);
  const fresh = commit.tree.get(diff.path);
  const added = diff.added.map(({ line, text }) => {
    const own = lineAt(fresh, line, text, commit);
    const mover = moved.has(own) ? commit.removed.get(own)?.handled : undefined;
    return trueLine(line, { ...own.truth, ...(mover && { handled: mover }) }, text);
  });
  const removed = diff.removed.map(({ line, text }) => {
    const gone = lineAt(old, line, text, commit);
    return { line, text, by: commit.removed.get(gone) };
  });
  // Of equal lines git may show another one as removed than the one that was: then it is asked who took that away.
  const nearest = removed.find(({ by }) => by !== undefined)?.by ?? removerOf(commit, old, fresh) ?? added[0];
  return {
    path: diff.path,
    ...(diff.oldPath !== diff.path && { oldPath: diff.oldPath }),
    added,
    removed: removed.map(({ line, text, by }) => trueLine(line, remover(by ?? nearest, diff, text), text)),
  };
}

function removerOf(commit: Commit, old: SourceFile | undefined, fresh: SourceFile | undefined): LineTruth | undefined {
  const kept = new Set(fresh?.lines);
  const gone = old?.lines.find((line) => !kept.has(line) && commit.removed.has(line));
  return gone && commit.removed.get(gone);
}

function remover(truth: LineTruth | undefined, { path }: FileDiff, text: string): LineTruth {
  if (truth === undefined) throw new Error(`${path}: nobody removed: ${text}`);
  const { undecidable: _, ...author } = truth;
  return author;
}

const trueLine = (line: number, truth: LineTruth, text: string): TrueLine => ({ ...truth, line, text });

/** The simulator's line with git's number. Throws where it is another one: then all truth would be in doubt. */
function lineAt(file: SourceFile | undefined, number: number, text: string, commit: Commit): Line {
  const line = file?.lines[number - 1];
  const expected = file?.end === '\r\n' ? `${line?.text}\r` : line?.text;
  if (line === undefined || expected !== text)
    throw new Error(`${commit.id}: line ${number} is ${JSON.stringify(text)}, not ${JSON.stringify(line?.text)}`);
  return line;
}
