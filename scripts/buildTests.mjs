/**
 * Bundles the tests that run in a real VS Code into dist/test:
 *   runHost.js, runWorkbench.js, desktop.js   programs
 *   host/index.js, host/*.hosttest.js         mocha's entry in the extension host, and what it finds beside it
 *   workbench/*.js                            scenarios, which runWorkbench.js finds
 */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './process.mjs';

const source = path.join(root, 'test/e2e');
const target = path.join(root, 'dist/test');
const filesOf = (folder) =>
  readdirSync(path.join(source, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(source, folder, name));

const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
  // `vscode` exists only in the extension host; the others find their own files beside them.
  external: ['vscode', 'mocha', 'playwright-core', '@vscode/test-electron'],
};

// A test whose source was removed must not be found.
rmSync(target, { recursive: true, force: true });
await Promise.all([
  build({
    ...options,
    entryPoints: ['runHost.ts', 'runWorkbench.ts', 'desktop.ts'].map((name) => path.join(source, name)),
    outdir: target,
  }),
  build({ ...options, entryPoints: filesOf('mocha'), outdir: path.join(target, 'host') }),
  build({ ...options, entryPoints: filesOf('workbench'), outdir: path.join(target, 'workbench') }),
]);
