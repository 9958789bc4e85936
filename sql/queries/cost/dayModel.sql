-- cost.dayModel: money by day (or week) and model, for the chart.
-- grain: day, model
-- params: $from $to $repositories $providers $models $branches $group_by
with
  usage as (
    select *
    from view_usage
    where ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
      and ($providers is null or provider in (select value from json_each($providers)))
      and ($models is null or model in (select value from json_each($models)))
      and ($branches is null or branch in (select value from json_each($branches)))
  ),

  final as (
    select
      case when $group_by = 'week' then week else day end as day,
      model,
      sum(cost_usd) as cost_usd,
      sum(unpriced_tokens) as unpriced_tokens
    from usage
    group by 1, model
  )

select * from final order by day, model
