import type { Database } from '../database/database';
import type { SessionInput } from '../events/sessionEvent';

const family = '(select session_id from metadata_session where session_id = ?1 or root_session_id = ?1)';

/** Facts of a root session and its sub-agents, as the builders want them. */
export function readSessionInput(database: Database, rootId: number): SessionInput {
  const session = database.get<{
    session_key: string;
    provider: string;
    kind: string;
    repository_key: string | null;
    branch: string | null;
    permission_modes: string;
  }>(
    `select session_key, provider, kind, repository_key, branch, permission_modes
     from metadata_session left join metadata_repository using (repository_id)
     where session_id = ?`,
    [rootId],
  );
  if (!session) {
    throw new Error(`no session ${rootId}`);
  }
  return {
    session: {
      sessionKey: session.session_key,
      provider: session.provider,
      kind: session.kind,
      repositoryKey: session.repository_key,
      branch: session.branch,
      permissionModes: JSON.parse(session.permission_modes) as string[],
    },
    subagents:
      database.get<{ n: number }>('select count(*) as n from metadata_session where root_session_id = ?', [rootId])
        ?.n ?? 0,
    messages: database
      .all<{ at: number; role: string; is_human_prompt: number; session_id: number }>(
        `select at, role, is_human_prompt, session_id from fact_session_message where session_id in ${family}`,
        [rootId],
      )
      .map((row) => ({
        at: row.at,
        role: row.role,
        isHumanPrompt: row.is_human_prompt === 1,
        isRoot: row.session_id === rootId,
      })),
    toolCalls: database
      .all<{ started_at: number | null; ended_at: number | null }>(
        `select started_at, ended_at from fact_session_tool_call where session_id in ${family}`,
        [rootId],
      )
      .map((row) => ({ startedAt: row.started_at, endedAt: row.ended_at })),
    edits: database
      .all<{
        at: number;
        outcome: string | null;
        via: string;
        added_lines: number;
        removed_lines: number;
        is_rewound: number;
      }>(
        `select coalesce(call.ended_at, change.at) as at, change.outcome, via, added_lines, removed_lines, is_rewound
         from fact_session_code_change as change left join fact_session_tool_call as call using (call_key)
         where change.session_id in ${family}`,
        [rootId],
      )
      .map((row) => ({
        at: row.at,
        outcome: row.outcome,
        via: row.via,
        isRewound: row.is_rewound === 1,
        addedLines: row.added_lines,
        removedLines: row.removed_lines,
      })),
    usage: database
      .all<UsageRow>(
        `select at, name as model, input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, output_tokens,
           reasoning_tokens, web_searches, recorded_cost_usd, estimated_cost_usd, is_output_underreported
         from fact_session_usage inner join metadata_model using (model_id)
         where session_id in ${family}
         order by at, response_key`,
        [rootId],
      )
      .map((row) => ({
        at: row.at,
        model: row.model,
        inputTokens: row.input_tokens,
        cacheWrite5mTokens: row.cache_write_5m_tokens,
        cacheWrite1hTokens: row.cache_write_1h_tokens,
        cacheReadTokens: row.cache_read_tokens,
        outputTokens: row.output_tokens,
        reasoningTokens: row.reasoning_tokens,
        webSearches: row.web_searches,
        recordedCostUsd: row.recorded_cost_usd,
        estimatedCostUsd: row.estimated_cost_usd,
        isOutputUnderreported: row.is_output_underreported === 1,
      })),
    declaredCommits:
      database.get<{ n: number }>(
        // The owner of the call made the commit, not a copy of its log; a declaration without its call stands for itself.
        `select count(*) as n
         from (
           select commit_name
           from fact_session_declared_commit as declared
           where session_id in ${family}
             and not exists (
               select 1 from fact_session_tool_call as call
               where call.call_key = declared.call_key and call.session_id not in ${family}
             )
           union
           select commit_name
           from fact_session_tool_call as call
           inner join fact_session_declared_commit as declared on declared.call_key = call.call_key
           where call.session_id in ${family}
         )`,
        [rootId],
      )?.n ?? 0,
  };
}

interface UsageRow {
  at: number;
  model: string;
  input_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  cache_read_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  web_searches: number;
  recorded_cost_usd: number | null;
  estimated_cost_usd: number | null;
  is_output_underreported: number;
}
