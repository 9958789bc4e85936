-- commit.lookedAt: how many sessions of a commit's repository were at work in the days before it.
-- grain: one row
-- params: $repository $after $before
select count(*) as sessions
from view_session
where repository_key = $repository
  and started_at <= $before
  and ended_at >= $after
