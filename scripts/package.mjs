/**
 * `npm run package`: builds, packs .cache/paceflow.vsix, and refuses a package that is too large or holds what does
 * not run. What belongs into it is the allow-list in .vscodeignore.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const target = path.join(root, '.cache/paceflow.vsix');
const mostBytes = 5_000_000;
const allowed = [
  /^package\.json$/,
  /^(?:README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^media\/(?:icon\.png|activity\.svg)$/,
  /^dist\/(?:extension|engineClient|engine|databaseWorker|logReader|paceflow)\.js$/,
  /^dist\/sql-wasm\.wasm$/,
  /^dist\/webview\/sidebar\.(?:js|css)$/,
  /^sql\/.+\.sql$/,
  // What the README shows on the extension's page.
  /^docs\/screenshots\/(?:sidebar|hover|workbench)-dark\.png$/,
];
const require = createRequire(import.meta.url);

if (!process.argv.includes('--built')) {
  execFileSync(process.execPath, [path.join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
}
const { createVSIX, listFiles } = require('@vscode/vsce');
const files = await listFiles({ cwd: root, packageManager: 0, dependencies: false });
const foreign = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
const needed = [
  'dist/extension.js',
  'dist/engineClient.js',
  'dist/engine.js',
  'dist/databaseWorker.js',
  'dist/logReader.js',
  'dist/paceflow.js',
];
const missing = [
  ...needed,
  ...readdirSync(path.join(root, 'sql/tables/event')).map((file) => `sql/tables/event/${file}`),
].filter((file) => !files.includes(file));
if (foreign.length > 0 || missing.length > 0) {
  throw new Error(
    `the package would hold ${foreign.join(', ') || 'nothing foreign'} and lack ${missing.join(', ') || 'nothing'}`,
  );
}
mkdirSync(path.dirname(target), { recursive: true });
await createVSIX({
  cwd: root,
  packagePath: target,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
const { size } = statSync(target);
if (size > mostBytes) {
  throw new Error(`the package has ${size} bytes, more than ${mostBytes}`);
}
console.log(`${path.relative(root, target)}: ${files.length} files, ${(size / 1e6).toFixed(2)} MB`);
