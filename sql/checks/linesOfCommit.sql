-- linesOfCommit: commits without an event, or whose event's files and lines are not the sum of their files.
-- grain: repository_key, commit_id
with
  file as (
    select
      repository_id,
      commit_id,
      count(*) as files,
      sum(case when excluded is null then added_lines - long_added_lines else 0 end) as added_lines,
      sum(case when excluded is null then removed_lines - long_removed_lines else 0 end) as removed_lines,
      sum(case when excluded is null then long_added_lines + long_removed_lines else added_lines + removed_lines end)
        as excluded_lines
    from fact_commit_file_change
    group by repository_id, commit_id
  ),

  event as (
    select * from event_commit
    where is_retracted = 0 and source_id = (select value from metadata_setting where name = 'source_id')
  )

select metadata_repository.repository_key, fact_commit.commit_id
from fact_commit
inner join metadata_repository on metadata_repository.repository_id = fact_commit.repository_id
left join file on file.repository_id = fact_commit.repository_id and file.commit_id = fact_commit.commit_id
left join event on event.repository_key = metadata_repository.repository_key and event.commit_id = fact_commit.commit_id
where event.commit_id is null
  or event.files <> coalesce(file.files, 0)
  or event.added_lines <> coalesce(file.added_lines, 0)
  or event.removed_lines <> coalesce(file.removed_lines, 0)
  or event.excluded_lines <> coalesce(file.excluded_lines, 0)
