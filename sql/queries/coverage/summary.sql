-- coverage.summary: what the numbers rest on.
-- grain: one row
-- params:
select
  (select count(*) from metadata_source where kind <> 'git') as sources,
  (select count(*) from metadata_source where status = 'gone') as gone_sources,
  (select coalesce(max(last_read_at), 0) from metadata_source) as last_read_at,
  (select coalesce(sum(problems), 0) from fact_source_problem) as problems,
  (select coalesce(sum(records), 0) from view_source_day) as records,
  (select coalesce(sum(unknown_records), 0) from view_source_day) as unknown_records,
  (select count(*) from metadata_repository) as repositories
