import { describe, expect, it } from 'vitest';
import { blamedRange, blameWords } from '../../shared/blameWords';
import { createFormat } from '../../shared/format';
import type { BlameRange, BlameReport } from '../../shared/report';

const range = (changes: Partial<BlameRange>): BlameRange => ({
  ...{ line: 1, count: 1, commit: 'c1', class: 'human', session_key: null, evidence: null },
  ...changes,
});
const report: BlameReport = {
  report: 'blame',
  schema_version: 1,
  path: '/shop/cart.ts',
  reason: null,
  ranges: [range({ line: 1, count: 2 }), range({ line: 3, count: 1 }), range({ line: 7, count: 4 })],
  sessions: [
    {
      session_key: 's',
      provider_name: 'Claude Code',
      model: null,
      title: `Round\u202e prices ${'long '.repeat(20)}`,
      started_at: 0,
    },
  ],
  commits: [{ id: 'c1', author: '\u001bAda\nLovelace', authored_at: '2026-03-01T10:00:00.000Z', subject: 'Fix' }],
};
const format = createFormat('en');
const words = (changes: Partial<BlameRange>) => blameWords(report, range(changes), format);

describe('the range of a line', () => {
  it.each([
    [0, undefined],
    [1, 1],
    [2, 1],
    [3, 3],
    [4, undefined],
    [6, undefined],
    [7, 7],
    [10, 7],
    [11, undefined],
  ])('%i: %j', (line, first) => expect(blamedRange(report, line)?.line).toBe(first));
});

describe('what stands behind a line', () => {
  it('of a session: which, when, how that is known', () => {
    expect(words({ class: 'ai', session_key: 's', evidence: 'moved' })).toMatch(
      /^Claude Code “Round prices (long )+.*…”, Mar 1, same run of lines at another place$/,
    );
    expect(words({ class: 'tool', session_key: 's' })).toMatch(/, Mar 1, command of session$/);
  });

  it('of nobody’s session: whose commit, and of which class', () => {
    expect(words({})).toBe('Ada Lovelace, Mar 1, human or untracked tool');
    expect(words({ class: 'unknown' })).toBe('Ada Lovelace, Mar 1, unknown');
  });

  it('of what is in no commit: nothing', () => {
    expect(words({ class: 'uncommitted', commit: null })).toBe('');
  });
});
