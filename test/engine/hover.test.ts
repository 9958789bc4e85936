import { describe, expect, it } from 'vitest';
import { commitHover } from '../../extension/engine/hover';
import type { CommitReport } from '../../shared/report';
import { iconsOf, kindsOf, linksOf, visibleText } from './renderMarkdown';
import { commitId, commitReport, session } from './samples';

const rich = { locale: 'en', isRich: true };
const plain = { locale: 'en', isRich: false };
const shown = (markdown: string) => visibleText(markdown).replaceAll('\u00a0', ' ').split('\n');

describe('a card', () => {
  it('plain: a list that any editor shows', () => {
    expect(commitHover(commitReport('Fix rounding', [session()]), plain).split('\n')).toEqual([
      '**Fix rounding** &nbsp; `abcdef1`',
      '',
      '100\\% AI\\, 1 of 1 added line',
      '',
      '- Claude Code, claude\\-opus\\-4\\-5, 7 prompts, 1 h 22 min active',
      '- “Prices in the cart are off by a cent”',
      '- &#36;3\\.46 for the whole session, list price',
      '- \\+1 −0\\: 1 same text at the same path\\. Proved by its lines\\; its log or the commit says so\\.',
    ]);
  });

  it('rich: a table with icons and links', () => {
    const card = commitHover(commitReport('Fix rounding', [session()]), rich);
    expect(shown(card)).toEqual([
      'Fix rounding   abcdef1',
      `${' '.repeat(40)}  100% AI, 1 of 1 added line`,
      '$(comment-discussion) Session   |Cart rounding|',
      `\u2060${' '.repeat(22)}\u2060|Claude Code, claude-opus-4-5, 7 prompts, 1 h 22 min active|`,
      '$(comment) Asked   |“Prices in the cart are off by a cent”|',
      '$(credit-card) Cost   |$3.46 for the whole session, list price|',
      '$(link) Known   |+1 −0: 1 same text at the same path. Proved by its lines; its log or the commit says so.|',
      '',
      '$(comment-discussion) Session    $(info) How is this known?',
    ]);
    expect(linksOf(card).map(decodeURIComponent)).toEqual([
      'command:paceflow.openSession?["claude-code:1f"]',
      'command:paceflow.openSession?["claude-code:1f"]',
      `command:paceflow.explainCommit?["${commitId}"]`,
    ]);
  });

  it('without a session: what was looked at', () => {
    expect(shown(commitHover(commitReport('Fix', [], 1), plain))).toEqual([
      'Fix   abcdef1',
      '100% AI, 1 of 1 added line',
      'No line of a session was found in this commit, and no log names it. 1 session was at work in shop in the 30 days before it.',
    ]);
    expect(linksOf(commitHover(commitReport('Fix', [], 0), rich)).map(decodeURIComponent)).toEqual([
      `command:paceflow.explainCommit?["${commitId}"]`,
    ]);
  });

  it('with several sessions: three, and how many more', () => {
    const sessions = Array.from({ length: 5 }, (_, index) => session({ session_key: `claude-code:${index}` }));
    for (const options of [rich, plain]) {
      const lines = shown(commitHover(commitReport('Fix', sessions), options));
      expect(lines.filter((line) => line.includes('Claude Code, +1 −0, $3.46, proved by its lines'))).toHaveLength(3);
      expect(lines.some((line) => line.includes('and 2 more'))).toBe(true);
    }
    expect(commitHover(commitReport('Fix', sessions.slice(0, 3)), plain)).not.toContain('more');
  });

  it.each([
    [{ cost_usd: null }, 'No price is known for its model.'],
    [
      { recorded_cost_usd: 1, estimated_cost_usd: 0, cost_usd: 1, commit_cost_usd: null },
      '$1.00 for the whole session, as recorded',
    ],
    [
      { recorded_cost_usd: 1, estimated_cost_usd: 1, cost_usd: 2, commit_cost_usd: 2 },
      '$2.00 for the whole session, recorded and list price',
    ],
    [{ unpriced_responses: 2 }, '$3.46 for the whole session, list price; 2 responses have no price'],
    [
      { estimated_missing_output_tokens: 12_345, estimated_missing_cost_usd: 0.309 },
      '$3.46 for the whole session, list price; not logged: about 12.3K output tokens, about $0.31',
    ],
    [
      { estimated_missing_output_tokens: 7 },
      '$3.46 for the whole session, list price; not logged: about 7 output tokens',
    ],
    [{ first_prompt: null }, 'The log is gone, so its prompts cannot be shown.'],
    [{ commit_cost_usd: 1.5 }, '$1.50 of the session’s $3.46, list price'],
    [{ is_declared: false }, '+1 −0: 1 same text at the same path. Proved by its lines.'],
    [{ credited_added_lines: 0, evidence: [] }, 'no line proved. Declared only: its log or the commit says so.'],
    [{ model: null }, 'Claude Code, no model named, 7 prompts, 1 h 22 min active'],
  ])('%j: “%s”', (changes, words) => {
    expect(shown(commitHover(commitReport('Fix', [session(changes)]), plain))).toContain(words);
  });

  it('speaks the language of the editor', () => {
    expect(
      commitHover(commitReport('Fix', [session({ cost_usd: 1234.5, prompts: 1200 })]), { locale: 'de', isRich: false }),
    ).toContain('1.200 prompts');
    expect(() =>
      commitHover(commitReport('Fix', [session()]), { locale: 'no-such-locale-x', isRich: true }),
    ).not.toThrow();
  });
});

describe('what part is AI’s, and what the rest is', () => {
  const of = (changes: Partial<CommitReport['commit']>, possible: CommitReport['possible_sessions'] = []) => {
    const report = commitReport('Fix', [session()]);
    return shown(
      commitHover({ ...report, commit: { ...report.commit, ...changes }, possible_sessions: possible }, plain),
    );
  };
  const none = { added: 0, removed: 0 };
  const lines = { ai: none, ai_declared: none, tool: none, human: none, unknown: none };

  it.each<[string, Partial<CommitReport['commit']>, string]>([
    ['a share', { ai_share: 0.75, ai_lines: 3, known_lines: 4 }, '75% AI, 3 of 4 added lines'],
    [
      'of removed lines',
      { added_lines: 0, ai_share: 0.5, ai_lines: 1, known_lines: 2 },
      '50% AI, 1 of 2 removed lines',
    ],
    [
      'too little known',
      { ai_share: null, countable_lines: 9, known_lines: 2 },
      'No AI share: who wrote 7 of 9 added lines is not proved.',
    ],
    ['nothing that counts', { ai_share: null, countable_lines: 0 }, 'No AI share: it has no line that counts.'],
    ['a person', { lines: { ...lines, human: { added: 3, removed: 1 } } }, '+3 −1 human or untracked tool.'],
    [
      'a command and a declaration',
      { lines: { ...lines, tool: { added: 2, removed: 0 }, ai_declared: { added: 0, removed: 4 } } },
      '+2 in files that a session wrote by a command, whose text no log has; −4 only declared: the commit names an agent, no log proves a line.',
    ],
    ['no log', { lines: { ...lines, unknown: { added: 9, removed: 0 } } }, '+9 unknown: no log covers them.'],
    [
      'excluded',
      { excluded_lines: 400 },
      '400 not counted: lock, generated, vendored or large files, very long lines.',
    ],
    [
      'provisional',
      { is_provisional: true },
      '+1 −0: 1 same text at the same path. Proved by its lines; its log or the commit says so; provisional, not all is read.',
    ],
  ])('%s', (_, changes, words) => expect(of(changes)).toContain(words));

  it('what other session may be behind it', () => {
    expect(of({}, [{ session_key: 'p', provider: 'claude-code', title: null, files: 1 }])).toContain(
      '1 other session edited the same files before: possible, counted nowhere.',
    );
  });

  it('six facts at most', () => {
    const full = commitReport('Fix', [session()]);
    full.commit.excluded_lines = 4;
    const card = shown(commitHover(full, rich));
    expect(card.filter((line) => line.includes('|'))).toHaveLength(6);
  });
});

describe('a card of hostile texts', () => {
  const text = '](command:evil) <img src=x onerror=y> $(zap) | x |\n|--|\n**b** `c` https://evil.example\u202e # h';
  const report = commitReport(text, [
    session({ session_key: `claude-code:${text})`, title: text, first_prompt: text, model: text, provider_name: text }),
    session({ title: null, first_prompt: text }),
    session({ title: null, first_prompt: null, session_key: text }),
  ]);
  const harmless = commitReport('Fix', [session({ session_key: 'a' }), session(), session({ session_key: 'c' })]);
  report.commit.repository = text;

  it.each([rich, plain])('is built as one of harmless texts: %j', (options) => {
    const card = commitHover(report, options);
    const expected = commitHover(harmless, options);
    expect(kindsOf(card)).toEqual(kindsOf(expected));
    expect(shown(card)).toHaveLength(shown(expected).length);
    expect(iconsOf(card)).toEqual(iconsOf(expected));
    expect(linksOf(card)).toHaveLength(linksOf(expected).length);
    for (const link of linksOf(card)) expect(link).toMatch(/^command:paceflow\.(openSession|explainCommit)\?/);
    expect(card).not.toMatch(/<img|\u202e/);
  });

  it.each([rich, plain])('without a session: %j', (options) => {
    const card = commitHover({ ...report, commit: { ...report.commit, ai_share: null }, sessions: [] }, options);
    expect(kindsOf(card).filter((kind) => /html|image|table|heading|code_block|fence/.test(kind))).toEqual([]);
    expect(linksOf(card)).toHaveLength(options.isRich ? 1 : 0);
  });

  it('keeps the session’s key whole in its link', () => {
    const [link = ''] = linksOf(commitHover(report, rich));
    expect(JSON.parse(decodeURIComponent(link.slice(link.indexOf('?') + 1)))).toEqual([`claude-code:${text})`]);
  });
});
