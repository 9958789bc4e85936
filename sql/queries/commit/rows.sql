-- commit.rows: my commits of the range, newest first, with the sessions behind them.
-- grain: repository_key, commit_id
-- params: $from $to $repositories $linked $limit $offset
with
  commits as (
    select *
    from view_commit
    where is_counted = 1
      and ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
      and ($linked is null or is_linked = $linked)
  ),

  described as (
    select
      commits.*,
      metadata_repository.name as repository,
      fact_commit.subject
    from commits
    left join metadata_repository on metadata_repository.repository_key = commits.repository_key
    left join fact_commit
      on fact_commit.repository_id = metadata_repository.repository_id
      and fact_commit.commit_id = commits.commit_id
  )

select
  repository_key,
  repository,
  commit_id,
  subject,
  authored_at,
  added_lines,
  removed_lines,
  sessions,
  count(*) over () as total
from described
order by authored_at desc, commit_id
limit $limit offset $offset
