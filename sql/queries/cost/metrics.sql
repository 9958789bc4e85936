-- cost.metrics: what sessions cost; a row per group and metric, numerator and denominator beside the value.
-- grain: grp, metric
-- params: $from $to $repositories $providers $models $branches $group_by $pivot
--
-- metric cost: Spend
--   unit: usd
--   counts: Cost that the logs record, and for all other responses tokens at list price of their day ("API-equivalent": a subscription pays otherwise).
--   leaves out: Responses of models without a known price; the sessions that have some are counted beside. Output tokens that the log does not count (Claude Code 1.0.11 to 2.1.97); an estimate of them, rather too low, stands beside.
-- metric cost_per_session: Cost per session
--   unit: usd
--   counts: Spend divided by the sessions that used tokens, headless ones included.
--   leaves out: Responses of models without a known price, and output tokens that the log does not count.
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

  counted as (
    select
      grp,
      count(distinct session_key) as sessions,
      count(distinct case when unpriced_responses > 0 then session_key end) as unpriced_sessions,
      sum(cost_usd) as cost_usd
    from usage
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
    select grp, 0, 0, null from asked where grp not in (select grp from counted)
  ),

  -- where nothing has a price there is no cost, not a cost of zero
  known as (
    select
      grp,
      sessions,
      sessions - unpriced_sessions as priced_sessions,
      case when cost_usd > 0 or unpriced_sessions < sessions then cost_usd end as cost_usd
    from total
  ),

  metric as (
    select grp, 1 as place, 'cost' as metric, cost_usd as value, priced_sessions as numerator, sessions as denominator, sessions as units from known
    union all
    select grp, 2, 'cost_per_session', cost_usd / nullif(sessions, 0), cost_usd, sessions, sessions from known
  )

select grp, metric, value, numerator, denominator, units, null as band, null as good, null as watch from metric order by grp, place
