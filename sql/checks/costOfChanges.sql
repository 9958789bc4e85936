-- costOfChanges: sources whose linked and unlinked cost is not all their cost, to the cent and below.
-- grain: source_id
with
  linked as (select source_id, sum(cost_usd) as amount from view_change_session group by source_id),

  unlinked as (
    select source_id, sum(cost_usd) as amount
    from view_cost_session
    where not exists (
      select 1
      from view_change_session
      where view_change_session.source_id = view_cost_session.source_id
        and view_change_session.session_key = view_cost_session.session_key
    )
    group by source_id
  ),

  total as (select source_id, sum(cost_usd) as amount from view_usage group by source_id)

select total.source_id, total.amount, linked.amount as linked, unlinked.amount as unlinked
from total
left join linked on linked.source_id = total.source_id
left join unlinked on unlinked.source_id = total.source_id
where abs(total.amount - coalesce(linked.amount, 0) - coalesce(unlinked.amount, 0)) > 1e-9 * (1 + total.amount)
