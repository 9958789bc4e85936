import os from 'node:os';
import path from 'node:path';
import type { Environment } from './providers/provider';

/** Variables that point into the real home folder: of no use when another home is read. */
const homeVariables = [
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'APPDATA',
  'LOCALAPPDATA',
];

/** What providers may know of this machine. Another `home` than the person's own leaves every override out. */
export function environmentOf(home: string | undefined): Environment {
  const platform = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
  if (home === undefined) {
    return { home: os.homedir(), platform, variables: { ...process.env } };
  }
  const variables = { ...process.env };
  for (const name of homeVariables) {
    delete variables[name];
  }
  return { home: path.resolve(home), platform, variables };
}

/** Makes child processes (git) see the same home: its configuration says who "me" is. */
export function adoptHome(environment: Environment): void {
  if (environment.home === os.homedir()) {
    return;
  }
  process.env['HOME'] = environment.home;
  process.env['USERPROFILE'] = environment.home;
  for (const name of homeVariables) {
    delete process.env[name];
  }
}
