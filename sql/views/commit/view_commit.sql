-- view_commit: a commit, once however many sources know it: whether a session is linked to it, and what part of it is AI's.
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

  -- removed lines say whose a commit is only where nothing was added
  side as (
    select
      repository_key,
      commit_id,
      case when added_lines > 0 then added_lines else removed_lines end as countable_lines,
      case when added_lines > 0 then ai_added_lines else ai_removed_lines end as ai_lines,
      case when added_lines > 0 then unknown_added_lines else unknown_removed_lines end
        + case when added_lines > 0 then ai_declared_added_lines else ai_declared_removed_lines end as unproved_lines
    from ranked
    where place = 1
  ),

  -- of lines that nothing is known of there is no share
  share as (
    select
      repository_key,
      commit_id,
      countable_lines,
      ai_lines,
      countable_lines - unproved_lines as known_lines,
      case when countable_lines > 0 and 2 * unproved_lines <= countable_lines then 1 else 0 end as has_ai_share
    from side
  ),

  threshold as (
    select
      max(case when name = 'threshold.ai_heavy_share' then cast(value as double) end) as share,
      max(case when name = 'threshold.ai_heavy_lines' then cast(value as double) end) as lines
    from metadata_setting
  ),

  final as (
    select
      ranked.repository_key,
      ranked.commit_id,
      coalesce(ranked.change_id, ranked.commit_id) as change_id,
      ranked.is_canonical,
      ranked.authored_at,
      ranked.committed_at,
      ranked.day,
      ranked.week,
      ranked.is_provisional,
      ranked.is_mine,
      ranked.is_bot,
      ranked.is_merge,
      ranked.is_pushed,
      ranked.is_reachable,
      ranked.agent,
      ranked.files,
      ranked.added_lines,
      ranked.removed_lines,
      ranked.added_lines + ranked.removed_lines as changed_lines,
      ranked.excluded_lines,
      ranked.ai_added_lines,
      ranked.ai_removed_lines,
      ranked.ai_declared_added_lines,
      ranked.ai_declared_removed_lines,
      ranked.tool_added_lines,
      ranked.tool_removed_lines,
      ranked.human_added_lines,
      ranked.human_removed_lines,
      ranked.unknown_added_lines,
      ranked.unknown_removed_lines,
      share.countable_lines,
      share.ai_lines,
      share.known_lines,
      share.has_ai_share,
      case when share.has_ai_share = 1 then 1.0 * share.ai_lines / nullif(share.known_lines, 0) end as ai_share,
      case
        when share.has_ai_share = 1 and share.countable_lines >= threshold.lines and share.ai_lines >= threshold.share * share.known_lines then 1
        else 0
      end as is_ai_heavy,
      coalesce(linked.sessions, 0) as sessions,
      case when coalesce(linked.sessions, 0) > 0 then 1 else 0 end as is_linked,
      case
        when ranked.is_mine = 1 and ranked.is_merge = 0 and ranked.is_reachable = 1 and ranked.is_canonical = 1 then 1
        else 0
      end as is_counted
    from ranked
    inner join share
      on share.repository_key = ranked.repository_key
      and share.commit_id = ranked.commit_id
    cross join threshold
    left join linked
      on linked.repository_key = ranked.repository_key
      and linked.commit_id = ranked.commit_id
    where ranked.place = 1
  )

select * from final
