-- view_commit: a commit, once however many sources know it, and whether a session is linked to it.
-- grain: repository_key, commit_id
create view view_commit as
with
  event as (select * from event_commit where is_retracted = 0),
  link as (select * from event_commit_session where is_retracted = 0),

  ranked as (
    select
      event.*,
      row_number() over (partition by repository_key, commit_id order by is_mine desc, is_reachable desc, source_id) as place
    from event
  ),

  linked as (
    select
      repository_key,
      commit_id,
      count(*) as sessions
    from link
    group by repository_key, commit_id
  ),

  final as (
    select
      ranked.repository_key,
      ranked.commit_id,
      ranked.authored_at,
      ranked.committed_at,
      ranked.day,
      ranked.week,
      ranked.is_mine,
      ranked.is_bot,
      ranked.is_merge,
      ranked.is_pushed,
      ranked.is_reachable,
      ranked.files,
      ranked.added_lines,
      ranked.removed_lines,
      ranked.added_lines + ranked.removed_lines as changed_lines,
      ranked.excluded_lines,
      coalesce(linked.sessions, 0) as sessions,
      case when coalesce(linked.sessions, 0) > 0 then 1 else 0 end as is_linked,
      case when ranked.is_mine = 1 and ranked.is_merge = 0 and ranked.is_reachable = 1 then 1 else 0 end as is_counted
    from ranked
    left join linked
      on linked.repository_key = ranked.repository_key
      and linked.commit_id = ranked.commit_id
    where ranked.place = 1
  )

select * from final
