-- eventKeys: keys in events that no metadata row explains; a session's own events name a root session.
-- grain: event_id
with
  key as (
    select event_id, 'session' as kind, session_key as name from event_session where is_retracted = 0
    union all
    select event_id, 'session', session_key from event_usage where is_retracted = 0
    union all
    select event_id, 'session', session_key from event_commit_session where is_retracted = 0
    union all
    select event_id, 'repository', repository_key from event_session where is_retracted = 0
    union all
    select event_id, 'repository', repository_key from event_usage where is_retracted = 0
    union all
    select event_id, 'repository', repository_key from event_commit where is_retracted = 0
    union all
    select event_id, 'repository', repository_key from event_commit_session where is_retracted = 0
    union all
    select event_id, 'model', provider || ' ' || model from event_session where is_retracted = 0
    union all
    select event_id, 'model', provider || ' ' || model from event_usage where is_retracted = 0
    union all
    select event_id, 'commit', repository_key || ' ' || commit_id from event_commit where is_retracted = 0
    union all
    select event_id, 'commit', repository_key || ' ' || commit_id from event_commit_session where is_retracted = 0
  ),

  explained as (
    select 'session' as kind, session_key as name from metadata_session where root_session_id is null
    union
    select 'repository', repository_key from metadata_repository
    union
    select 'model', provider || ' ' || name from metadata_model
    union
    select 'commit', repository_key || ' ' || commit_id
    from fact_commit inner join metadata_repository using (repository_id)
  )

select key.event_id, key.kind, key.name
from key
left join explained on explained.kind = key.kind and explained.name = key.name
where key.name is not null and explained.name is null
