import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Files that are run while a module is loaded: what it imports by statement, and what that imports. */
function runOnLoad(inputs: Metafile['inputs'], entry: string): Set<string> {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, kind } of inputs[file]?.imports ?? []) {
      if (kind === 'import-statement' || kind === 'require-call') found.add(path);
    }
  }
  return found;
}

describe('what is loaded while the extension is activated', () => {
  it('is ours alone: zod and the language client take longer to load than activation may', async () => {
    const { metafile } = await build({
      ...{ absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs', write: false, metafile: true },
      external: ['vscode', './engineClient.js'],
      entryPoints: ['extension/main.ts'],
    });
    const files = [...runOnLoad(metafile.inputs, 'extension/main.ts')];
    expect(files).toContain('extension/host/sidebar.ts');
    expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
    expect(Object.keys(metafile.inputs).some((file) => file.includes('node_modules/zod'))).toBe(true);
  });
});
