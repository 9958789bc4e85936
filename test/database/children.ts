import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { projectRoot } from '../ingest/ingestHarness';

export interface Child {
  process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** Resolves once it has printed the text; rejects where it ends without. */
  printed(text: string): Promise<void>;
}

/**
 * Programs of these tests (paths below `test/`, without `.ts`), bundled once; run by their file's name with an
 * environment of their own. Call at the top of a test file.
 */
export function childPrograms(...paths: string[]): { run(name: string, ...args: string[]): Child; folder(): string } {
  let folder = '';
  const running = new Set<ChildProcess>();
  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-children-')));
    mkdirSync(join(folder, 'home'));
    await build({
      absWorkingDir: projectRoot,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'warning',
      outdir: join(folder, 'programs'),
      entryPoints: Object.fromEntries(paths.map((path) => [basename(path), join('test', `${path}.ts`)])),
    });
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder: () => folder,
    run: (name, ...args) => {
      const child = spawn(process.execPath, [join(folder, 'programs', `${name}.js`), ...args], {
        env: { PATH: process.env['PATH'], HOME: join(folder, 'home') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      running.add(child);
      let output = '';
      const listeners = new Set<() => void>();
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        for (const listener of listeners) listener();
      });
      const ended = new Promise<number | string>((resolve) =>
        child.on('close', (code, signal) => {
          running.delete(child);
          resolve(code ?? signal ?? 'unknown');
        }),
      );
      return {
        process: child,
        output: () => output,
        ended,
        printed: (text) =>
          new Promise((resolve, reject) => {
            const look = () => {
              if (!output.includes(text)) return;
              listeners.delete(look);
              resolve();
            };
            listeners.add(look);
            look();
            void ended.then((code) => reject(new Error(`ended with ${code} before it printed "${text}": ${output}`)));
          }),
      };
    },
  };
}
