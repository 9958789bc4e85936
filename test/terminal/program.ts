import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { projectRoot } from '../ingest/ingestHarness';

export interface Outcome {
  code: number | string;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Over an environment that holds PATH and a HOME of the test's own. */
  environment?: Record<string, string>;
  /** Called with the process once it runs. */
  onStart?(child: ReturnType<typeof spawn>): void;
}

export interface Programs {
  /** Holds `dist/` and `sql/`, as the package does. */
  root(): string;
  /** A HOME that holds nothing. */
  emptyHome(): string;
  /** Runs `paceflow` and waits for its end. */
  paceflow(args: readonly string[], options?: RunOptions): Promise<Outcome>;
}

/** The terminal program and the engine, bundled once as the build does it. Call at the top of a test file. */
export function buildPrograms(): Programs {
  let root = '';
  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-program-')));
    mkdirSync(join(root, 'home'));
    mkdirSync(join(root, 'dist'));
    symlinkSync(join(projectRoot, 'sql'), join(root, 'sql'));
    copyFileSync(join(projectRoot, 'node_modules/sql.js/dist/sql-wasm.wasm'), join(root, 'dist/sql-wasm.wasm'));
    await build({
      absWorkingDir: projectRoot,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'warning',
      outdir: join(root, 'dist'),
      define: { __VERSION__: '"1.2.3-test"', __GENAI_PRICES_VERSION__: '"test"' },
      entryPoints: {
        paceflow: 'extension/engine/cli.ts',
        engine: 'extension/engine/server.ts',
        databaseWorker: 'extension/engine/databaseWorker.ts',
        logReader: 'extension/engine/logReader.ts',
      },
    });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const emptyHome = () => join(root, 'home');
  return {
    root: () => root,
    emptyHome,
    paceflow: (args, { environment = {}, onStart } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(root, 'dist/paceflow.js'), ...args], {
          env: { PATH: process.env['PATH'], HOME: emptyHome(), LANG: 'C', TZ: 'UTC', ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.on('error', reject);
        child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', stdout, stderr }));
        onStart?.(child);
      }),
  };
}
