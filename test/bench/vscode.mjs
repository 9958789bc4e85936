// Measures the extension host of a real VS Code while it reads generated logs, see test/e2e/mocha/measure.ts.
//   node test/bench/vscode.mjs [--bytes 2e8] [--files 5000] [--seed 1]
// `npm run setup` must have installed code-server. Writes nothing but what it prints.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';
import { root } from './steps/build.mjs';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '2e8' },
    files: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'paceflow-bench-'));
const run = (...words) => execFileSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
try {
  generate({ out: work, bytes: Number(values.bytes), files: Number(values.files), seed: Number(values.seed) });
  run('scripts/build.mjs');
  run('scripts/buildTests.mjs');
  console.log(`${values.files} logs, ${values.bytes} bytes, load ${loadavg()[0].toFixed(1)}`);
  const results = join(work, 'results.json');
  run('dist/test/runHost.js', '--tests', 'measure', '--home', work, '--timeout', '900', '--results', results);
} finally {
  rmSync(work, { recursive: true, force: true });
}
