-- cost.report: tokens and money by group; every column but sessions and unpriced_sessions adds up over groups.
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

  -- a range without usage still has its total
  grps as (
    select grp from usage
    union
    select 'all' where $group_by = 'none'
  ),

  final as (
    select
      grps.grp,
      count(distinct usage.session_key) as sessions,
      coalesce(sum(usage.input_tokens), 0) as input_tokens,
      coalesce(sum(usage.cache_write_tokens), 0) as cache_write_tokens,
      coalesce(sum(usage.cache_read_tokens), 0) as cache_read_tokens,
      coalesce(sum(usage.output_tokens), 0) as output_tokens,
      coalesce(sum(usage.recorded_cost_usd), 0.0) as recorded_cost_usd,
      coalesce(sum(usage.estimated_cost_usd), 0.0) as estimated_cost_usd,
      coalesce(sum(usage.cost_usd), 0.0) as cost_usd,
      count(distinct case when usage.unpriced_responses > 0 then usage.session_key end) as unpriced_sessions,
      coalesce(sum(usage.unpriced_tokens), 0) as unpriced_tokens
    from grps
    left join usage on usage.grp = grps.grp
    group by grps.grp
  )

select * from final
order by
  case when $group_by in ('day', 'week') then grp end,
  cost_usd desc,
  grp
