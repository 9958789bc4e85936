import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** Every test's git sees a home of its own: never this machine's. Call at the top of a test file. */
export function temporaryHome(): () => string {
  let home = '';
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-git-')));
    vi.stubEnv('HOME', home);
    vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(home, '.gitconfig'));
    vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
    writeFileSync(
      join(home, '.gitconfig'),
      '[user]\n\tname = Ada\n\temail = ada@example.org\n[protocol "file"]\n\tallow = always\n',
    );
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
  return () => home;
}

export type Content = string | Uint8Array;

export interface CommitOptions {
  message?: string;
  /** Path → content; null deletes. */
  files?: Record<string, Content | null>;
  /** Seconds UTC; default: one minute after the last. */
  at?: number;
  author?: string;
}

export interface Repository {
  folder: string;
  /** Plain git, as a person would run it; returns what it prints. */
  git(...args: string[]): string;
  gitWith(options: { input?: Content; environment?: Record<string, string> }, ...args: string[]): string;
  write(path: string, content: Content): void;
  /** Commits the files (even none) on the current branch and returns the id. */
  commit(options?: CommitOptions): string;
}

export const FIRST_COMMIT_AT = 1_700_000_000;

/** A repository with fixed names and dates in `folder`, made by `git init` unless it is there. */
export function makeRepository(folder: string, { exists = 'no', init = [] as string[] } = {}): Repository {
  let clock = FIRST_COMMIT_AT;
  mkdirSync(folder, { recursive: true });
  const gitWith: Repository['gitWith'] = ({ input, environment }, ...args) =>
    execFileSync(gitProgram(), args, {
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
      timeout: 20_000,
      ...(input !== undefined && { input }),
    })
      .toString()
      .trim();
  const git: Repository['git'] = (...args) => gitWith({}, ...args);
  const write: Repository['write'] = (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  if (exists === 'no') git('init', '-q', '-b', 'main', ...init);
  return {
    folder,
    git,
    gitWith,
    write,
    commit({ message = 'change', files = {}, at = clock + 60, author = 'Ada <ada@example.org>' } = {}) {
      clock = at;
      for (const [path, content] of Object.entries(files)) {
        if (content === null) git('rm', '-q', '--', path);
        else write(path, content);
      }
      git('add', '-A');
      const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
      const date = `@${at} +0200`;
      gitWith(
        {
          input: message,
          environment: {
            GIT_AUTHOR_NAME: name,
            GIT_AUTHOR_EMAIL: email,
            GIT_AUTHOR_DATE: date,
            GIT_COMMITTER_NAME: name,
            GIT_COMMITTER_EMAIL: email,
            GIT_COMMITTER_DATE: date,
          },
        },
        'commit',
        '-q',
        '--allow-empty',
        '--allow-empty-message',
        '--cleanup=verbatim',
        '-F',
        '-',
      );
      return git('rev-parse', 'HEAD');
    },
  };
}

let program: string | undefined;
/** Found once, so that a test may take PATH away. */
function gitProgram(): string {
  program ??= (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, 'git'))
    .find((path) => realpathIfThere(path) !== undefined);
  if (program === undefined) throw new Error('these tests need git');
  return program;
}

function realpathIfThere(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** All that an iterator gives. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** For values that a test has just made: fails with a name instead of a `undefined`. */
export function known<Value>(value: Value | undefined, name = 'value'): Value {
  if (value === undefined) throw new Error(`no ${name}`);
  return value;
}
