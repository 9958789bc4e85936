-- classesOfLines: commits whose classes of lines do not sum up to their lines, or do not agree with the matches.
-- grain: repository_key, commit_id
with
  file as (
    select repository_id, commit_id, sum(ai_added_lines) as ai_added_lines, sum(ai_removed_lines) as ai_removed_lines
    from fact_commit_line_match
    group by repository_id, commit_id
  ),

  session as (
    select repository_id, commit_id, sum(added_lines) as added_lines, sum(removed_lines) as removed_lines
    from fact_commit_session_match
    group by repository_id, commit_id
  ),

  event as (
    select * from event_commit
    where is_retracted = 0 and source_id = (select value from metadata_setting where name = 'source_id')
  )

select metadata_repository.repository_key, fact_commit.commit_id
from fact_commit
inner join metadata_repository on metadata_repository.repository_id = fact_commit.repository_id
inner join event on event.repository_key = metadata_repository.repository_key and event.commit_id = fact_commit.commit_id
left join file on file.repository_id = fact_commit.repository_id and file.commit_id = fact_commit.commit_id
left join session on session.repository_id = fact_commit.repository_id and session.commit_id = fact_commit.commit_id
where event.ai_added_lines + event.ai_declared_added_lines + event.tool_added_lines + event.human_added_lines
    + event.unknown_added_lines <> event.added_lines
  or event.ai_removed_lines + event.ai_declared_removed_lines + event.tool_removed_lines + event.human_removed_lines
    + event.unknown_removed_lines <> event.removed_lines
  or event.ai_added_lines <> coalesce(file.ai_added_lines, 0)
  or event.ai_removed_lines <> coalesce(file.ai_removed_lines, 0)
  or event.ai_added_lines <> coalesce(session.added_lines, 0)
  or event.ai_removed_lines <> coalesce(session.removed_lines, 0)
