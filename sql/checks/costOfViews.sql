-- costOfViews: bases of cost whose sum over days, over sessions and over all usage is not the same.
-- grain: basis
with
  total as (
    select 'recorded' as basis, coalesce(sum(recorded_cost_usd), 0) as amount from view_usage
    union all
    select 'estimated', coalesce(sum(estimated_cost_usd), 0) from view_usage
    union all
    select 'unpriced tokens', coalesce(sum(unpriced_tokens), 0) from view_usage
    union all
    select 'missing tokens', coalesce(sum(estimated_missing_output_tokens), 0) from view_usage
    union all
    select 'missing', coalesce(sum(estimated_missing_cost_usd), 0) from view_usage
  ),

  by_day as (
    select 'recorded' as basis, coalesce(sum(recorded_cost_usd), 0) as amount from view_cost_day
    union all
    select 'estimated', coalesce(sum(estimated_cost_usd), 0) from view_cost_day
    union all
    select 'unpriced tokens', coalesce(sum(unpriced_tokens), 0) from view_cost_day
    union all
    select 'missing tokens', coalesce(sum(estimated_missing_output_tokens), 0) from view_cost_day
    union all
    select 'missing', coalesce(sum(estimated_missing_cost_usd), 0) from view_cost_day
  ),

  by_session as (
    select 'recorded' as basis, coalesce(sum(recorded_cost_usd), 0) as amount from view_cost_session
    union all
    select 'estimated', coalesce(sum(estimated_cost_usd), 0) from view_cost_session
    union all
    select 'unpriced tokens', coalesce(sum(unpriced_tokens), 0) from view_cost_session
    union all
    select 'missing tokens', coalesce(sum(estimated_missing_output_tokens), 0) from view_cost_session
    union all
    select 'missing', coalesce(sum(estimated_missing_cost_usd), 0) from view_cost_session
  )

select total.basis, total.amount, by_day.amount as by_day, by_session.amount as by_session
from total
inner join by_day on by_day.basis = total.basis
inner join by_session on by_session.basis = total.basis
where abs(total.amount - by_day.amount) > 1e-9 * (1 + total.amount)
  or abs(total.amount - by_session.amount) > 1e-9 * (1 + total.amount)
