-- cost.report: tokens and money by group; every column adds up over groups, but those that count sessions.
-- grain: grp
-- params: $from $to $repositories $providers $models $branches $group_by $pivot
with
  usage as (
    select
      *,
      case $group_by
        when 'day' then day
        when 'week' then week
        when 'provider' then provider
        when 'model' then model
        when 'repository' then coalesce(repository_key, '')
        when 'branch' then coalesce(branch, '')
        when 'session' then session_key
        when 'period' then case when day >= $pivot then 'now' else 'before' end
        else 'all'
      end as grp
    from view_usage
    where ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
      and ($providers is null or provider in (select value from json_each($providers)))
      and ($models is null or model in (select value from json_each($models)))
      and ($branches is null or branch in (select value from json_each($branches)))
  ),

  total as (
    select
      grp,
      count(distinct session_key) as sessions,
      sum(input_tokens) as input_tokens,
      sum(cache_write_tokens) as cache_write_tokens,
      sum(cache_read_tokens) as cache_read_tokens,
      sum(output_tokens) as output_tokens,
      sum(recorded_cost_usd) as recorded_cost_usd,
      sum(estimated_cost_usd) as estimated_cost_usd,
      sum(cost_usd) as cost_usd,
      count(distinct case when unpriced_responses > 0 then session_key end) as unpriced_sessions,
      sum(unpriced_tokens) as unpriced_tokens,
      count(distinct case when underreported_responses > 0 then session_key end) as underreported_sessions,
      sum(estimated_missing_output_tokens) as estimated_missing_output_tokens,
      sum(estimated_missing_cost_usd) as estimated_missing_cost_usd
    from usage
    group by grp
  ),

  final as (
    select * from total
    union all
    -- a range without usage still has its total
    select 'all', 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0.0
    where $group_by = 'none' and not exists (select 1 from total)
  )

select * from final
order by
  case when $group_by in ('day', 'week') then grp end,
  cost_usd desc,
  grp
