/** The steps of `npm test`, in their order; scripts/test.mjs runs and counts them. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, run, runPackage } from './process.mjs';
import { makeSampleData } from './sampleData.mjs';
import { parts } from './setup.mjs';

/**
 * @typedef {{ name: string, state: 'passed' | 'failed' | 'skipped', message?: string }} TestResult
 * @typedef {{ group: 'types' | 'lint' | 'unit' | 'host' | 'e2e', title: string, run: () => Promise<TestResult[]> }} Step
 */

const minutes = 60_000;
const results = (name) => path.join(root, '.cache/test-results', `${name}.json`);
const vsix = path.join(root, '.cache/paceflow.vsix');

/** A step that is one test: it ends well, or it does not. */
async function wholeStep(name, running) {
  const { ok, problem } = await running;
  return [ok ? { name, state: 'passed' } : { name, state: 'failed', message: `${problem}; see above` }];
}

/** Calls a function at most once: several steps share what it makes. */
function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}

/** Vitest's JSON report as results. A file that could not be loaded has no tests: it counts as a failed one. */
function readVitest(file) {
  return JSON.parse(readFileSync(file, 'utf8')).testResults.flatMap((suite) => {
    const name = path.relative(root, suite.name);
    const tests = suite.assertionResults.map((test) => {
      const state = test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped';
      return {
        name: `${name}: ${test.fullName.trim()}`,
        state,
        ...(state === 'failed' ? { message: test.failureMessages.join('\n') } : {}),
      };
    });
    const unexplained = suite.status === 'failed' && tests.every(({ state }) => state !== 'failed');
    return unexplained
      ? [...tests, { name, state: 'failed', message: suite.message || 'the file could not be loaded' }]
      : tests;
  });
}

/** @param {{ name: string, folders?: string[], env?: Record<string, string> }} which */
async function unitTests({ name, folders = [], env = {} }) {
  const file = results(name);
  rmSync(file, { force: true });
  const ended = await runPackage(
    'vitest',
    'vitest',
    ['run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { env, timeoutMs: 40 * minutes },
  );
  const tests = existsSync(file) ? readVitest(file) : [];
  if (ended.ok && tests.length > 0) return tests;
  // Errors outside of tests, or no test at all: vitest's exit code knows more than its report.
  return tests.some(({ state }) => state === 'failed')
    ? tests
    : [...tests, { name: 'vitest', state: 'failed', message: `${ended.problem ?? 'no test ran'}; see above` }];
}

/** What the steps in a real VS Code share: the build, the package, browser, code-server, sample data. */
const build = once(async () => {
  for (const script of ['build.mjs', 'buildTests.mjs']) {
    const name = `scripts/${script}`;
    const built = await run(process.execPath, [path.join(root, name)], { name, timeoutMs: 5 * minutes });
    if (!built.ok) return built;
  }
  return { ok: true };
});
const packageExtension = once(() =>
  run(process.execPath, [path.join(root, 'scripts/package.mjs'), '--built'], {
    name: 'scripts/package.mjs',
    timeoutMs: 5 * minutes,
  }),
);
const browser = once(parts.browser);
const host = once(() => parts.host());
const sample = once(makeSampleData);
/** Real logs, where the folder that holds them lies beside the repository: compared with, never depended on. */
const realLogs = once(async () => {
  const home = path.resolve(root, '../shared/data/home');
  return existsSync(path.join(home, '.claude'))
    ? { ok: true, home }
    : { ok: false, absent: true, reason: 'real logs are not beside this repository' };
});

/** The two ways in which the extension gets into VS Code. */
const thisFolder = { prepare: [build], words: [] };
const thePackage = { prepare: [build, packageExtension], words: ['--vsix', vsix] };

/** Runs one of the programs in dist/test, or says why it can't be run. */
async function inRealVsCode(program, name, extension, logs = sample, only = []) {
  for (const prepare of extension.prepare) {
    const made = await prepare();
    if (!made.ok) return [{ name, state: 'failed', message: made.problem }];
  }
  for (const part of [await host(), await browser()]) {
    if (part.ok) continue;
    // A CI that skips these tests quietly would hide that its set-up is broken.
    const required = process.env.CI && process.env.CI !== 'false' && !part.unsupported;
    return [{ name, state: required ? 'failed' : 'skipped', message: part.reason }];
  }
  const data = await logs();
  if (!data.ok) return [{ name, state: data.absent ? 'skipped' : 'failed', message: `no logs: ${data.reason}` }];
  const file = results(name.replaceAll(' ', '-'));
  rmSync(file, { force: true });
  const folder = data.repository === undefined ? [] : ['--folder', data.repository];
  const words = ['--results', file, '--home', data.home, ...folder, ...extension.words, ...only];
  const ended = await run(process.execPath, ['--enable-source-maps', path.join(root, 'dist/test', program), ...words], {
    name: program,
    env: { PACEFLOW_BROWSER: (await browser()).path },
    timeoutMs: 30 * minutes,
  });
  const tests = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  if (ended.ok && tests.length > 0) return tests;
  return tests.some(({ state }) => state === 'failed')
    ? tests
    : [...tests, { name, state: 'failed', message: ended.problem ?? 'no test ran' }];
}

/** @type {Step[]} */
export const steps = [
  { group: 'types', title: 'types', run: () => wholeStep('tsc -b', runPackage('typescript', 'tsc', ['-b'])) },
  {
    group: 'lint',
    title: 'lint',
    run: () =>
      wholeStep(
        'biome ci',
        runPackage('@biomejs/biome', 'biome', ['ci', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.']),
      ),
  },
  { group: 'lint', title: 'unused code', run: () => wholeStep('knip', runPackage('knip', 'knip', [])) },
  { group: 'unit', title: 'unit tests', run: () => unitTests({ name: 'unit' }) },
  {
    group: 'unit',
    title: 'unit tests with the database in a real file',
    run: () =>
      unitTests({
        name: 'unit-real-file',
        folders: ['test/ingest', 'test/events', 'test/sql'],
        env: { PACEFLOW_TEST_DATABASE: 'real' },
      }),
  },
  { group: 'host', title: 'build', run: () => wholeStep('build', build()) },
  { group: 'host', title: 'package', run: () => wholeStep('vsce package', packageExtension()) },
  {
    group: 'host',
    title: 'extension host, this folder',
    run: () => inRealVsCode('runHost.js', 'host development', thisFolder),
  },
  {
    group: 'host',
    title: 'extension host, the package',
    run: () => inRealVsCode('runHost.js', 'host package', thePackage),
  },
  { group: 'e2e', title: 'workbench', run: () => inRealVsCode('runWorkbench.js', 'workbench', thePackage) },
  {
    group: 'e2e',
    title: 'workbench on real logs',
    run: () =>
      inRealVsCode('runWorkbench.js', 'workbench real logs', thePackage, realLogs, ['--only', 'give the same numbers']),
  },
];
