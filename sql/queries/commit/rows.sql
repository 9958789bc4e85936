-- commit.rows: my commits of the range, newest first, with the sessions behind them.
-- grain: repository_key, commit_id
-- params: $from $to $repositories $metric $limit $offset
with
  commits as (
    select *
    from view_commit
    where is_counted = 1
      and ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
      and case $metric
        when 'commits_linked' then is_linked = 1
        when 'ai_share' then has_ai_share = 1 and ai_lines > 0
        when 'ai_heavy' then is_ai_heavy = 1
        else 1 = 1
      end
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
  ai_share,
  sessions,
  count(*) over () as total
from described
order by authored_at desc, commit_id
limit $limit offset $offset
