-- commit.metrics: what part of my changes is AI's, and how many have a session behind them; a row per group and metric.
-- grain: grp, metric
-- params: $from $to $repositories $group_by $pivot
--
-- metric commits_linked: Commits linked
--   unit: ratio
--   counts: Your commits that a session's log says it made or that hold lines of a session, of all your commits in the range.
--   leaves out: Merges, commits that no branch reaches any more, copies of a commit (amended, rebased, picked), and commits of others.
-- metric ai_share: AI share of lines
--   unit: ratio
--   counts: Added lines that an edit of a session is proved to have written, of all added lines whose writer is known (session, tool, you). Where a commit adds nothing, its removed lines.
--   leaves out: Commits of whose lines more than half are unknown or only declared, and the unknown lines of the others. Lock, generated, vendored and large files, and lines over 1,000 characters.
-- metric ai_heavy: AI-heavy commits
--   unit: ratio
--   counts: Your commits with an AI share of at least 50 % and at least 5 countable lines, of your commits whose AI share is known.
--   leaves out: Commits of whose lines more than half are unknown or only declared, or that have no countable line.
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
    select
      grp,
      count(*) as commits,
      sum(is_linked) as linked,
      sum(has_ai_share) as with_share,
      sum(is_ai_heavy) as ai_heavy,
      sum(case when has_ai_share = 1 then ai_lines else 0 end) as ai_lines,
      sum(case when has_ai_share = 1 then known_lines else 0 end) as known_lines
    from commits
    group by grp
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
    select grp, 0, 0, 0, 0, 0, 0 from asked where grp not in (select grp from counted)
  ),

  -- units: how many independent commits the number rests on; lines of one commit are not independent
  metric as (
    select grp, 1 as place, 'commits_linked' as metric, 1.0 * linked / nullif(commits, 0) as value, linked as numerator, commits as denominator, commits as units from total
    union all
    select grp, 2, 'ai_share', 1.0 * ai_lines / nullif(known_lines, 0), ai_lines, known_lines, with_share from total
    union all
    select grp, 3, 'ai_heavy', 1.0 * ai_heavy / nullif(with_share, 0), ai_heavy, with_share, with_share from total
  )

select grp, metric, value, numerator, denominator, units, null as band, null as good, null as watch from metric order by grp, place
