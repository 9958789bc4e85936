/**
 * Makes this machine ready to build and test: `node scripts/setup.mjs [dependencies] [git] [browser] [host]`, all of
 * them where none is named. Asks nothing, says one line for what is missing, and can be run again at no cost.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from './browser.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { findOnPath } from './process.mjs';
import { installPackages } from './systemPackages.mjs';
import { ensureHost } from './testHost.mjs';

/** @returns {Promise<{ ok: true } | { ok: false, reason: string }>} */
export async function ensureGit() {
  if (findOnPath('git')) return { ok: true };
  const installed = await installPackages(['git']);
  return installed.ok ? installed : { ok: false, reason: `git is missing; ${installed.reason}` };
}

/**
 * Chromium, and a font without which its pages are empty boxes.
 * @returns {Promise<{ ok: true, path: string } | { ok: false, reason: string }>}
 */
export async function ensureBrowser() {
  const fontMissing = process.platform === 'linux' && !existsSync('/usr/share/fonts');
  const first = await findBrowser();
  if (first.path && !fontMissing) return { ok: true, path: first.path };
  const hint =
    first.broken.length > 0
      ? `${first.broken.join(', ')} does not run (Ubuntu's is a stub for a snap)`
      : 'no Chromium, Chrome or Edge found';
  if (process.platform !== 'linux')
    return { ok: false, reason: `${hint}; install one, or name it in PACEFLOW_BROWSER` };
  const installed = await installPackages(first.path ? ['fonts-dejavu-core'] : ['chromium', 'fonts-dejavu-core']);
  const second = await findBrowser();
  if (second.path) return { ok: true, path: second.path };
  const why = installed.ok
    ? `${second.broken.join(', ') || 'chromium'} was installed but does not run (on Ubuntu it is a stub for a snap)`
    : installed.reason;
  return { ok: false, reason: `${hint}; ${why}; or name a browser in PACEFLOW_BROWSER` };
}

/** Each part by its name. */
export const parts = { dependencies: ensureDependencies, git: ensureGit, browser: ensureBrowser, host: ensureHost };

/** Ends the program with one line where Node is older than the project needs. */
export function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  console.error(`Paceflow needs Node 20 or newer to build; this is ${process.version}.`);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? '')).href) {
  requireNode();
  const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(parts);
  for (const name of names) {
    if (!(name in parts)) {
      console.error(`setup: there is no part "${name}"; there are ${Object.keys(parts).join(', ')}`);
      process.exit(2);
    }
    const result = await parts[name]();
    console.log(`setup: ${name} ${result.ok ? 'ready' : `missing: ${result.reason}`}`);
    // Without its dependencies or git nothing works; browser and host only make tests possible.
    if (!result.ok && (name === 'dependencies' || name === 'git')) process.exitCode = 1;
  }
}
