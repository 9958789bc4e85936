-- coverage.problems: what could not be read, and where.
-- grain: provider, path, place, reason
-- params:
select
  metadata_source.provider,
  metadata_source.real_path as path,
  fact_source_problem.place,
  fact_source_problem.reason,
  case when reason = 'further' then problems || ' ' || detail else detail end as detail
from fact_source_problem
inner join metadata_source on metadata_source.log_id = fact_source_problem.log_id
order by 1, 2, 3, 4
limit 500
