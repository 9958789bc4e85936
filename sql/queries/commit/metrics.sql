-- commit.metrics: how many commits have a session behind them; a row per group and metric.
-- grain: grp, metric
-- params: $from $to $repositories $group_by $pivot
--
-- metric commits_linked: Commits linked
--   unit: ratio
--   counts: Your commits that a session's log says it made, of all your commits in the range.
--   leaves out: Merges, commits that no branch reaches any more, and commits of others.
with
  commits as (
    select
      *,
      case $group_by
        when 'day' then day
        when 'week' then week
        when 'repository' then repository_key
        when 'period' then case when day >= $pivot then 'now' else 'before' end
        else 'all'
      end as grp
    from view_commit
    where is_counted = 1
      and ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
  ),

  counted as (
    select grp, count(*) as commits, sum(is_linked) as linked from commits group by grp
  ),

  -- what was asked for has a row, also where there is nothing
  asked as (
    select 'all' as grp where $group_by = 'none'
    union all
    select 'now' where $group_by = 'period'
    union all
    select 'before' where $group_by = 'period'
  ),

  total as (
    select * from counted
    union all
    select grp, 0, 0 from asked where grp not in (select grp from counted)
  )

select
  grp,
  'commits_linked' as metric,
  1.0 * linked / nullif(commits, 0) as value,
  linked as numerator,
  commits as denominator,
  commits as units,
  null as band,
  null as good,
  null as watch
from total
order by grp
