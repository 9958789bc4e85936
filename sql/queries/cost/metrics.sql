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
-- metric cost_linked: Spend that led to commits
--   unit: ratio
--   counts: Spend of sessions that stand behind a commit which a branch holds, of all spend.
--   leaves out: Nothing: the rest of the spend is not linked, whatever came of it.
-- metric cost_per_change: Cost per linked commit
--   unit: usd
--   counts: Spend of the sessions behind commits that a branch holds, divided by those commits; copies (amended, rebased, picked) count as one.
--   leaves out: Spend of all other sessions, responses of models without a known price, and output tokens that the log does not count.
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

  linked as (select distinct source_id, session_key from view_change_session),

  counted as (
    select
      usage.grp,
      count(distinct usage.session_key) as sessions,
      count(distinct case when usage.unpriced_responses > 0 then usage.session_key end) as unpriced_sessions,
      sum(usage.cost_usd) as cost_usd,
      sum(case when linked.session_key is not null then usage.cost_usd else 0 end) as linked_cost_usd
    from usage
    left join linked
      on linked.source_id = usage.source_id
      and linked.session_key = usage.session_key
    group by usage.grp
  ),

  change as (
    select distinct
      usage.grp,
      view_change_session.repository_key,
      view_change_session.change_id
    from usage
    inner join view_change_session
      on view_change_session.source_id = usage.source_id
      and view_change_session.session_key = usage.session_key
  ),

  changes as (select grp, count(*) as changes from change group by grp),

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
    select grp, 0, 0, null, 0 from asked where grp not in (select grp from counted)
  ),

  -- where nothing has a price there is no cost, not a cost of zero
  known as (
    select
      total.grp,
      total.sessions,
      total.sessions - total.unpriced_sessions as priced_sessions,
      case when total.cost_usd > 0 or total.unpriced_sessions < total.sessions then total.cost_usd end as cost_usd,
      case when total.cost_usd > 0 or total.unpriced_sessions < total.sessions then total.linked_cost_usd end as linked_cost_usd,
      coalesce(changes.changes, 0) as changes
    from total
    left join changes on changes.grp = total.grp
  ),

  metric as (
    select grp, 1 as place, 'cost' as metric, cost_usd as value, priced_sessions as numerator, sessions as denominator, sessions as units from known
    union all
    select grp, 2, 'cost_per_session', cost_usd / nullif(sessions, 0), cost_usd, sessions, sessions from known
    union all
    select grp, 3, 'cost_linked', linked_cost_usd / nullif(cost_usd, 0), linked_cost_usd, cost_usd, sessions from known
    union all
    select grp, 4, 'cost_per_change', linked_cost_usd / nullif(changes, 0), linked_cost_usd, changes, changes from known
  )

select grp, metric, value, numerator, denominator, units, null as band, null as good, null as watch from metric order by grp, place
