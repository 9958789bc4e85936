-- coverage.sources: every source that was read, with what it holds.
-- grain: provider, path
-- params:
select
  metadata_source.provider,
  metadata_source.real_path as path,
  metadata_source.status,
  metadata_source.size as bytes,
  coalesce((select sum(records) from fact_source_record where fact_source_record.log_id = metadata_source.log_id), 0) as records,
  (select count(*) from fact_source_problem where fact_source_problem.log_id = metadata_source.log_id) as problems,
  metadata_source.last_read_at
from metadata_source
order by metadata_source.provider, metadata_source.real_path
