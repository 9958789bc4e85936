-- commit.sessions: the sessions behind one commit, the one with most lines of it on top.
-- grain: session_key
-- params: $repository $commit
select
  view_commit_session.session_key,
  view_commit_session.provider,
  view_commit_session.model,
  view_commit_session.prompts,
  view_commit_session.active_ms,
  view_commit_session.started_at,
  view_commit_session.is_declared,
  view_commit_session.declared_at,
  view_commit_session.credited_added_lines,
  view_commit_session.credited_removed_lines,
  view_commit_session.exact_added_lines,
  view_commit_session.exact_removed_lines,
  view_change_session.cost_usd as commit_cost_usd,
  view_commit_session.recorded_cost_usd,
  view_commit_session.estimated_cost_usd,
  view_commit_session.cost_usd,
  view_commit_session.unpriced_responses,
  view_commit_session.estimated_missing_output_tokens,
  view_commit_session.estimated_missing_cost_usd,
  metadata_session.title
from view_commit_session
left join metadata_session on metadata_session.session_key = view_commit_session.session_key
left join view_commit
  on view_commit.repository_key = view_commit_session.repository_key
  and view_commit.commit_id = view_commit_session.commit_id
left join view_change_session
  on view_change_session.source_id = view_commit_session.source_id
  and view_change_session.repository_key = view_commit_session.repository_key
  and view_change_session.change_id = view_commit.change_id
  and view_change_session.session_key = view_commit_session.session_key
where view_commit_session.repository_key = $repository
  and view_commit_session.commit_id = $commit
order by
  view_commit_session.credited_added_lines + view_commit_session.credited_removed_lines desc,
  (view_commit_session.declared_at is null),
  view_commit_session.declared_at,
  view_commit_session.session_key
