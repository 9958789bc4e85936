import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runGit } from './git';
import { readObjects } from './objects';
import { GitFailed } from './process/failures';

export interface Branch {
  /** Without `refs/heads/` or `refs/remotes/`. */
  name: string;
  tip: string;
  isRemote: boolean;
}

export interface Worktree {
  /** Real path, where it still exists. */
  path: string;
  /** Undefined: no commit yet. */
  headCommit?: string;
  /** Undefined: detached. */
  branch?: string;
}

export interface Refs {
  branches: Branch[];
  /** `refs/remotes/<name>/HEAD` → what it points at. */
  remoteHeads: Map<string, string>;
  /** What git warned of: broken refs, mostly. */
  warnings: string[];
}

/** Local and remote branches, without the transcript branches of other tools and without symbolic refs. */
export async function readRefs(folder: string, remotes: readonly string[]): Promise<Refs> {
  const format = '--format=%(refname)%00%(objectname)%00%(symref)';
  const { stdout, stderr } = await runGit(folder, ['for-each-ref', format, 'refs/heads', 'refs/remotes']);
  const branches: Branch[] = [];
  const remoteHeads = new Map<string, string>();
  for (const line of linesOf(stdout)) {
    const [ref = '', tip = '', target = ''] = line.split('\0');
    if (target !== '') {
      if (ref.endsWith('/HEAD')) remoteHeads.set(ref, target);
      continue;
    }
    const isRemote = ref.startsWith('refs/remotes/');
    const name = ref.replace(/^refs\/(?:heads|remotes)\//, '');
    if (!isTranscript(isRemote ? withoutRemote(name, remotes) : name)) branches.push({ name, tip, isRemote });
  }
  return { branches, remoteHeads, warnings: linesOf(stderr) };
}

/** Branches on which Entire keeps transcripts: their commits are no work. */
function isTranscript(branch: string): boolean {
  return branch.startsWith('entire/');
}

/** A remote's name may hold slashes itself; the longest that fits is meant. */
function withoutRemote(name: string, remotes: readonly string[]): string {
  const fitting = remotes.filter((remote) => name.startsWith(`${remote}/`)).sort((a, b) => b.length - a.length)[0];
  return name.slice(fitting === undefined ? name.indexOf('/') + 1 : fitting.length + 1);
}

/** All worktrees, the main one first; a bare repository's own folder is none. Those whose folder is gone are kept. */
export async function readWorktrees(folder: string, commonDir: string): Promise<Worktree[]> {
  const configured = await readSetting(folder, 'core.worktree');
  const worktrees: Worktree[] = [];
  for (const [index, entry] of (await listWorktrees(folder)).entries()) {
    const fields = new Map(entry.map((line) => splitOnce(line)));
    if (fields.has('bare')) continue;
    const listed = fields.get('worktree') ?? '';
    // git names a submodule's main worktree by its git folder (seen in 2.39); the setting says where it is.
    const path = index === 0 && configured !== undefined ? resolve(commonDir, configured) : listed;
    const head = fields.get('HEAD');
    const branch = fields.get('branch');
    worktrees.push({
      path: await realpath(path).catch(() => path),
      ...(head !== undefined && !/^0+$/.test(head) && { headCommit: head }),
      ...(branch !== undefined && { branch: branch.replace(/^refs\/heads\//, '') }),
    });
  }
  return worktrees;
}

async function listWorktrees(folder: string): Promise<string[][]> {
  try {
    const { stdout } = await runGit(folder, ['worktree', 'list', '--porcelain', '-z']);
    return entriesOf(stdout, '\0');
  } catch (error) {
    // git before 2.36 has no -z; there a path with a newline can't be told.
    if (!(error instanceof GitFailed) || !error.stderr.includes('usage:')) throw error;
    return entriesOf((await runGit(folder, ['worktree', 'list', '--porcelain'])).stdout, '\n');
  }
}

function entriesOf(text: string, separator: string): string[][] {
  return text
    .split(separator + separator)
    .filter((entry) => entry !== '')
    .map((entry) => entry.split(separator));
}

/** Names of the remotes, as configured. */
export async function readRemotes(folder: string): Promise<string[]> {
  return linesOf((await runGit(folder, ['remote'])).stdout);
}

/** One setting as git resolves it; undefined: not set. */
export async function readSetting(folder: string, name: string): Promise<string | undefined> {
  return (await readSettings(folder, `^${name.replaceAll('.', '\\.')}$`)).at(-1)?.value;
}

/** All settings whose lower-cased name fits the pattern, weakest scope first. */
export async function readSettings(folder: string, pattern: string): Promise<{ name: string; value: string }[]> {
  const { stdout } = await runGit(folder, ['config', '-z', '--get-regexp', pattern], { answers: [0, 1] });
  return stdout
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => splitOnce(entry, '\n'))
    .map(([name, value]) => ({ name, value }));
}

/** What identifies a clone on this machine: enough to run commands in it. */
export interface ClonePlace {
  commonDir: string;
  worktrees: readonly { path: string }[];
}

/**
 * The folder in which to run git: a worktree that is there, else the git folder. Not the git folder at once: a person
 * who allowed a repository of another owner (`safe.directory`, dev containers) named its worktree.
 */
export function folderOf({ commonDir, worktrees }: ClonePlace): string {
  return worktrees.find(({ path }) => existsSync(join(path, '.git')))?.path ?? commonDir;
}

/** The commits that heads, remote branches and worktrees stand on, sorted, each once. What is not there is left out. */
export async function listTips(clone: ClonePlace): Promise<string[]> {
  const folder = folderOf(clone);
  const [{ branches }, worktrees] = await Promise.all([
    readRemotes(folder).then((remotes) => readRefs(folder, remotes)),
    readWorktrees(folder, clone.commonDir),
  ]);
  const heads = worktrees
    .filter(({ branch }) => branch === undefined || !isTranscript(branch))
    .map(({ headCommit }) => headCommit);
  const tips = [...branches.map(({ tip }) => tip), ...heads].filter((tip) => tip !== undefined);
  return [...(await existingCommits(folder, tips))].sort();
}

/** Those of the ids that name a commit which this clone has. Nothing is fetched. */
export async function existingCommits(folder: string, ids: readonly string[]): Promise<Set<string>> {
  const objects = await readObjects(folder, ids);
  return new Set([...objects].filter(([, { type }]) => type === 'commit').map(([id]) => id));
}

/**
 * Those of `commits` that can be reached from `tips` (default: all that `listTips` gives). Commits that this clone
 * does not have are not among them.
 */
export async function reachableFromRefs(
  clone: ClonePlace,
  commits: readonly string[],
  tips?: readonly string[],
): Promise<Set<string>> {
  const folder = folderOf(clone);
  const existing = await existingCommits(folder, commits);
  if (existing.size === 0) return existing;
  const from = tips ? await existingCommits(folder, tips) : await listTips(clone);
  // The other way round (all that tips reach) would print the whole history.
  const input = [...existing, ...[...from].map((tip) => `^${tip}`)].join('\n');
  const { stdout } = await runGit(folder, ['rev-list', '--stdin'], { input: `${input}\n` });
  for (const unreachable of linesOf(stdout)) existing.delete(unreachable);
  return existing;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function splitOnce(text: string, separator = ' '): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
