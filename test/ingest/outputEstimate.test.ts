import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingOutputTokens } from '../../extension/engine/ingest/missingOutput';
import { readClaudeCodeReference } from '../reference/claudeCodeReference';
import { projectRoot } from './ingestHarness';

const home = join(projectRoot, '..', 'shared', 'data', 'home');
const decision = join(projectRoot, 'docs', 'decisions', '0011-missing-output-is-estimated-apart.md');

describe('the estimate of output', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 1],
    [400, 1, 99],
    [401, 1, 100],
    [400, 100, 0],
    [400, 5000, 0],
  ])('%i characters where %i tokens are logged: %i are missing', (characters, logged, missing) => {
    expect(missingOutputTokens(characters, logged)).toBe(missing);
  });

  it.skipIf(!existsSync(join(home, '.claude')))(
    'is as good as the decision says, on real responses whose count is final (skipped without ../shared/data/home)',
    () => {
      const { responses, written } = readClaudeCodeReference(home);
      const rows = new Map(['before 1.0.11', '1.0.11 to 2.1.97', 'after 2.1.97'].map((name) => [name, [0, 0, 0, 0]]));
      for (const [id, { version, isEnded, blocks }] of written) {
        if (!isEnded) continue;
        const characters = [...blocks.values()].reduce((sum, length) => sum + length, 0);
        const logged = responses.get(id)?.tokens.output ?? 0;
        const estimated = missingOutputTokens(characters, 0);
        const row = rows.get(eraOf(version)) ?? [];
        for (const [column, value] of [1, logged, estimated, estimated > logged ? 1 : 0].entries()) {
          row[column] = (row[column] ?? 0) + value;
        }
      }
      const page = readFileSync(decision, 'utf8');
      for (const [name, [count = 0, logged = 0, estimated = 0, tooHigh = 0]] of rows) {
        const share = `${Math.round((100 * estimated) / logged)} %`;
        const cells = [name, ...[count, logged, estimated].map((value) => value.toLocaleString('en')), share, tooHigh];
        expect(page).toContain(`| ${cells.join(' | ')} |`);
      }
    },
  );
});

function eraOf(version: string): string {
  const isUpTo = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) <= 0;
  if (!isUpTo('1.0.11', version)) return 'before 1.0.11';
  return isUpTo(version, '2.1.97') ? '1.0.11 to 2.1.97' : 'after 2.1.97';
}
