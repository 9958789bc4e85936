import { describe, expect, it, test } from 'vitest';
import { agentOfEmail, agentOfName } from '../../../extension/engine/git/declarations/agents';
import { readTrailers, subjectOf } from '../../../extension/engine/git/declarations/trailers';

const message = (...lines: string[]): string => ['Subject', '', ...lines, ''].join('\n');
const github = 'users.noreply.github.com';

/** Agents and sessions as `agent`, `agent session`, `? session`, `checkpoint id`. */
function named(...lines: string[]): string[] {
  const { agents, sessions, checkpoints } = readTrailers(message(...lines));
  return [
    ...agents,
    ...sessions.map(({ agent = '?', session }) => `${agent} ${session}`),
    ...checkpoints.map((id) => `checkpoint ${id}`),
  ];
}

test.each([
  ['Co-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>', ['claude-code']],
  ['🤖 Generated with [Claude Code](https://claude.com/claude-code)', ['claude-code']],
  ['Claude-Session: https://claude.ai/code/session_01Abc?x=1', ['claude-code', 'claude-code session_01Abc']],
  ['Co-authored-by: Codex <noreply@openai.com>', ['codex']],
  ['Co-authored-by: Codex <codex@openai.com>', ['codex']],
  [`Co-authored-by: x <199175422+chatgpt-codex-connector[bot]@${github}>`, ['codex']],
  ['co-authored-by: Cursor <cursoragent@cursor.com>', ['cursor']],
  ['Made-with: Cursor', ['cursor']],
  [`Co-authored-by: Copilot <175728472+Copilot@${github}>`, ['copilot']],
  [`Co-authored-by: Copilot <223556219+Copilot@${github}>`, ['copilot']],
  [`Co-authored-by: x <198982749+copilot-swe-agent[bot]@${github}>`, ['copilot']],
  ['Agent-Logs-Url: https://github.com/ada/shop/sessions/0f-1', ['copilot', 'copilot 0f-1']],
  ['Co-authored-by: Amp <amp@ampcode.com>', ['amp']],
  ['Amp-Thread-ID: https://ampcode.com/threads/T-0f-1', ['amp', 'amp T-0f-1']],
  ['Amp-Thread-ID:\n  https://ampcode.com/threads/T-0f-1', ['amp', 'amp T-0f-1']],
  ['Amp-Thread-ID: https://ampcode.com/\n  threads/T-0f-1', ['amp', 'amp T-0f-1']],
  ['Co-authored-by: aider (gpt-4o) <aider@aider.chat>', ['aider']],
  [`Co-authored-by: gemini-cli <218195315+gemini-cli@${github}>`, ['gemini']],
  [`Co-authored-by: x <176961590+gemini-code-assist[bot]@${github}>`, ['gemini']],
  [`Co-authored-by: x <161369871+google-labs-jules[bot]@${github}>`, ['jules']],
  ['Co-authored-by: opencode <noreply@opencode.ai>', ['opencode']],
  [`Co-authored-by: opencode-agent[bot] <opencode-agent[bot]@${github}>`, ['opencode']],
  [`Co-Authored-By: Devin <158243242+devin-ai-integration[bot]@${github}>`, ['devin']],
  ['Generated with [Devin](https://devin.ai)', ['devin']],
  [`Co-authored-by: Kiro Agent <244629292+kiro-agent@${github}>`, ['kiro']],
  ['Co-authored-by: Windsurf <windsurf@codeium.com>', ['windsurf']],
  [`Co-authored-by: x <138933559+factory-droid[bot]@${github}>`, ['droid']],
  ['Co-authored-by: Qwen-Coder <qwen-coder@alibabacloud.com>', ['qwen-code']],
  ['Assisted-by: GLM 4.6 via Crush <crush@charm.land>', ['crush']],
  ['Assisted-by: Claude:claude-opus-4-6 sparse', ['claude-code']],
  ['Entire-Session: 2026-01-02-abc\nEntire-Agent: Claude Code', ['claude-code', '? abc']],
  ['Entire-Session: abc\nEntire-Agent: Factory AI Droid', ['droid', '? abc']],
  ['Entire-Checkpoint: a1b2c3d4e5f6', ['checkpoint a1b2c3d4e5f6']],
  ['Entire-Checkpoint: 01KXGTTNGCEACC83QZEJ5YAF0D', ['checkpoint 01KXGTTNGCEACC83QZEJ5YAF0D']],
])('%j', (lines, expected) => {
  expect(named(lines)).toEqual(expected);
});

describe('is no declaration', () => {
  it.each([
    ['Co-authored-by: Claude Shannon <claude@example.org>'],
    [`Co-authored-by: Claude <1234+claude@${github}>`],
    [`Co-authored-by: Devin Weaver <99+devin@${github}>`],
    ['Co-authored-by: nobody'],
    ['Co-authored-by: Codex <noreply@openai.com.example.org>'],
    [' Co-authored-by: Codex <noreply@openai.com>'],
    ['We no longer add Co-authored-by: Codex <noreply@openai.com>'],
    ['This was generated with Claude Code, then rewritten.'],
    ['Ask Claude: it knows'],
    ['Made-with: love'],
    ['Entire-Agent: Unknown'],
    ['Entire-Checkpoint: ../../../etc'],
    ['Entire-Checkpoint: A1B2C3D4E5F6'],
    ['Entire-Session: two words'],
    ['Assisted-by: my colleague'],
    ['constructor: x'],
    ['__proto__: x'],
  ])('%j', (line) => expect(named(line)).toEqual([]));
});

test('an id with control characters, or without end, is none', () => {
  expect(named('Amp-Thread-ID: https://ampcode.com/threads/T-\u001b[31m')).toEqual(['amp']);
  expect(named(`Entire-Session: ${'a'.repeat(201)}`)).toEqual([]);
});

test('co-authors, each address once, the last name; trailers amid a squash; CRLF', () => {
  const text = message(
    '* one\r',
    'Co-authored-by: Bob <bob@example.org>',
    'Entire-Checkpoint: a1b2c3d4e5f6',
    '',
    '* two',
    'Co-authored-by: Robert <Bob@example.org>\r',
    'Co-authored-by: Claude <noreply@anthropic.com>',
    'Amp-Thread-ID: T-1',
    'Amp-Thread-ID: T-2',
    'Entire-Checkpoint: 0123456789ab',
  );
  expect(readTrailers(text)).toEqual({
    coAuthors: [
      { name: 'Robert', email: 'Bob@example.org' },
      { name: 'Claude', email: 'noreply@anthropic.com' },
    ],
    agents: ['claude-code', 'amp'],
    sessions: [
      { agent: 'amp', session: 'T-1' },
      { agent: 'amp', session: 'T-2' },
    ],
    checkpoints: ['a1b2c3d4e5f6', '0123456789ab'],
  });
});

test('a subject is no trailer', () => {
  expect(readTrailers('Co-authored-by: Codex <noreply@openai.com>\n')).toEqual({
    ...{ coAuthors: [], agents: [], sessions: [], checkpoints: [] },
  });
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

test('agents by the names that other tools give them', () => {
  expect(['claude', 'Claude Code', 'github-copilot-cli', 'codex', 'Pi'].map(agentOfName)).toEqual([
    ...['claude-code', 'claude-code', 'copilot', 'codex', 'pi'],
  ]);
  expect(['human', 'unknown', '', '__proto__', 'constructor'].map(agentOfName)).toEqual(Array(5).fill(undefined));
});
