import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import type { Checkout } from '../world/checkout';
import { ada, type Person } from '../world/world';

const settings = [
  ...['init.defaultBranch=main', `core.hooksPath=${devNull}`, 'core.autocrlf=false', 'core.quotePath=false'],
  ...[
    'core.fsmonitor=false',
    'commit.gpgSign=false',
    'gc.auto=0',
    'maintenance.auto=false',
    'advice.detachedHead=false',
  ],
  ...['protocol.file.allow=always', 'merge.conflictStyle=merge', 'rebase.missingCommitsCheck=ignore'],
].flatMap((setting) => ['-c', setting]);

export interface GitResult {
  isOk: boolean;
  output: string;
  errors: string;
}

export interface GitOptions {
  input?: string;
  environment?: Record<string, string>;
}

/** Runs git as on no particular machine: no settings of a person, no hooks, no clock of its own. */
export function tryGit(folder: string, words: readonly string[], { input, environment }: GitOptions = {}): GitResult {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const result = spawnSync('git', [...settings, ...words], {
    cwd: folder,
    ...(input !== undefined && { input }),
    env: {
      ...own,
      ...{ HOME: folder, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' },
      ...{ GIT_EDITOR: 'true', GIT_SEQUENCE_EDITOR: 'true', LC_ALL: 'C', TZ: 'UTC' },
      ...environment,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 300_000,
  });
  if (result.error !== undefined) throw result.error;
  return { isOk: result.status === 0, output: result.stdout, errors: result.stderr };
}

/** What git prints. Throws where it fails. */
export function git(folder: string, words: readonly string[], options: GitOptions = {}): string {
  const { isOk, output, errors } = tryGit(folder, words, options);
  if (!isOk) throw new Error(`git ${words.join(' ')}: ${errors}${output}`);
  return output;
}

/** The same in a checkout, at the hour of its world: reflogs tell it. */
export function gitIn(checkout: Checkout, words: readonly string[]): string {
  return git(checkout.folder, words, { environment: committer(checkout, ada) });
}

/** The environment in which a person's git commits now. */
export function identity(checkout: Checkout, person: Person): Record<string, string> {
  const { GIT_COMMITTER_DATE = '' } = committer(checkout, person);
  return {
    ...committer(checkout, person),
    ...{ GIT_AUTHOR_NAME: person.name, GIT_AUTHOR_EMAIL: person.email, GIT_AUTHOR_DATE: GIT_COMMITTER_DATE },
  };
}

/** The same for commits that keep their author: amended and copied ones. */
export function committer(checkout: Checkout, person: Person): Record<string, string> {
  return {
    GIT_COMMITTER_NAME: person.name,
    GIT_COMMITTER_EMAIL: person.email,
    GIT_COMMITTER_DATE: `@${Math.floor(checkout.world.now / 1000)} +0000`,
  };
}
