/**
 * Runs the scenarios of workbench/ in a real VS Code that a browser drives:
 *   node dist/test/runWorkbench.js --results FILE [--vsix FILE] [--home DIR] [--folder DIR] [--only TEXT]
 * Without --vsix the extension is this repository's folder, under development.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Browser, openBrowser, pictureFailure } from './browser';
import { type Host, keepLog, root, startHost, stopOnSignals } from './host';
import { within } from './processes';
import { messageOf, type TestResult, writeResults } from './results';
import type { Scenario } from './scenario';
import { workbenchWindow } from './workbenchWindow';

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: '.cache/test-results/workbench.json' },
    vsix: { type: 'string' },
    home: { type: 'string' },
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
    timeout: { type: 'string', default: '300' },
  },
});

/** Every scenario that scripts/buildTests.mjs has built: there is no list to forget. */
function allScenarios(): Scenario[] {
  const folder = path.join(__dirname, 'workbench');
  const load = createRequire(__filename);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .sort()
    .flatMap((name) => {
      const module: { scenarios: Scenario[] } = load(path.join(folder, name));
      return module.scenarios;
    });
}

/** Runs one scenario in a page of its own. */
async function runScenario(scenario: Scenario, host: Host, browser: Browser): Promise<TestResult> {
  const slug = scenario.name.replace(/[^a-z0-9]+/gi, '-').toLowerCase();
  const development = values.vsix === undefined ? root : undefined;
  const pages: Page[] = [];
  const open = async () => {
    const page = await browser.context.newPage();
    pages.push(page);
    return workbenchWindow(host, browser.context, page, development);
  };
  const started = Date.now();
  browser.problems.length = 0;
  try {
    const context = {
      ...(await open()),
      host,
      mode: development === undefined ? ('vsix' as const) : ('development' as const),
      sampleHome: values.home === undefined ? undefined : path.resolve(values.home),
      secondWindow: open,
    };
    await within(Number(values.timeout) * 1000, 'the scenario', scenario.run(context));
    console.log(`  ok   ${scenario.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return { name: scenario.name, state: 'passed' };
  } catch (problem) {
    for (const [index, page] of pages.entries())
      await pictureFailure(page, index === 0 ? slug : `${slug}-${index + 1}`);
    const message = [
      messageOf(problem),
      ...[...new Set(browser.problems)].slice(-10).map((line) => `  page: ${line}`),
    ].join('\n');
    console.log(`  FAIL ${scenario.name}; picture: test-results/${slug}.png\n${message}`);
    return { name: scenario.name, state: 'failed', message };
  } finally {
    // A scenario that ran out of time still holds its page: closing it ends what it waits for.
    for (const page of pages) await page.close().catch(() => undefined);
  }
}

async function main(): Promise<void> {
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  const scenarios = allScenarios().filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));
  const results: TestResult[] = [];
  const resultsFile = path.resolve(values.results);
  let stop = async () => {};
  stopOnSignals(() => stop());
  try {
    const host = await startHost({
      ...(values.vsix === undefined ? { development: true } : { vsix: path.resolve(values.vsix) }),
      ...(values.folder === undefined ? {} : { folder: path.resolve(values.folder) }),
      ...(values.home === undefined ? {} : { env: { PACEFLOW_HOME: path.resolve(values.home) } }),
    });
    stop = host.stop;
    const browser = await openBrowser(host);
    stop = async () => {
      await browser.close().catch(() => undefined);
      await host.stop();
    };
    for (const scenario of scenarios) {
      results.push(await runScenario(scenario, host, browser));
      // At once: what was found is there even if this program is ended.
      writeResults(resultsFile, results);
    }
    if (results.some(({ state }) => state === 'failed')) keepLog(host, 'workbench');
  } catch (problem) {
    console.log(`  FAIL the workbench\n${messageOf(problem)}`);
    results.push({ name: 'the workbench', state: 'failed', message: messageOf(problem) });
  }
  if (results.length === 0) results.push({ name: 'scenarios', state: 'failed', message: 'no scenario was found' });
  await stop();
  writeResults(resultsFile, results);
  const count = (state: TestResult['state']) => results.filter((result) => result.state === state).length;
  console.log(`  ${count('passed')} passed, ${count('failed')} failed`);
  if (count('failed') > 0) process.exitCode = 1;
}

void main();
