/**
 * Runs the mocha suite inside the real extension host, as VS Code's own repository does for its server:
 *   node dist/test/runHost.js --results FILE [--vsix FILE] [--home DIR] [--folder DIR] [--tests NAME]
 * Without --vsix the extension is this repository's folder, under development; with it, the installed package, and an
 * empty stub is what is "under development".
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser, pictureFailure } from './browser';
import { keepLog, root, startHost, stopOnSignals, windowAddress } from './host';
import { within } from './processes';
import { messageOf, type TestResult, writeResults } from './results';

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: '.cache/test-results/host.json' },
    vsix: { type: 'string' },
    home: { type: 'string' },
    folder: { type: 'string' },
    tests: { type: 'string', default: 'index' },
    timeout: { type: 'string', default: '180' },
  },
});

async function main(): Promise<void> {
  const resultsFile = path.resolve(values.results);
  const name = path.basename(resultsFile, '.json');
  rmSync(resultsFile, { force: true });
  const host = await startHost({
    development: true,
    ...(values.vsix === undefined ? {} : { vsix: path.resolve(values.vsix) }),
    ...(values.folder === undefined ? {} : { folder: path.resolve(values.folder) }),
    env: {
      PACEFLOW_TEST_RESULTS: resultsFile,
      ...(values.home === undefined ? {} : { PACEFLOW_HOME: path.resolve(values.home) }),
    },
  });
  let stop = host.stop;
  stopOnSignals(() => stop());
  try {
    const browser = await openBrowser(host);
    stop = async () => {
      await browser.close().catch(() => undefined);
      await host.stop();
    };
    const extension = values.vsix === undefined ? root : path.join(root, 'test/host/stub');
    let exit: (code: number) => void = () => {};
    const exited = new Promise<number>((resolve) => {
      exit = resolve;
    });
    // The smoke-test driver calls these two in the page.
    await browser.page.exposeFunction('codeAutomationExit', (code: number) => exit(code));
    await browser.page.exposeFunction('codeAutomationLog', (type: string, words: unknown[]) => {
      if (process.env.PACEFLOW_HOST_CONSOLE) console.log(type, ...words);
    });
    try {
      await browser.page.goto(
        windowAddress(host, { extension, tests: path.join(root, `dist/test/host/${values.tests}.js`) }),
      );
      const code = await within(Number(values.timeout) * 1000, 'the tests in the extension host', exited);
      const results = readResults(resultsFile);
      if (results.length === 0) throw new Error(`the extension host ended with ${code} and ran no test`);
      if (code !== 0 && results.every(({ state }) => state !== 'failed'))
        throw new Error(`the extension host ended with ${code}`);
    } catch (problem) {
      await pictureFailure(browser.page, name);
      throw new Error(`${messageOf(problem)}\n${browser.problems.slice(-10).join('\n')}`);
    }
  } catch (problem) {
    writeResults(resultsFile, [
      ...readResults(resultsFile),
      { name: 'the extension host', state: 'failed', message: messageOf(problem) },
    ]);
  }
  const results = readResults(resultsFile);
  if (results.some(({ state }) => state === 'failed')) {
    keepLog(host, name);
    process.exitCode = 1;
  }
  await stop();
  for (const { name: title, state, message } of results) {
    console.log(
      `  ${state === 'passed' ? 'ok  ' : state === 'failed' ? 'FAIL' : 'skip'} ${title}${message === undefined ? '' : `\n${message}`}`,
    );
  }
}

function readResults(file: string): TestResult[] {
  if (!existsSync(file)) return [];
  const results: TestResult[] = JSON.parse(readFileSync(file, 'utf8'));
  return results;
}

void main();
