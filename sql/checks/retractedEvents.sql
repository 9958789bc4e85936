-- retractedEvents: retracted events that a view still shows.
-- grain: event_id
select event_session.event_id
from event_session
inner join view_session
  on view_session.source_id = event_session.source_id
  and view_session.session_key = event_session.session_key
where event_session.is_retracted = 1
union all
select event_usage.event_id
from event_usage
inner join view_usage
  on view_usage.source_id = event_usage.source_id
  and view_usage.session_key = event_usage.session_key
  and view_usage.model = event_usage.model
  and view_usage.hour_at = event_usage.hour_at
where event_usage.is_retracted = 1
union all
select event_commit.event_id
from event_commit
inner join view_commit
  on view_commit.repository_key = event_commit.repository_key
  and view_commit.commit_id = event_commit.commit_id
where event_commit.is_retracted = 1
  and not exists (
    select 1 from event_commit as other
    where other.repository_key = event_commit.repository_key
      and other.commit_id = event_commit.commit_id
      and other.is_retracted = 0
  )
union all
select event_commit_session.event_id
from event_commit_session
inner join view_commit_session
  on view_commit_session.source_id = event_commit_session.source_id
  and view_commit_session.repository_key = event_commit_session.repository_key
  and view_commit_session.commit_id = event_commit_session.commit_id
  and view_commit_session.session_key = event_commit_session.session_key
where event_commit_session.is_retracted = 1
