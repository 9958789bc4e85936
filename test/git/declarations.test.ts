import { expect, test } from 'vitest';
import { agentOfEmail, readTrailers, subjectOf } from '../../extension/engine/git/declarations';

const message = (...lines: string[]): string => ['Subject', '', ...lines, ''].join('\n');

test.each([
  ['Co-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>', { agent: 'claude-code' }],
  ['🤖 Generated with [Claude Code](https://claude.com/claude-code)', { agent: 'claude-code' }],
  ['Claude-Session: https://claude.ai/code/session_01Abc?x=1', { agent: 'claude-code', session: 'session_01Abc' }],
  ['Co-authored-by: Codex <noreply@openai.com>', { agent: 'codex' }],
  ['co-authored-by: Cursor <cursoragent@cursor.com>', { agent: 'cursor' }],
  ['Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>', { agent: 'copilot' }],
  ['Co-authored-by: Amp <amp@ampcode.com>', { agent: 'amp' }],
  ['Amp-Thread-ID: https://ampcode.com/threads/T-0f-1', { agent: 'amp', session: 'T-0f-1' }],
  ['Amp-Thread-ID:\n  https://ampcode.com/threads/T-0f-1', { agent: 'amp', session: 'T-0f-1' }],
  ['Amp-Thread-ID: https://ampcode.com/\n  threads/T-0f-1', { agent: 'amp', session: 'T-0f-1' }],
  ['Co-authored-by: aider (gpt-4o) <aider@aider.chat>', { agent: 'aider' }],
  ['Entire-Session: 2026-01-02-abc\nEntire-Agent: Claude Code', { agent: 'claude-code', session: '2026-01-02-abc' }],
  ['Entire-Checkpoint: a1b2c3d4e5f6', { session: 'a1b2c3d4e5f6' }],
  ['Assisted-by: GLM 4.6 via Crush <crush@charm.land>', { agent: 'crush' }],
  ['Co-authored-by: Claude Shannon <claude@example.org>', {}],
  ['Co-authored-by: nobody', {}],
  [' Co-authored-by: Codex <noreply@openai.com>', {}],
  ['We no longer add Co-authored-by: Codex <noreply@openai.com>', {}],
  ['constructor: x', {}],
])('%j', (lines, expected) => {
  const { agent, session } = readTrailers(message(lines));
  expect({ agent, session }).toEqual({ agent: undefined, session: undefined, ...expected });
});

test('co-authors, each address once, the last name; trailers amid a squash; CRLF', () => {
  const text = message(
    '* one\r',
    'Co-authored-by: Bob <bob@example.org>',
    '',
    '* two',
    'Co-authored-by: Robert <Bob@example.org>\r',
    'Co-authored-by: Claude <noreply@anthropic.com>',
  );
  expect(readTrailers(text)).toEqual({
    coAuthors: [
      { name: 'Robert', email: 'Bob@example.org' },
      { name: 'Claude', email: 'noreply@anthropic.com' },
    ],
    agent: 'claude-code',
  });
});

test('a subject is no trailer', () => {
  expect(readTrailers('Co-authored-by: Codex <noreply@openai.com>\n')).toEqual({ coAuthors: [] });
});

test('a long hostile message takes no time', () => {
  const started = performance.now();
  readTrailers(message(`${'a'.repeat(200_000)}`, `Co-authored-by: ${'<'.repeat(100_000)}`, `${' '.repeat(100_000)}x`));
  subjectOf(`${' \n'.repeat(100_000)}x${' \t'.repeat(100_000)}`);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('an author may be an agent', () => {
  expect(agentOfEmail('198982749+copilot-swe-agent[bot]@users.noreply.github.com')).toBe('copilot');
  expect(agentOfEmail('ada@example.org')).toBeUndefined();
});
