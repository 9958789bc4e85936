import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Mocha from 'mocha';
import { type TestResult, writeResults } from '../results';

/**
 * VS Code calls this inside the real extension host (`extensionTestsPath`). It runs every *.hosttest.js that
 * scripts/buildTests.mjs has put beside it: there is no list to forget.
 * @throws when a test failed, which makes VS Code end with an exit code other than 0
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'spec', color: false });
  const load = createRequire(__filename);
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.hosttest.js'))) {
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    load(path.join(__dirname, file));
  }
  const results: TestResult[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => results.push({ name: test.fullTitle(), state: 'passed' }))
      .on('fail', (test, error) =>
        results.push({ name: test.fullTitle(), state: 'failed', message: error.stack ?? error.message }),
      )
      .on('pending', (test) => results.push({ name: test.fullTitle(), state: 'skipped' }));
  });
  const file = process.env.PACEFLOW_TEST_RESULTS;
  if (file !== undefined) writeResults(file, results);
  if (failures > 0)
    throw new Error(
      `${failures} failed: ${results
        .filter(({ state }) => state === 'failed')
        .map(({ name }) => name)
        .join('; ')}`,
    );
}
