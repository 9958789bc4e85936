/** Finds the command line of VS Code, or of an editor made from it, and whether it could show a window here. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findOnPath } from './process.mjs';

const names = ['code', 'code-insiders', 'codium', 'cursor'];
const macApplications = {
  'Visual Studio Code': 'code',
  'Visual Studio Code - Insiders': 'code',
  VSCodium: 'codium',
  Cursor: 'cursor',
};
const windowsFolders = {
  'Microsoft VS Code': 'code',
  'Microsoft VS Code Insiders': 'code-insiders',
  VSCodium: 'codium',
  cursor: 'cursor',
};

/** @returns {string | undefined} the program's path */
export function findEditor() {
  const onPath = names.map((name) => findOnPath(name)).find((file) => file !== undefined);
  return onPath ?? usualPlaces().find((file) => existsSync(file));
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    return ['/Applications', path.join(homedir(), 'Applications')].flatMap((folder) =>
      Object.entries(macApplications).map(([application, name]) =>
        path.join(folder, `${application}.app/Contents/Resources/app/bin/${name}`),
      ),
    );
  }
  if (process.platform === 'win32') {
    const folders = [
      process.env.LOCALAPPDATA && path.join(process.env.LOCALAPPDATA, 'Programs'),
      process.env.PROGRAMFILES,
    ].filter(Boolean);
    return folders.flatMap((folder) =>
      Object.entries(windowsFolders).map(([application, name]) => path.join(folder, application, 'bin', `${name}.cmd`)),
    );
  }
  return ['/usr/share/code/bin/code', '/snap/bin/code', '/usr/share/codium/bin/codium'];
}

/** @returns {string | undefined} why no window can be shown here; undefined where one can */
export function whyNoWindow() {
  if (process.platform !== 'linux') return undefined;
  if (process.env.WSL_DISTRO_NAME) return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  return process.getuid?.() === 0 ? 'VS Code does not start as root' : undefined;
}
