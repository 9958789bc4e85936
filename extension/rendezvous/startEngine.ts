import { spawn } from 'node:child_process';
import os from 'node:os';
import type { Place } from './place';

export interface StartOptions {
  place: Place;
  /** The bundled engine. */
  script: string;
  environment: NodeJS.ProcessEnv;
  /** Port of a debugger; undefined: none. */
  inspect: string | undefined;
  onError(error: Error): void;
}

/** Variables of the editor's own processes: they would make the engine part of that editor. */
const ofTheEditor = /^(?:VSCODE_|NODE_OPTIONS$|ELECTRON_)/;

/**
 * Starts an engine that nobody owns: in a session of its own, without our pipes, outside the extension's folder. It
 * outlives this process, whatever ends it. Gives the process id.
 */
export function startEngine(options: StartOptions): number | undefined {
  const environment = Object.fromEntries(
    Object.entries(options.environment).filter(([name]) => !ofTheEditor.test(name)),
  );
  const child = spawn(
    process.execPath,
    [
      ...(options.inspect ? [`--inspect=${options.inspect}`] : []),
      options.script,
      databaseOption,
      options.place.database,
    ],
    {
      detached: true,
      windowsHide: true,
      stdio: 'ignore',
      cwd: os.homedir(),
      // In a desktop VS Code the program is Electron, and must be told to be Node.
      env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
    },
  );
  child.on('error', options.onError);
  child.unref();
  return child.pid;
}

/** How an engine is told its database; also how a process is known to be one. */
export const databaseOption = '--database';
