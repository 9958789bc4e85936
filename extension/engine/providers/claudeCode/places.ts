import { posix, win32 } from 'node:path';
import type { Environment, LogFile } from '../provider';

/**
 * Folders in which Claude Code keeps transcripts. `CLAUDE_CONFIG_DIR` (a comma-separated list) replaces the defaults
 * of the command line; the desktop app keeps its own tree for "local agent mode" and does not ask the variable.
 * Remote servers (VS Code, SSH, containers) use the home folder of their own machine.
 */
export function roots(environment: Environment): string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
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

function defaults({ home, platform, variables }: Environment): string[] {
  const path = platform === 'win32' ? win32 : posix;
  const xdg = variables.XDG_CONFIG_HOME;
  const config = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.config');
  return [path.join(home, '.claude', 'projects'), path.join(config, 'claude', 'projects')];
}

function desktopFolders({ home, platform, variables }: Environment): string[] {
  const tree = ['Claude', 'local-agent-mode-sessions'];
  if (platform === 'darwin') return [posix.join(home, 'Library', 'Application Support', ...tree)];
  if (platform === 'linux') return [posix.join(home, '.config', ...tree)];
  const roaming = variables.APPDATA ?? win32.join(home, 'AppData', 'Roaming');
  const local = variables.LOCALAPPDATA ?? win32.join(home, 'AppData', 'Local');
  // The store's build is virtualised: its roaming folder lies in the package's own cache.
  const packaged = win32.join(local, 'Packages', 'Claude_pzs8sxrjxfjjc', 'LocalCache', 'Roaming');
  return [win32.join(roaming, ...tree), win32.join(packaged, ...tree)];
}

/**
 * What a path below a root is:
 * `<slug>/<id>.jsonl` a session, `<slug>/agent-<id>.jsonl` a sub-agent of older builds (its session stands inside),
 * `<slug>/<session>/subagents/**` `/agent-<id>.jsonl` a sub-agent since 2.1.2. Below the desktop's root the same lies
 * under any number of folders that end in `projects`.
 */
export function recognise(path: string): LogFile | undefined {
  const segments = path.split('/');
  const inner = segments.slice(segments.lastIndexOf('projects', segments.length - 2) + 1);
  const name = logName(inner.at(-1));
  if (name === undefined) return undefined;
  const isAgent = name.startsWith('agent-');
  if (inner.length === 2) return { kind: isAgent ? 'subagent' : 'session', nativeSessionId: name };
  const session = inner[1];
  if (inner.length < 4 || inner[2] !== 'subagents' || !isAgent || !session) return undefined;
  // Ids of sub-agents have seven digits: only together with their session are they unique.
  return { kind: 'subagent', nativeSessionId: `${session}/${name}`, rootNativeSessionId: session };
}

const otherLogs = new Set(['history', 'journal', 'sessions-index', 'audit']);

function logName(file: string | undefined): string | undefined {
  const name = file?.endsWith('.jsonl') ? file.slice(0, -'.jsonl'.length) : '';
  return name === '' || otherLogs.has(name) ? undefined : name;
}
