// Bundles everything that runs into dist/: the extension and its lazily loaded client, the engine and its database
// worker, the terminal program, the sidebar's page. `--tests` bundles the tests that run inside VS Code besides.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const prices = JSON.parse(readFileSync(join(root, 'node_modules/@pydantic/genai-prices/package.json'), 'utf8'));

const node = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  sourcemap: false,
  logLevel: 'warning',
  outdir: 'dist',
  define: { __VERSION__: JSON.stringify(manifest.version), __GENAI_PRICES_VERSION__: JSON.stringify(prices.version) },
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'), { recursive: true });
await Promise.all([
  // The client is a bundle of its own: loading vscode-languageclient takes longer than activation may.
  build({ ...node, external: ['vscode', './engineClient.js'], entryPoints: { extension: 'extension/main.ts' } }),
  build({ ...node, external: ['vscode'], entryPoints: { engineClient: 'extension/host/engineClient.ts' } }),
  build({
    ...node,
    entryPoints: {
      engine: 'extension/engine/server.ts',
      databaseWorker: 'extension/engine/databaseWorker.ts',
      logReader: 'extension/engine/logReader.ts',
    },
  }),
  build({ ...node, entryPoints: { paceflow: 'extension/engine/cli.ts' }, banner: { js: '#!/usr/bin/env node' } }),
  build({
    absWorkingDir: root,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    minify: true,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
    entryPoints: { sidebar: 'webview/sidebar/main.tsx' },
    outdir: 'dist/webview',
  }),
]);
copyFileSync(require.resolve('sql.js/dist/sql-wasm.wasm'), join(root, 'dist/sql-wasm.wasm'));
chmodSync(join(root, 'dist/paceflow.js'), 0o755);
