/**
 * Runs the mocha suite in a desktop VS Code, which @vscode/test-electron downloads: for a developer's machine. Where
 * nothing can be downloaded, `npm test` runs the same suite in code-server.
 */

import path from 'node:path';
import { runTests } from '@vscode/test-electron';

const root = process.cwd();

runTests({
  extensionDevelopmentPath: root,
  extensionTestsPath: path.join(root, 'dist/test/host/index.js'),
  launchArgs: ['--disable-extensions', '--disable-workspace-trust'],
  extensionTestsEnv: { PACEFLOW_TEST_RESULTS: path.join(root, '.cache/test-results/desktop.json') },
}).catch((problem: unknown) => {
  console.error(problem instanceof Error ? problem.message : problem);
  process.exitCode = 1;
});
