/** Installs what package-lock.json names, when node_modules holds something else. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { excerpt, root, run } from './process.mjs';

/**
 * Whether node_modules is what package-lock.json says. npm writes what it has installed to a lock file of its own as
 * the last thing it does; comparing the two needs no stamp, and knows about installs made by hand.
 */
export function dependenciesMatch(folder = root) {
  const installedFile = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    const found = installed[place];
    // The entry '' is this package; optional ones depend on the platform.
    if (found === undefined) return place === '' || entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** npm needs a cache folder that it may write to: HOME may be missing or read-only. */
export function npmEnvironment() {
  try {
    accessSync(homedir(), constants.W_OK);
    return {};
  } catch {
    return { npm_config_cache: path.join(root, '.cache/npm') };
  }
}

/** @returns {Promise<{ ok: true } | { ok: false, reason: string }>} */
export async function ensureDependencies() {
  if (dependenciesMatch()) return { ok: true };
  console.log("setup: installing dependencies (node_modules is missing, or not package-lock.json's)");
  const npm = (...words) =>
    run('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], { env: npmEnvironment(), output: 'capture' });
  let result = await npm('ci');
  // A registry that has only some platforms' builds of a package makes npm write a lock file without the others, and
  // `npm ci` then refuses that file. `npm install` takes every version it names, and adds what this platform needs.
  if (!result.ok && result.output.includes('EUSAGE')) result = await npm('install', '--no-save');
  if (result.ok) return { ok: true };
  return { ok: false, reason: `npm could not install: ${result.problem}\n${excerpt(result.output)}` };
}
