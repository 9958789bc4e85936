-- commit.sessions: the sessions behind one commit, the one that says so first on top.
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
  view_commit_session.recorded_cost_usd,
  view_commit_session.estimated_cost_usd,
  view_commit_session.cost_usd,
  view_commit_session.unpriced_responses,
  view_commit_session.estimated_missing_output_tokens,
  view_commit_session.estimated_missing_cost_usd,
  metadata_session.title
from view_commit_session
left join metadata_session on metadata_session.session_key = view_commit_session.session_key
where view_commit_session.repository_key = $repository
  and view_commit_session.commit_id = $commit
order by (view_commit_session.declared_at is null), view_commit_session.declared_at, view_commit_session.session_key
