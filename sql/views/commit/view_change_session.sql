-- view_change_session: a session behind a change that some branch holds, and its part of what the session cost.
-- grain: source_id, repository_key, change_id, session_key
create view view_change_session as
with
  event as (select * from event_commit where is_retracted = 0),
  link as (select * from event_commit_session where is_retracted = 0),
  session as (select * from view_session),

  -- one row for each change that a branch holds, whichever of its copies that is
  live as (
    select
      source_id,
      repository_key,
      coalesce(change_id, commit_id) as change_id,
      count(*) as copies
    from event
    where is_canonical = 1 and is_reachable = 1
    group by source_id, repository_key, coalesce(change_id, commit_id)
  ),

  -- a log may name the copy that was amended away; lines count in the copy that stands for the change
  copy as (
    select
      link.source_id,
      link.repository_key,
      coalesce(event.change_id, event.commit_id) as change_id,
      link.session_key,
      max(link.is_declared) as is_declared,
      sum(case when event.is_canonical = 1 then link.credited_added_lines + link.credited_removed_lines else 0 end) as credited_lines
    from link
    inner join event
      on event.source_id = link.source_id
      and event.repository_key = link.repository_key
      and event.commit_id = link.commit_id
    group by link.source_id, link.repository_key, coalesce(event.change_id, event.commit_id), link.session_key
  ),

  joined as (
    select copy.*
    from copy
    inner join live
      on live.source_id = copy.source_id
      and live.repository_key = copy.repository_key
      and live.change_id = copy.change_id
  ),

  weighed as (
    select
      joined.*,
      sum(credited_lines) over (partition by source_id, session_key) as session_lines,
      count(*) over (partition by source_id, session_key) as session_changes
    from joined
  ),

  -- where no line of any change is credited, the changes that the log names share alike
  shared as (
    select
      weighed.*,
      case
        when session_lines > 0 then 1.0 * credited_lines / nullif(session_lines, 0)
        else 1.0 * 1 / nullif(session_changes, 0)
      end as session_share
    from weighed
  ),

  final as (
    select
      shared.source_id,
      shared.repository_key,
      shared.change_id,
      shared.session_key,
      shared.is_declared,
      shared.credited_lines,
      shared.session_share,
      shared.session_share * session.cost_usd as cost_usd
    from shared
    inner join session
      on session.source_id = shared.source_id
      and session.session_key = shared.session_key
  )

select * from final
