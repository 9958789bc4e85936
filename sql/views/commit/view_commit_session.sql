-- view_commit_session: a session behind a commit, with what is shown of it.
-- grain: source_id, repository_key, commit_id, session_key
create view view_commit_session as
with
  link as (select * from event_commit_session where is_retracted = 0),
  session as (select * from view_session),

  final as (
    select
      link.source_id,
      link.repository_key,
      link.commit_id,
      link.session_key,
      link.is_declared,
      link.declared_at,
      link.credited_added_lines,
      link.credited_removed_lines,
      link.exact_added_lines,
      link.exact_removed_lines,
      session.provider,
      session.model,
      session.prompts,
      session.active_ms,
      session.started_at,
      session.recorded_cost_usd,
      session.estimated_cost_usd,
      session.cost_usd,
      session.unpriced_responses,
      session.estimated_missing_output_tokens,
      session.estimated_missing_cost_usd
    from link
    inner join session
      on session.source_id = link.source_id
      and session.session_key = link.session_key
  )

select * from final
