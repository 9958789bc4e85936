/** Loads TypeScript of this repository into a script: it is bundled for this run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './process.mjs';

/**
 * @param {string[]} names of modules, from the root of the repository
 * @returns {Promise<any>} what they export together
 */
export async function importTypeScript(...names) {
  const folder = mkdtempSync(path.join(tmpdir(), 'paceflow-bundle-'));
  try {
    const contents = names.map((name) => `export * from ${JSON.stringify(path.join(root, name))};`).join('\n');
    const outfile = path.join(folder, 'bundle.mjs');
    await build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile,
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
