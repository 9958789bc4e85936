import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { runGit } from './git';
import { GitFailed } from './process/failures';
import {
  type Branch,
  existingCommits,
  type Refs,
  readRefs,
  readRemotes,
  readSettings,
  readWorktrees,
  type Worktree,
} from './refs';
import { remoteKeyOf } from './remote';

export interface CloneFacts {
  /** Real path of what all worktrees share; the clone's identity. */
  commonDir: string;
  worktrees: Worktree[];
  /** `host/owner/name`, without credentials. */
  remoteKey?: string;
  /** The smallest id of HEAD's root commits, where there is no remote key; undefined in a shallow clone, whose roots are not history's. */
  rootCommit?: string;
  name: string;
  isShallow: boolean;
  isPartial: boolean;
  /** Every `user.email` (also `author.email`, `committer.email`) of all scopes that git sees from here. */
  userEmails: string[];
  mainline?: Mainline;
  branches: Branch[];
  /** What could not be read, for a person to see. */
  problems: string[];
}

export interface Mainline {
  /** Full ref name, or `HEAD` where it is detached. */
  ref: string;
  tip: string;
}

const MAINLINE_NAMES = ['main', 'master', 'trunk', 'develop'];

/**
 * The clone that a folder lies in: a sub-folder, a linked worktree, a submodule (its own), a bare repository.
 * Undefined when the folder does not exist or is in no repository. Odd repositories give what is known and `problems`.
 * @throws GitMissing
 */
export async function findClone(folder: string): Promise<CloneFacts | undefined> {
  if (!(await isFolder(folder))) return undefined;
  const problems: string[] = [];
  /** A failing question leaves its part unknown. */
  const ask = async <Answer>(question: Promise<Answer>, otherwise: Answer): Promise<Answer> => {
    try {
      return await question;
    } catch (error) {
      if (!(error instanceof GitFailed)) throw error;
      problems.push(error.message);
      return otherwise;
    }
  };

  let commonDir: string;
  try {
    const { stdout } = await runGit(folder, ['rev-parse', '--git-common-dir']);
    commonDir = await realpath(resolve(folder, stdout.replace(/\n$/, '')));
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    return isNoRepository(error) ? undefined : refusedClone(folder, error.message);
  }

  const [settings, remotes, worktrees, shallow, head] = await Promise.all([
    ask(readSettings(folder, SETTINGS), []),
    ask(readRemotes(folder), []),
    ask(readWorktrees(folder, commonDir), []),
    ask(stdoutOf(folder, 'rev-parse', '--is-shallow-repository'), ''),
    ask(headCommit(folder), undefined),
  ]);
  const isShallow = shallow === 'true';
  const refs = await ask(readRefs(folder, remotes), { branches: [], remoteHeads: new Map(), warnings: [] });
  problems.push(...refs.warnings);
  const remoteKey = await ask(firstRemoteKey(folder, settings, remotes), undefined);
  // Walks all history: asked only where nothing else names the repository.
  const isNameless = remoteKey === undefined && head && !isShallow;
  const roots = isNameless ? await ask(stdoutOf(folder, 'rev-list', '--max-parents=0', head), '') : '';
  const rootCommit = roots.split('\n').sort()[0];
  const mainline = mainlineOf(refs, remotes, worktrees, head);
  return {
    commonDir,
    worktrees,
    ...(remoteKey !== undefined && { remoteKey }),
    ...(rootCommit && { rootCommit }),
    name: remoteKey?.split('/').at(-1) ?? folderName(worktrees[0]?.path ?? commonDir),
    isShallow,
    isPartial: settings.some(isPromise),
    userEmails: emailsOf(settings),
    ...(mainline && { mainline }),
    branches: refs.branches,
    problems: problems.sort(),
  };
}

const SETTINGS = '^((user|author|committer)\\.email|extensions\\.partialclone|remote\\..*\\.(promisor|url))$';

interface Setting {
  name: string;
  value: string;
}

function isPromise({ name, value }: Setting): boolean {
  return name === 'extensions.partialclone' || (name.endsWith('.promisor') && /^(?:|true|yes|on|1)$/i.test(value));
}

function emailsOf(settings: Setting[]): string[] {
  const emails = settings
    .filter(({ name, value }) => name.endsWith('.email') && value !== '')
    .map(({ value }) => value);
  return [...new Set(emails)];
}

/** The first remote that names a host, origin before the others. */
async function firstRemoteKey(folder: string, settings: Setting[], remotes: string[]): Promise<string | undefined> {
  for (const remote of originFirst(remotes)) {
    const written = settings.find(({ name }) => name === `remote.${remote}.url`)?.value;
    if (written === undefined) continue;
    const key = remoteKeyOf(isWhole(written) ? written : await rewritten(folder, remote, written));
    if (key !== undefined) return key;
  }
  return undefined;
}

/** `gh:owner/name` may be a shorthand of `url.<base>.insteadOf`; a whole address must not become a local mirror's. */
function isWhole(address: string): boolean {
  return address.includes('://') || /^[^/:]+@/.test(address);
}

async function rewritten(folder: string, remote: string, written: string): Promise<string> {
  return (await stdoutOf(folder, 'remote', 'get-url', '--', remote)).split('\n')[0] ?? written;
}

function originFirst(remotes: string[]): string[] {
  return [...remotes].sort((a, b) => Number(b === 'origin') - Number(a === 'origin'));
}

/** origin/HEAD, else a branch of a usual name (the remote's before ours: unpushed work has reached nothing), else HEAD. */
function mainlineOf(
  { branches, remoteHeads }: Refs,
  remotes: string[],
  worktrees: Worktree[],
  head: string | undefined,
): Mainline | undefined {
  const tips = new Map(
    branches.map(({ name, tip, isRemote }) => [`refs/${isRemote ? 'remotes' : 'heads'}/${name}`, tip]),
  );
  const [remote = 'origin'] = originFirst(remotes);
  const current = worktrees.find(({ headCommit }) => headCommit !== undefined)?.branch;
  const candidates = [
    remoteHeads.get(`refs/remotes/${remote}/HEAD`) ?? '',
    ...MAINLINE_NAMES.flatMap((name) => [`refs/remotes/${remote}/${name}`, `refs/heads/${name}`]),
    `refs/heads/${current ?? ''}`,
  ];
  for (const ref of candidates) {
    const tip = tips.get(ref);
    if (tip !== undefined) return { ref, tip };
  }
  return head === undefined ? undefined : { ref: 'HEAD', tip: head };
}

/** Undefined where HEAD's branch has no commit yet. */
async function headCommit(folder: string): Promise<string | undefined> {
  const { stdout } = await runGit(folder, ['rev-parse', '--verify', '--quiet', 'HEAD'], { answers: [0, 1] });
  const head = stdout.trim();
  if (head === '') return undefined;
  if ((await existingCommits(folder, [head])).size > 0) return head;
  throw new GitFailed(['rev-parse', 'HEAD'], `HEAD names ${head}, which is no commit here`);
}

/** git refuses the repository (another owner, a newer format, a broken configuration): it is there all the same. */
async function refusedClone(folder: string, problem: string): Promise<CloneFacts> {
  const root = await nearestWithGit(await realpath(folder));
  return {
    commonDir: join(root, '.git'),
    worktrees: [{ path: root }],
    name: basename(root),
    isShallow: false,
    isPartial: false,
    userEmails: [],
    branches: [],
    problems: [problem],
  };
}

async function nearestWithGit(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    if ((await stat(join(place, '.git')).catch(() => undefined)) !== undefined) return place;
    if (place === dirname(place)) return folder;
  }
}

function isNoRepository({ stderr }: GitFailed): boolean {
  return stderr.includes('not a git repository');
}

function folderName(path: string): string {
  return basename(basename(path) === '.git' ? dirname(path) : path, '.git');
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function stdoutOf(
  folder: string,
  command: 'remote' | 'rev-list' | 'rev-parse',
  ...rest: string[]
): Promise<string> {
  return (await runGit(folder, [command, ...rest])).stdout.trim();
}
