/** Makes the sample logs and their repository, for who has none and for the tests in a real VS Code. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { excerpt, lastLines, root, run } from './process.mjs';

/**
 * @returns {Promise<{ ok: true, home: string, repository: string } | { ok: false, reason: string }>} the home folder
 *   that holds the logs, and the git repository in which their commits are
 */
export async function makeSampleData() {
  const script = path.join(root, 'scripts/sample.mjs');
  if (!existsSync(script)) return { ok: false, reason: 'scripts/sample.mjs is not there' };
  const result = await run(process.execPath, [script, '--out', path.join(root, '.cache/sample')], {
    output: 'capture',
  });
  if (!result.ok)
    return { ok: false, reason: `scripts/sample.mjs failed: ${result.problem}\n${excerpt(result.output)}` };
  try {
    const { home, repository } = JSON.parse(lastLines(result.output, 1));
    if (typeof home === 'string' && typeof repository === 'string')
      return { ok: true, home: path.resolve(root, home), repository: path.resolve(root, repository) };
  } catch {
    // said below
  }
  return {
    ok: false,
    reason: `the last line of scripts/sample.mjs is not {"home", "repository"}: ${lastLines(result.output, 1)}`,
  };
}
