-- trend.compare: is the difference between two shares more than noise? Two-proportion z test at 95 %, squared.
-- grain: one row
-- params: $now_numerator $now_denominator $before_numerator $before_denominator
with
  pooled as (
    select
      1.0 * $now_numerator / nullif($now_denominator, 0) as now_share,
      1.0 * $before_numerator / nullif($before_denominator, 0) as before_share,
      1.0 * ($now_numerator + $before_numerator) / nullif($now_denominator + $before_denominator, 0) as share
  ),

  spread as (
    select
      now_share - before_share as difference,
      share * (1 - share) * (1.0 / nullif($now_denominator, 0) + 1.0 / nullif($before_denominator, 0)) as variance
    from pooled
  )

select
  difference,
  case
    when difference is null then null
    when variance = 0 or difference * difference < 3.8416 * variance then 'noise'
    when difference > 0 then 'up'
    else 'down'
  end as verdict
from spread
