-- coverage.bounds: the first and the last day on which anything happened.
-- grain: one row
-- params: $repositories
with
  days as (
    select day, repository_key from view_session
    union all
    select day, repository_key from view_usage
    union all
    select day, repository_key from view_commit where is_counted = 1
  )

select min(day) as first, max(day) as last
from days
where $repositories is null or repository_key in (select value from json_each($repositories))
