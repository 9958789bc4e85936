import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** What the probe needs of the engine, as one module. */
const parts = `
  export { createApplication } from './extension/engine/application';
  export { readCatalogue } from './extension/engine/database/catalogue';
  export { openDatabase } from './extension/engine/database/database';
  export { realFile, snapshotFile } from './extension/engine/database/databaseFile';
  export { environmentOf } from './extension/engine/environment';
  export { silentLog } from './extension/engine/log';
  export { bundledPrices } from './extension/engine/pricing/prices';
  export { providers } from './extension/engine/providers/registry';
`;

/**
 * Bundles the terminal program and the engine's parts into `folder`, as scripts/build.mjs does but for names, which a
 * profile wants whole. Nothing in the repository's own dist/ is touched.
 * @param {string} folder
 * @param {{ isMinified: boolean }} options
 * @returns {Promise<{ cli: string, engine: string, worker: string, wasm: string, root: string }>} paths
 */
export async function buildPrograms(folder, { isMinified }) {
  const require = createRequire(import.meta.url);
  const json = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const dist = join(folder, 'dist');
  mkdirSync(dist, { recursive: true });
  const node = {
    ...{ absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs', target: 'node20', minify: isMinified },
    ...{ keepNames: isMinified, sourcemap: false, logLevel: 'warning', outdir: dist },
    define: {
      __VERSION__: JSON.stringify(json('package.json').version),
      __GENAI_PRICES_VERSION__: JSON.stringify(json('node_modules/@pydantic/genai-prices/package.json').version),
    },
  };
  await Promise.all([
    build({
      ...node,
      entryPoints: {
        paceflow: 'extension/engine/cli.ts',
        databaseWorker: 'extension/engine/databaseWorker.ts',
        logReader: 'extension/engine/logReader.ts',
      },
    }),
    build({
      ...node,
      outdir: undefined,
      outfile: join(dist, 'engine.js'),
      stdin: { contents: parts, resolveDir: root },
    }),
  ]);
  const wasm = join(dist, 'sql-wasm.wasm');
  copyFileSync(require.resolve('sql.js/dist/sql-wasm.wasm'), wasm);
  // The program looks for sql/ beside dist/.
  cpSync(join(root, 'sql'), join(folder, 'sql'), { recursive: true });
  return {
    cli: join(dist, 'paceflow.js'),
    engine: join(dist, 'engine.js'),
    worker: join(dist, 'databaseWorker.js'),
    wasm,
    root: folder,
  };
}
