import * as z from 'zod';
import { type CommitReport, commitSessionSchema, reportSchemaVersion } from '../../../shared/report';
import type { Catalogue } from '../database/catalogue';
import type { Database } from '../database/database';
import { readSetting } from '../database/schema';
import type { Provider } from '../providers/provider';
import { readEvidence, readPossibleSessions } from './commitEvidence';
import { readFirstPrompt } from './firstPrompt';
import { runQuery } from './parameters';

const commitRow = z.object({
  repository_key: z.string(),
  repository: z.string(),
  commit_id: z.string(),
  subject: z.string(),
  author_name: z.string(),
  authored_at: z.number(),
  committed_at: z.number(),
  is_mine: z.number(),
  is_merge: z.number(),
  is_reachable: z.number(),
  files: z.number(),
  added_lines: z.number(),
  removed_lines: z.number(),
  changed_lines: z.number(),
  excluded_lines: z.number(),
  is_provisional: z.number(),
  agent: z.string().nullable(),
  countable_lines: z.number(),
  ai_lines: z.number(),
  known_lines: z.number(),
  ai_share: z.number().nullable(),
  is_ai_heavy: z.number(),
  ai_added_lines: z.number(),
  ai_removed_lines: z.number(),
  ai_declared_added_lines: z.number(),
  ai_declared_removed_lines: z.number(),
  tool_added_lines: z.number(),
  tool_removed_lines: z.number(),
  human_added_lines: z.number(),
  human_removed_lines: z.number(),
  unknown_added_lines: z.number(),
  unknown_removed_lines: z.number(),
});

const sessionRow = commitSessionSchema
  .omit({ provider_name: true, first_prompt: true, evidence: true })
  .extend({ is_declared: z.number(), cost_usd: z.number() });

const dayMs = 86_400_000;
/** An edit may be logged this long after the commit that holds it. */
const clockToleranceMs = 120_000;
const idPattern = /^[0-9a-f]{4,64}$/;

/**
 * The commit that begins with these hex digits and the sessions behind it. null: none, or several.
 * Where several repositories hold the very commit, one of `preferred` is taken.
 */
export async function commitReport(
  database: Database,
  catalogue: Catalogue,
  providers: readonly Provider[],
  id: string,
  preferred: readonly string[],
): Promise<CommitReport | null> {
  const prefix = id.trim().toLowerCase();
  if (!idPattern.test(prefix)) {
    return null;
  }
  const found = runQuery(database, catalogue, 'commit.commit', { $commit: prefix, $upper: `${prefix}g` }, commitRow);
  const [first] = found;
  if (!first || found.some((row) => row.commit_id !== first.commit_id)) {
    return null;
  }
  const row = found.find((candidate) => preferred.includes(candidate.repository_key)) ?? first;
  const lookback = Number(readSetting(database, 'window.commit_lookback_days') ?? 30) * dayMs;
  const lookedAt = runQuery(
    database,
    catalogue,
    'commit.lookedAt',
    { $repository: row.repository_key, $after: row.committed_at - lookback, $before: row.committed_at },
    z.object({ sessions: z.number() }),
  );
  const sessions = runQuery(
    database,
    catalogue,
    'commit.sessions',
    { $repository: row.repository_key, $commit: row.commit_id },
    sessionRow,
  );
  const key = { repositoryKey: row.repository_key, commitId: row.commit_id };
  const evidence = readEvidence(database, key);
  // Where every line is a session's there is nothing left that another one may stand behind.
  const unexplained = row.changed_lines - row.ai_added_lines - row.ai_removed_lines;
  const possible =
    unexplained > 0
      ? readPossibleSessions(database, key, {
          after: row.committed_at - lookback,
          before: row.committed_at + clockToleranceMs,
        })
      : [];
  return {
    report: 'commit',
    schema_version: reportSchemaVersion,
    commit: {
      id: row.commit_id,
      repository: row.repository,
      repository_key: row.repository_key,
      author: row.author_name,
      authored_at: new Date(row.authored_at).toISOString(),
      committed_at: new Date(row.committed_at).toISOString(),
      subject: row.subject,
      is_mine: row.is_mine === 1,
      is_merge: row.is_merge === 1,
      is_reachable: row.is_reachable === 1,
      files: row.files,
      added_lines: row.added_lines,
      removed_lines: row.removed_lines,
      changed_lines: row.changed_lines,
      excluded_lines: row.excluded_lines,
      is_provisional: row.is_provisional === 1,
      agent: row.agent,
      countable_lines: row.countable_lines,
      ai_lines: row.ai_lines,
      known_lines: row.known_lines,
      ai_share: row.ai_share,
      is_ai_heavy: row.is_ai_heavy === 1,
      lines: {
        ai: { added: row.ai_added_lines, removed: row.ai_removed_lines },
        ai_declared: { added: row.ai_declared_added_lines, removed: row.ai_declared_removed_lines },
        tool: { added: row.tool_added_lines, removed: row.tool_removed_lines },
        human: { added: row.human_added_lines, removed: row.human_removed_lines },
        unknown: { added: row.unknown_added_lines, removed: row.unknown_removed_lines },
      },
    },
    sessions: await Promise.all(
      sessions.map(async (session) => ({
        ...session,
        is_declared: session.is_declared === 1,
        provider_name: providers.find((provider) => provider.id === session.provider)?.name ?? session.provider,
        // A cost of nothing because nothing has a price is not a cost.
        cost_usd: session.cost_usd === 0 && session.unpriced_responses > 0 ? null : session.cost_usd,
        commit_cost_usd: session.cost_usd === 0 && session.unpriced_responses > 0 ? null : session.commit_cost_usd,
        evidence: evidence
          .filter((found) => found.session_key === session.session_key)
          .map(({ evidence: kind, added_lines, removed_lines }) => ({ kind, added_lines, removed_lines })),
        first_prompt: await readFirstPrompt(database, providers, session.session_key),
      })),
    ),
    possible_sessions: possible,
    looked_at_sessions: lookedAt[0]?.sessions ?? 0,
  };
}
