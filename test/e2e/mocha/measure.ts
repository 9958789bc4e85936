import { createRequire } from 'node:module';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { type TestResult, writeResults } from '../results';

/**
 * Measures the extension host of a real VS Code, for test/bench/vscode.mjs, which names a home full of logs: how long
 * activation takes, and how late the host's own thread is while all of them are read. No figure fails.
 */
export async function run(): Promise<void> {
  const figures: string[] = [];
  const extension = vscode.extensions.getExtension('paceflow.paceflow');
  if (!extension) throw new Error('paceflow.paceflow is not installed');
  const isFirst = !extension.isActive;
  const startedAt = performance.now();
  await extension.activate();
  figures.push(
    isFirst
      ? `activation, its bundle's loading included: ${milliseconds(performance.now() - startedAt)} (aim: 50 ms)`
      : 'activation: VS Code was quicker than the measurement',
  );

  const delay = monitorEventLoopDelay({ resolution: 1 });
  // The engine is started half a second after activation, and its client's bundle is loaded then.
  delay.enable();
  await vscode.commands.executeCommand('paceflow.refresh');
  delay.disable();
  for (const [name, value] of [
    ['median', delay.percentile(50)],
    ['p99', delay.percentile(99)],
    ['most', delay.max],
  ] as const) {
    figures.push(`delay of the event loop during a full ingest, ${name}: ${milliseconds(value / 1e6)}`);
  }

  for (const name of ['extension.js', 'engineClient.js']) {
    const bundle = path.join(extension.extensionPath, 'dist', name);
    const load = createRequire(bundle);
    delete load.cache[bundle];
    const loadedAt = performance.now();
    load(bundle);
    figures.push(`loading ${name} once more, in a host that is quiet: ${milliseconds(performance.now() - loadedAt)}`);
  }
  const file = process.env.PACEFLOW_TEST_RESULTS;
  const results = figures.map((name): TestResult => ({ name, state: 'passed' }));
  if (file !== undefined) writeResults(file, results);
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
