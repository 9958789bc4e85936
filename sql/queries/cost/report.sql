-- cost.report: tokens and money by group; every column adds up over groups, but those that count sessions or commits.
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

  linked as (select distinct source_id, session_key from view_change_session),

  -- a commit of several sessions, or of one that used several models, is one in each of their groups
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

  summed as (
    select
      usage.grp,
      count(distinct usage.session_key) as sessions,
      sum(input_tokens) as input_tokens,
      sum(cache_write_tokens) as cache_write_tokens,
      sum(cache_read_tokens) as cache_read_tokens,
      sum(output_tokens) as output_tokens,
      sum(recorded_cost_usd) as recorded_cost_usd,
      sum(estimated_cost_usd) as estimated_cost_usd,
      sum(cost_usd) as cost_usd,
      sum(case when linked.session_key is not null then cost_usd else 0.0 end) as linked_cost_usd,
      sum(case when linked.session_key is null then cost_usd else 0.0 end) as unlinked_cost_usd,
      count(distinct case when unpriced_responses > 0 then usage.session_key end) as unpriced_sessions,
      sum(unpriced_tokens) as unpriced_tokens,
      count(distinct case when underreported_responses > 0 then usage.session_key end) as underreported_sessions,
      sum(estimated_missing_output_tokens) as estimated_missing_output_tokens,
      sum(estimated_missing_cost_usd) as estimated_missing_cost_usd
    from usage
    left join linked
      on linked.source_id = usage.source_id
      and linked.session_key = usage.session_key
    group by usage.grp
  ),

  total as (
    select
      summed.*,
      coalesce(changes.changes, 0) as linked_changes,
      -- where nothing has a price there is no cost, not a cost of zero
      case
        when cost_usd > 0 or unpriced_sessions < sessions then 1.0 * linked_cost_usd / nullif(coalesce(changes.changes, 0), 0)
      end as cost_per_change_usd
    from summed
    left join changes on changes.grp = summed.grp
  ),

  final as (
    select * from total
    union all
    -- a range without usage still has its total
    select 'all', 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0.0, 0, null
    where $group_by = 'none' and not exists (select 1 from total)
  )

select * from final
order by
  case when $group_by in ('day', 'week') then grp end,
  cost_usd desc,
  grp
