-- eventRevisions: events of this database that share an id or a revision, or have one that was never given out.
-- grain: event_id
with
  event as (
    select event_id, event_rev, source_id from event_session
    union all
    select event_id, event_rev, source_id from event_usage
    union all
    select event_id, event_rev, source_id from event_commit
    union all
    select event_id, event_rev, source_id from event_commit_session
    union all
    select event_id, event_rev, source_id from event_source_day
  ),

  own as (
    select
      event_id,
      event_rev,
      count(*) over (partition by event_id) as same_id,
      count(*) over (partition by event_rev) as same_revision
    from event
    where source_id = (select value from metadata_setting where name = 'source_id')
  )

select event_id, event_rev
from own
where same_id > 1
  or same_revision > 1
  or event_rev < 1
  or event_rev > (select 1 * value from metadata_setting where name = 'event_rev')
