-- session.session: one session.
-- grain: one row
-- params: $session
select
  view_session.session_key,
  view_session.provider,
  view_session.kind,
  metadata_session.title,
  view_session.repository_key,
  metadata_repository.name as repository,
  view_session.branch,
  view_session.model,
  view_session.started_at,
  view_session.ended_at,
  view_session.day,
  view_session.prompts,
  view_session.active_ms,
  view_session.active_ms_to_first_edit,
  view_session.edits_applied,
  view_session.edits_rejected,
  view_session.edits_failed,
  view_session.declared_commits,
  view_session.tokens,
  view_session.recorded_cost_usd,
  view_session.estimated_cost_usd,
  view_session.cost_usd,
  view_session.unpriced_responses,
  view_session.estimated_missing_output_tokens,
  view_session.estimated_missing_cost_usd,
  view_session.unpriced_tokens,
  view_session.subagents
from view_session
left join metadata_session on metadata_session.session_key = view_session.session_key
left join metadata_repository on metadata_repository.repository_key = view_session.repository_key
where view_session.session_key = $session
