-- session.metrics: the session report; a row per group and metric, numerator and denominator beside the value.
-- grain: grp, metric
-- params: $from $to $repositories $providers $models $branches $group_by $pivot
--
-- metric sessions: Sessions
--   unit: count
--   counts: Interactive sessions with at least one prompt of yours, of all sessions in the range.
--   leaves out: Headless runs (they are in cost) and sessions without a prompt.
-- metric prompts_per_session: Prompts per session
--   unit: number
--   counts: Your prompts (typed, queued, commands, shell) divided by sessions.
--   leaves out: Headless runs. No band: careful work may take many prompts.
-- metric median_prompts: Prompts, median session
--   unit: number
--   counts: The prompts of the session in the middle.
--   leaves out: Headless runs.
-- metric time_to_first_edit: First applied edit
--   unit: duration
--   counts: Active time from your first prompt to the first edit that was applied; the median session.
--   leaves out: Gaps over 30 minutes; sessions without an applied edit are not in the median and stand beside it.
-- metric no_output_rate: No output
--   unit: ratio
--   counts: Sessions without an applied edit, a shell write or a commit, of all sessions.
--   leaves out: Sessions that only planned.
-- metric session_to_commit: Led to a commit
--   unit: ratio
--   counts: Sessions with output that declared a commit, or of which at least 3 lines were committed within 4 hours after they worked, of all sessions with output.
--   leaves out: Sessions that ended less than 4 hours before the last thing that was read, and those outside a git repository.
-- metric rejected_edit_rate: Rejected edits
--   unit: ratio
--   counts: Edits you rejected, of those you decided on.
--   leaves out: Sessions whose log does not say that the agent asks before it edits.
with
  session as (
    select
      view_session.*,
      case
        when is_counted = 1 and has_output = 1 and is_in_repository = 1 and is_mature = 1 then 1
        else 0
      end as could_commit,
      is_committed_soon,
      case $group_by
        when 'day' then day
        when 'week' then week
        when 'provider' then provider
        when 'model' then coalesce(model, '')
        when 'repository' then coalesce(repository_key, '')
        when 'branch' then coalesce(branch, '')
        when 'session' then view_session.session_key
        when 'period' then case when day >= $pivot then 'now' else 'before' end
        else 'all'
      end as grp
    from view_session
    inner join view_session_commit
      on view_session_commit.source_id = view_session.source_id
      and view_session_commit.session_key = view_session.session_key
    where ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
      and ($providers is null or provider in (select value from json_each($providers)))
      and ($models is null or model in (select value from json_each($models)))
      and ($branches is null or branch in (select value from json_each($branches)))
  ),

  counted as (select * from session where is_counted = 1),

  prompt_rank as (
    select
      grp,
      prompts,
      row_number() over (partition by grp order by prompts, session_key) as place,
      count(*) over (partition by grp) as size
    from counted
  ),

  prompt_median as (
    select grp, avg(prompts) as value from prompt_rank where 2 * place between size and size + 2 group by grp
  ),

  edit_rank as (
    select
      grp,
      active_ms_to_first_edit,
      row_number() over (partition by grp order by active_ms_to_first_edit, session_key) as place,
      count(*) over (partition by grp) as size
    from counted
    where active_ms_to_first_edit is not null
  ),

  edit_median as (
    select grp, avg(active_ms_to_first_edit) as value from edit_rank where 2 * place between size and size + 2 group by grp
  ),

  summed as (
    select
      grp,
      count(*) as all_sessions,
      sum(is_counted) as sessions,
      sum(case when is_counted = 1 then prompts else 0 end) as prompts,
      sum(case when is_counted = 1 and active_ms_to_first_edit is not null then 1 else 0 end) as with_edit,
      sum(case when is_counted = 1 and is_plan_only = 0 then 1 else 0 end) as could_write,
      sum(case when is_counted = 1 and is_plan_only = 0 and has_output = 0 then 1 else 0 end) as without_output,
      sum(case when is_counted = 1 and permission = 'asks' then edits_rejected else 0 end) as rejected,
      sum(case when is_counted = 1 and permission = 'asks' then edits_rejected + edits_applied else 0 end) as decided,
      sum(case when is_counted = 1 and permission = 'asks' then 1 else 0 end) as asking,
      sum(could_commit) as could_commit,
      sum(could_commit * is_committed_soon) as committed
    from session
    group by grp
  ),

  -- what was asked for has a row, also where there is nothing: an empty range says "no data" and not nothing
  asked as (
    select 'all' as grp where $group_by = 'none'
    union all
    select 'now' where $group_by = 'period'
    union all
    select 'before' where $group_by = 'period'
  ),

  total as (
    select * from summed
    union all
    select grp, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from asked where grp not in (select grp from summed)
  ),

  -- units: how many independent sessions the number rests on; bands need ten of them
  metric as (
    select grp, 1 as place, 'sessions' as metric, 1.0 * sessions as value, sessions as numerator, all_sessions as denominator, sessions as units from total
    union all
    select grp, 2, 'prompts_per_session', 1.0 * prompts / nullif(sessions, 0), prompts, sessions, sessions from total
    union all
    select total.grp, 3, 'median_prompts', prompt_median.value, total.sessions, total.sessions, total.sessions
    from total left join prompt_median on prompt_median.grp = total.grp
    union all
    select total.grp, 4, 'time_to_first_edit', edit_median.value, total.with_edit, total.sessions, total.with_edit
    from total left join edit_median on edit_median.grp = total.grp
    union all
    select grp, 5, 'no_output_rate', 1.0 * without_output / nullif(could_write, 0), without_output, could_write, could_write from total
    union all
    select grp, 6, 'session_to_commit', 1.0 * committed / nullif(could_commit, 0), committed, could_commit, could_commit from total
    union all
    select grp, 7, 'rejected_edit_rate', 1.0 * rejected / nullif(decided, 0), rejected, decided, asking from total
  ),

  band as (
    select
      good.metric,
      cast(good.value as double) as good,
      cast(watch.value as double) as watch
    from (select substr(name, 6, length(name) - 10) as metric, value from metadata_setting where name like 'band.%.good') as good
    inner join (select substr(name, 6, length(name) - 11) as metric, value from metadata_setting where name like 'band.%.watch') as watch
      on watch.metric = good.metric
  ),

  final as (
    select
      metric.grp,
      metric.metric,
      metric.value,
      metric.numerator,
      metric.denominator,
      metric.units,
      case
        when band.metric is null or metric.value is null then null
        when metric.units < (select cast(value as double) from metadata_setting where name = 'band.minimum_units') then 'too_few'
        -- more is better where good lies above watch
        when band.good > band.watch and metric.value >= band.good then 'good'
        when band.good > band.watch and metric.value >= band.watch then 'watch'
        when band.good > band.watch then 'risk'
        when metric.value < band.good then 'good'
        when metric.value <= band.watch then 'watch'
        else 'risk'
      end as band,
      band.good,
      band.watch,
      metric.place
    from metric
    left join band on band.metric = metric.metric
  )

select grp, metric, value, numerator, denominator, units, band, good, watch from final order by grp, place
