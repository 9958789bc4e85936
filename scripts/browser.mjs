/** Finds a Chromium-like browser that Playwright can drive. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findOnPath, run } from './process.mjs';

function candidates() {
  const chosen = process.env.PACEFLOW_BROWSER;
  if (chosen) return [chosen];
  if (process.platform === 'darwin') {
    const programs = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'];
    return ['/Applications', path.join(homedir(), 'Applications')].flatMap((folder) =>
      programs.map((name) => path.join(folder, `${name}.app/Contents/MacOS/${name}`)),
    );
  }
  if (process.platform === 'win32') {
    const folders = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(
      (folder) => folder !== undefined,
    );
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ];
    return folders.flatMap((folder) => programs.map((name) => path.join(folder, name)));
  }
  const programs = [
    'chromium',
    'google-chrome',
    'google-chrome-stable',
    'chromium-browser',
    'microsoft-edge',
    'microsoft-edge-stable',
    'brave-browser',
  ];
  return programs.map((name) => findOnPath(name)).filter((file) => file !== undefined);
}

/**
 * @returns {Promise<{ path?: string, broken: string[] }>} `broken`: found, but does not run. Ubuntu's
 *   chromium-browser is such a one: a stub that only points to a snap.
 */
export async function findBrowser() {
  const broken = [];
  for (const file of candidates()) {
    if (!existsSync(file)) continue;
    // Chrome for Windows opens a window instead of telling its version.
    if (process.platform === 'win32') return { path: file, broken };
    const { ok } = await run(file, ['--version'], { output: 'capture', timeoutMs: 20_000 });
    if (ok) return { path: file, broken };
    broken.push(file);
  }
  return { broken };
}
