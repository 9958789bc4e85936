-- session.count: how many sessions a choice of days and repositories holds.
-- grain: one row
-- params: $from $to $repositories
select count(*) as sessions
from view_session
where ($from is null or day >= $from)
  and ($to is null or day <= $to)
  and ($repositories is null or repository_key in (select value from json_each($repositories)))
