import { countShared } from '../attribution/lines';
import type { Database } from '../database/database';
import type { SessionInput } from '../events/sessionEvent';
import { missingOutputTokens, writtenCharacters } from './missingOutput';

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
  const family = [rootId, ...subagentsOf(database, rootId)];
  /** Rows of all sessions of the family: a query each is faster than one over a list. */
  const ofFamily = <Row extends object>(sql: string) => family.flatMap((id) => database.all<Row>(sql, [id]));
  return {
    session: {
      sessionKey: session.session_key,
      provider: session.provider,
      kind: session.kind,
      repositoryKey: session.repository_key,
      branch: session.branch,
      permissionModes: JSON.parse(session.permission_modes) as string[],
    },
    subagents: family.length - 1,
    messages: ofFamily<{ at: number; role: string; is_human_prompt: number; session_id: number }>(
      'select at, role, is_human_prompt, session_id from fact_session_message where session_id = ?',
    ).map((row) => ({
      at: row.at,
      role: row.role,
      isHumanPrompt: row.is_human_prompt === 1,
      isRoot: row.session_id === rootId,
    })),
    toolCalls: ofFamily<{ started_at: number | null; ended_at: number | null }>(
      'select started_at, ended_at from fact_session_tool_call where session_id = ?',
    ).map((row) => ({ startedAt: row.started_at, endedAt: row.ended_at })),
    edits: ofFamily<{
      at: number;
      outcome: string | null;
      via: string;
      added_lines: number;
      removed_lines: number;
      is_rewound: number;
      added: Uint8Array | null;
      proposed_added: Uint8Array | null;
    }>(
      `select coalesce(call.ended_at, change.at) as at, change.outcome, via, added_lines, removed_lines, is_rewound,
           iif(is_user_modified, added, null) as added, proposed_added
         from fact_session_code_change as change left join fact_session_tool_call as call using (call_key)
         where change.session_id = ?`,
    ).map((row) => ({
      at: row.at,
      outcome: row.outcome,
      via: row.via,
      isRewound: row.is_rewound === 1,
      // Of a proposal that the person changed only the lines that were in it are the agent's.
      addedLines: row.added && row.proposed_added ? countShared(row.added, row.proposed_added) : row.added_lines,
      removedLines: row.removed_lines,
    })),
    usage: ofFamily<UsageRow>(
      `select response_key, at, name as model, input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, output_tokens,
           reasoning_tokens, web_searches, recorded_cost_usd, estimated_cost_usd, is_output_underreported,
           estimated_missing_cost_usd, ${writtenCharacters} as written_characters
         from fact_session_usage inner join metadata_model using (model_id)
         where session_id = ?`,
    )
      .sort(byTimeAndKey)
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
        missingOutputTokens: missingOutputTokens(row.written_characters, row.output_tokens),
        missingCostUsd: row.estimated_missing_cost_usd,
      })),
    declaredCommits: declaredCommits(database, family),
  };
}

function subagentsOf(database: Database, rootId: number): number[] {
  return database
    .all<{ session_id: number }>('select session_id from metadata_session where root_session_id = ?', [rootId])
    .map((row) => row.session_id);
}

/** The owner of the call made the commit, not a copy of its log; a declaration without its call stands for itself. */
function declaredCommits(database: Database, family: readonly number[]): number {
  return (
    database.get<{ n: number }>(
      `with family as (select value as session_id from json_each(?))
       select count(*) as n
       from (
         select commit_name
         from family inner join fact_session_declared_commit as declared using (session_id)
         where not exists (
           select 1 from fact_session_tool_call as call
           where call.call_key = declared.call_key and call.session_id not in (select session_id from family)
         )
         union
         -- cross joins keep the order: once over the calls of these sessions, not over all declarations
         select commit_name
         from family
         cross join fact_session_tool_call as call using (session_id)
         cross join fact_session_declared_commit as declared on declared.call_key = call.call_key
       )`,
      [JSON.stringify(family)],
    )?.n ?? 0
  );
}

/** A sum of amounts depends on their order in its last digit: it must not depend on the order of reading. */
function byTimeAndKey(a: UsageRow, b: UsageRow): number {
  return a.at - b.at || Buffer.compare(a.response_key, b.response_key);
}

interface UsageRow {
  response_key: Uint8Array;
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
  estimated_missing_cost_usd: number | null;
  written_characters: number;
}
