/**
 * What keeps a repository from running programs, fetching, or changing what git prints.
 * A repository's own configuration and attributes are input from strangers; `-c` and the environment win over them.
 */

/**
 * The commands that we know to be safe with these arguments. None of them touches the working tree, but `blame`
 * without a revision or with `--contents`, which would run `filter.<name>.clean`: `git.ts` takes the filters away.
 */
export type ReadCommand =
  | 'blame'
  | 'cat-file'
  | 'check-attr'
  | 'config'
  | 'diff-tree'
  | 'for-each-ref'
  | 'log'
  | 'ls-tree'
  | 'merge-base'
  | 'patch-id'
  | 'reflog'
  | 'remote'
  | 'rev-list'
  | 'rev-parse'
  | 'show'
  | 'version'
  | 'worktree';

/** A command and its arguments. `status`, `diff` and `fetch` are absent: they run filters, or transports. */
export type GitArguments = readonly [command: ReadCommand, ...rest: string[]];

const CONFIGURATION = [
  // Programs.
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.askPass=',
  'core.alternateRefsCommand=false',
  'credential.helper=',
  'gpg.program=false',
  'log.showSignature=false',
  'protocol.allow=never',
  // Set with GIT_GRAFT_FILE, git would complain of it each time.
  'advice.graftFileDeprecated=false',
  // What is printed: two machines with other settings must read the same facts.
  'core.attributesFile=/dev/null',
  'core.bigFileThreshold=64m',
  'core.quotepath=false',
  'diff.algorithm=myers',
  'diff.context=3',
  'diff.indentHeuristic=true',
  'diff.interHunkContext=0',
  'diff.mnemonicPrefix=false',
  'diff.noprefix=false',
  'diff.relative=false',
  'diff.renameLimit=1000',
  'diff.submodule=short',
  'diff.suppressBlankEmpty=false',
  'log.follow=false',
  'log.showRoot=true',
] as const;

const PRINTS_DIFFS = [
  '--no-textconv',
  '--no-ext-diff',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  // `diff.orderFile` may name a file that is not there: git would refuse to print anything.
  '-O/dev/null',
] as const;

const AFTER_COMMAND: Partial<Record<ReadCommand, readonly string[]>> = {
  blame: ['--no-textconv'],
  'diff-tree': PRINTS_DIFFS,
  log: PRINTS_DIFFS,
  show: PRINTS_DIFFS,
};

/** The whole argument list, without the program. `more`: settings for this command only, `name=value`. */
export function hardenedArguments([command, ...rest]: GitArguments, more: readonly string[]): string[] {
  const settings = [...CONFIGURATION, ...more].flatMap((setting) => ['-c', setting]);
  return ['--no-pager', '--no-optional-locks', ...settings, command, ...(AFTER_COMMAND[command] ?? []), ...rest];
}

/** Set for every command. */
const SET: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  // Wins over `protocol.<name>.allow`, which a repository could set against `protocol.allow=never`.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_ATTR_NOSYSTEM: '1',
  // Grafts and replacements rewrite history on one machine only.
  GIT_GRAFT_FILE: '/dev/null',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

/**
 * All that git gets of the person's environment. A list of what is allowed: of what is dangerous (GIT_DIR, GIT_SSH,
 * GIT_EXTERNAL_DIFF, GIT_CONFIG_COUNT, GIT_TRACE, PAGER, …) every release of git has more.
 * The places of the person's and the system's configuration stay: `user.email` and `safe.directory` live there.
 */
const KEPT: ReadonlySet<string> = new Set([
  'APPDATA',
  'COMSPEC',
  'DYLD_LIBRARY_PATH',
  'GIT_CEILING_DIRECTORIES',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'HOME',
  'HOMEDRIVE',
  'HOMEPATH',
  'LD_LIBRARY_PATH',
  'LOCALAPPDATA',
  'LOGNAME',
  'PATH',
  'PATHEXT',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'SUDO_UID',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'USER',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
  'XDG_CONFIG_HOME',
]);

/** The child's environment, from ours. */
export function hardenedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && KEPT.has(name.toUpperCase())) kept[name] = value;
  }
  return { ...kept, ...SET };
}

/** The guarded names that we set or keep knowingly, for simple-git's own guard. */
export const KNOWN_ENVIRONMENT: readonly string[] = [...KEPT, ...Object.keys(SET)];
