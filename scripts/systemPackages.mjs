/** Installs packages of Debian and its relatives, where this account may, without ever asking a question. */
import { excerpt, findOnPath, run } from './process.mjs';

const environment = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' };
const aptOptions = [
  '-q',
  '-y',
  '-o',
  'Acquire::Retries=2',
  '-o',
  'Acquire::http::Timeout=30',
  '-o',
  'DPkg::Lock::Timeout=120',
];
let updated = false;

/** The words before `apt-get` that make it run as root, or undefined where it can't. */
async function rootPrefix() {
  if (!findOnPath('apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  const passwordless =
    findOnPath('sudo') && (await run('sudo', ['-n', 'true'], { output: 'capture', timeoutMs: 10_000 })).ok;
  // sudo drops the environment: it is said again by env.
  const assignments = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  return passwordless ? ['sudo', '-n', 'env', ...assignments] : undefined;
}

/**
 * @param {string[]} names of Debian packages
 * @returns {Promise<{ ok: true } | { ok: false, reason: string }>}
 */
export async function installPackages(names) {
  const prefix = await rootPrefix();
  if (prefix === undefined) return { ok: false, reason: `needs: ${names.join(', ')} (install by hand)` };
  const apt = (words, timeoutMs) => {
    const [program, ...rest] = [...prefix, 'apt-get', ...aptOptions, ...words];
    return run(program, rest, { env: environment, output: 'capture', timeoutMs });
  };
  console.log(`setup: installing ${names.join(', ')}`);
  if (!updated) {
    // A failed update may still leave lists that are good enough: the install is what decides.
    await apt(['update'], 180_000);
    updated = true;
  }
  const result = await apt(['install', '--no-install-recommends', ...names], 600_000);
  if (result.ok) return { ok: true };
  return {
    ok: false,
    reason: `apt-get could not install ${names.join(', ')}: ${result.problem}\n${excerpt(result.output)}`,
  };
}
