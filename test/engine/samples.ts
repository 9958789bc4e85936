import type { CommitReport, CommitSession } from '../../shared/report';

export const commitId = 'abcdef1234567890abcdef1234567890abcdef12';

const noLines = { added: 0, removed: 0 };

/** A report with the given sessions; nothing else matters to a hover. */
export const commitReport = (
  subject: string,
  sessions: CommitSession[] = [],
  looked_at_sessions = 4,
): CommitReport => ({
  report: 'commit',
  schema_version: 1,
  commit: {
    id: commitId,
    repository: 'shop',
    repository_key: 'root:1',
    author: 'Ada',
    authored_at: '2026-03-01T10:00:00.000Z',
    committed_at: '2026-03-01T10:00:00.000Z',
    subject,
    is_mine: true,
    is_merge: false,
    is_reachable: true,
    files: 1,
    added_lines: 1,
    removed_lines: 0,
    changed_lines: 1,
    excluded_lines: 0,
    is_provisional: false,
    agent: null,
    countable_lines: 1,
    ai_lines: 1,
    known_lines: 1,
    ai_share: 1,
    is_ai_heavy: false,
    lines: {
      ai: { added: 1, removed: 0 },
      ai_declared: noLines,
      tool: noLines,
      human: noLines,
      unknown: noLines,
    },
  },
  sessions,
  possible_sessions: [],
  looked_at_sessions,
});

export const session = (changes: Partial<CommitSession> = {}): CommitSession => ({
  session_key: 'claude-code:1f',
  provider: 'claude-code',
  provider_name: 'Claude Code',
  model: 'claude-opus-4-5',
  title: 'Cart rounding',
  first_prompt: 'Prices in the cart are off by a cent',
  prompts: 7,
  active_ms: 4_920_000,
  started_at: 0,
  is_declared: true,
  declared_at: 0,
  credited_added_lines: 1,
  credited_removed_lines: 0,
  exact_added_lines: 1,
  exact_removed_lines: 0,
  evidence: [{ kind: 'exact', added_lines: 1, removed_lines: 0 }],
  commit_cost_usd: 3.456,
  recorded_cost_usd: 0,
  estimated_cost_usd: 3.456,
  cost_usd: 3.456,
  unpriced_responses: 0,
  estimated_missing_output_tokens: 0,
  estimated_missing_cost_usd: 0,
  ...changes,
});
