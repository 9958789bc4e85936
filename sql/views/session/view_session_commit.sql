-- view_session_commit: whether a session led to a commit soon after it worked, and whether it is old enough to tell.
-- grain: source_id, session_key
create view view_session_commit as
with
  session as (select * from view_session),
  usage as (select * from event_usage where is_retracted = 0),
  event as (select * from event_commit where is_retracted = 0),
  link as (select * from event_commit_session where is_retracted = 0),

  setting as (
    select
      max(case when name = 'window.session_to_commit_ms' then cast(value as double) end) as wait,
      max(case when name = 'threshold.session_to_commit_lines' then cast(value as double) end) as lines
    from metadata_setting
  ),

  -- the last thing that was seen to happen: what is younger than that may still be committed
  seen as (
    select source_id, ended_at as seen_at from session
    union all
    select source_id, committed_at from event
    union all
    select source_id, last_read_at from event_source_day where is_retracted = 0
  ),

  observed as (select source_id, max(seen_at) as seen_at from seen group by source_id),

  -- an amend moves the committer's time, and an agent may amend what is older than the session: either time may be near
  made as (
    select link.*, coalesce(event.change_id, event.commit_id) as change_id, event.authored_at as made_at
    from link
    inner join event
      on event.source_id = link.source_id
      and event.repository_key = link.repository_key
      and event.commit_id = link.commit_id
    union all
    select link.*, coalesce(event.change_id, event.commit_id), event.committed_at
    from link
    inner join event
      on event.source_id = link.source_id
      and event.repository_key = link.repository_key
      and event.commit_id = link.commit_id
  ),

  -- within a segment no pause is longer than the wait: so some activity lies at most that long before the commit.
  -- Activity is known by the hour.
  near as (
    select distinct
      made.source_id,
      made.session_key,
      made.change_id,
      made.is_declared,
      made.credited_added_lines + made.credited_removed_lines as credited_lines
    from made
    cross join setting
    inner join session
      on session.source_id = made.source_id
      and session.session_key = made.session_key
    left join usage
      on usage.source_id = made.source_id
      and usage.session_key = made.session_key
      and usage.hour_at <= made.made_at
      and usage.hour_at + 3600000 + setting.wait >= made.made_at
    where made.made_at >= session.started_at
      and made.made_at <= session.ended_at + setting.wait
      and (coalesce(usage.responses, 0) > 0 or session.responses = 0)
  ),

  -- copies of a change hold the same lines
  by_change as (
    select source_id, session_key, change_id, max(is_declared) as is_declared, max(credited_lines) as credited_lines
    from near
    group by source_id, session_key, change_id
  ),

  by_session as (
    select source_id, session_key, max(is_declared) as is_declared, sum(credited_lines) as credited_lines
    from by_change
    group by source_id, session_key
  ),

  final as (
    select
      session.source_id,
      session.session_key,
      case when session.ended_at + setting.wait <= observed.seen_at then 1 else 0 end as is_mature,
      case when session.repository_key is null or session.repository_key like 'folder:%' then 0 else 1 end as is_in_repository,
      coalesce(by_session.credited_lines, 0) as lines_committed_soon,
      case
        when session.declared_commits > 0 or coalesce(by_session.is_declared, 0) = 1 then 1
        when coalesce(by_session.credited_lines, 0) >= setting.lines then 1
        else 0
      end as is_committed_soon
    from session
    cross join setting
    inner join observed on observed.source_id = session.source_id
    left join by_session
      on by_session.source_id = session.source_id
      and by_session.session_key = session.session_key
  )

select * from final
