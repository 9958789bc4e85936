/**
 * `npm test`: sets this machine up, runs every kind of test and closes with one line, `N passed, N failed`.
 * `npm test -- --only unit` runs one kind; also: types, lint, host, e2e, several with commas.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './process.mjs';
import { parts, requireNode } from './setup.mjs';
import { steps } from './testSteps.mjs';

requireNode();
const groups = [...new Set(steps.map(({ group }) => group))];
const chosen = readChoice();
const all = [];

function readChoice() {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
    const names = (values.only ?? groups).flatMap((name) => name.split(','));
    const unknown = names.filter((name) => !groups.includes(name));
    if (unknown.length === 0) return names;
    console.error(`test: there is no kind "${unknown.join(', ')}"; there are ${groups.join(', ')}`);
  } catch (problem) {
    console.error(`test: ${problem.message}`);
  }
  return process.exit(2);
}

const count = (results, state) => results.filter((result) => result.state === state).length;

/** `3 passed, 0 failed`, and what was skipped where something was. */
function counts(results) {
  const skipped = count(results, 'skipped');
  return `${count(results, 'passed')} passed, ${count(results, 'failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function step(title, running) {
  console.log(`\n== ${title}`);
  const started = Date.now();
  const results = await running().catch((problem) => [{ name: title, state: 'failed', message: problem.stack }]);
  console.log(`== ${title}: ${counts(results)} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  all.push(...results.map((result) => ({ ...result, title })));
  return results;
}

const indent = (text) => text.trimEnd().replace(/^/gm, '      ');

function close() {
  const skipped = all.filter(({ state, message }) => state === 'skipped' && message);
  const failed = all.filter(({ state }) => state === 'failed');
  if (skipped.length > 0)
    console.log(
      `\nSkipped:\n${skipped.map(({ title, name, message }) => `  ${title}: ${name}: ${message}`).join('\n')}`,
    );
  if (failed.length > 0)
    console.log(
      `\nFailed:\n${failed.map(({ title, name, message }) => `  ${title}: ${name}\n${indent(message ?? '')}`).join('\n')}`,
    );
  console.log(`\n${counts(all)}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

mkdirSync(path.join(root, '.cache/test-results'), { recursive: true });
const started = Date.now();
let ready = true;
for (const name of ['dependencies', 'git']) {
  const part = await parts[name]();
  if (part.ok) continue;
  ready = false;
  all.push({ title: 'set-up', name, state: 'failed', message: part.reason });
}
if (ready) {
  console.log(`set-up: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  for (const { group, title, run } of steps) {
    if (chosen.includes(group)) await step(title, run);
  }
}
close();
