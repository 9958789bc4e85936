import { posix, win32 } from 'node:path';
import type { Environment, LogFile } from '../provider';

/**
 * Folders in which Claude Code keeps transcripts. `CLAUDE_CONFIG_DIR` (a comma-separated list) replaces the defaults
 * of the command line; the desktop app keeps its own tree for "local agent mode" and does not ask the variable.
 * On a remote (SSH, container, WSL) the engine runs there too and sees that machine's home; the folders of editors'
 * servers (`~/.vscode-server`) hold none.
 */
export function roots(environment: Environment): string[] {
  const path = pathOf(environment);
  const { home, variables } = environment;
  const configured = (variables.CLAUDE_CONFIG_DIR ?? '')
    .split(',')
    .map((entry) => entry.trim().replace(/^~(?=$|[\\/])/, () => home))
    .filter((entry) => path.isAbsolute(entry))
    .map((entry) => path.normalize(entry).replace(/(?<=.)[\\/]$/, ''))
    .map((entry) => (path.basename(entry) === 'projects' ? entry : path.join(entry, 'projects')));
  const folders = configured.length > 0 ? configured : defaults(environment);
  return [...new Set([...folders, ...desktopFolders(environment)])];
}

function defaults(environment: Environment): string[] {
  const path = pathOf(environment);
  return [
    path.join(environment.home, '.claude', 'projects'),
    path.join(configFolder(environment), 'claude', 'projects'),
  ];
}

function configFolder(environment: Environment): string {
  return folderOf(environment, 'XDG_CONFIG_HOME') ?? pathOf(environment).join(environment.home, '.config');
}

/** The user data folder of an Electron app; on Linux it asks XDG. */
function desktopFolders(environment: Environment): string[] {
  const { home, platform } = environment;
  const tree = ['Claude', 'local-agent-mode-sessions'];
  if (platform === 'darwin') return [posix.join(home, 'Library', 'Application Support', ...tree)];
  if (platform === 'linux') return [posix.join(configFolder(environment), ...tree)];
  const roaming = folderOf(environment, 'APPDATA') ?? win32.join(home, 'AppData', 'Roaming');
  const local = folderOf(environment, 'LOCALAPPDATA') ?? win32.join(home, 'AppData', 'Local');
  // The store's build is virtualised: its roaming folder lies in the package's own cache.
  const packaged = win32.join(local, 'Packages', 'Claude_pzs8sxrjxfjjc', 'LocalCache', 'Roaming');
  return [win32.join(roaming, ...tree), win32.join(packaged, ...tree)];
}

/** The folder that a variable names; empty and relative values name none. */
function folderOf(environment: Environment, variable: string): string | undefined {
  const value = environment.variables[variable];
  return value !== undefined && pathOf(environment).isAbsolute(value) ? value : undefined;
}

function pathOf({ platform }: Environment): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/**
 * What a path below a root is:
 * `<slug>/<id>.jsonl` a session, `<slug>/agent-<id>.jsonl` a sub-agent of older builds (its session stands inside),
 * `<slug>/<session>/subagents/**` `/agent-<id>.jsonl` a sub-agent since 2.1.2. Below the desktop's root the same lies
 * under any number of folders that end in `projects`.
 */
export function recognise(path: string): LogFile | undefined {
  const segments = path.split('/');
  return recogniseBelowProjects(segments) ?? recogniseBelowProjects(segments.slice(segments.indexOf('projects') + 1));
}

function recogniseBelowProjects(segments: readonly string[]): LogFile | undefined {
  const name = logName(segments.at(-1));
  if (name === undefined) return undefined;
  const isAgent = name.startsWith('agent-');
  if (segments.length === 2) return { kind: isAgent ? 'subagent' : 'session', nativeSessionId: name };
  const session = segments[1];
  if (segments.length < 4 || segments[2] !== 'subagents' || !isAgent || !session) return undefined;
  // Ids of sub-agents have seven digits: only together with their session are they unique.
  return { kind: 'subagent', nativeSessionId: `${session}/${name}`, rootNativeSessionId: session };
}

const otherLogs = new Set(['history', 'journal', 'sessions-index', 'audit']);

function logName(file: string | undefined): string | undefined {
  const name = file?.endsWith('.jsonl') ? file.slice(0, -'.jsonl'.length) : '';
  return name === '' || otherLogs.has(name) ? undefined : name;
}
