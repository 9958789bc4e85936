import os from 'node:os';
import path from 'node:path';
import { homeVariables } from '../../shared/contract';
import type { Environment } from './providers/provider';

const ownHome = os.homedir();
const ownFolders = { HOME: process.env['HOME'], USERPROFILE: process.env['USERPROFILE'] };

/**
 * What providers may know of this machine for one client. Another `home` than the person's own ('') leaves every variable
 * out that points into the real one.
 */
export function environmentOf(home: string, variables: Readonly<Record<string, string>>): Environment {
  const platform = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
  const others: Record<string, string | undefined> = { ...process.env };
  for (const name of homeVariables) {
    delete others[name];
  }
  return home === ''
    ? { home: ownHome, platform, variables: { ...others, ...variables } }
    : { home: path.resolve(home), platform, variables: others };
}

/** Makes child processes (git) see the same home: its configuration says who "me" is. */
export function adoptEnvironment(environment: Environment): void {
  const isOwn = environment.home === ownHome;
  assign('HOME', isOwn ? ownFolders.HOME : environment.home);
  assign('USERPROFILE', isOwn ? ownFolders.USERPROFILE : environment.home);
  for (const name of homeVariables) {
    assign(name, environment.variables[name]);
  }
}

function assign(name: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
}
