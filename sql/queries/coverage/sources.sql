-- coverage.sources: every source that was read, with what it holds, and the copies that were not.
-- grain: provider, path
-- params:
with
  source as (
    select
      metadata_source.provider,
      metadata_source.real_path as path,
      metadata_source.status,
      metadata_source.size as bytes,
      coalesce((select sum(records) from fact_source_record where fact_source_record.log_id = metadata_source.log_id), 0) as records,
      coalesce((select sum(problems) from fact_source_problem where fact_source_problem.log_id = metadata_source.log_id), 0) as problems,
      metadata_source.last_read_at
    from metadata_source
  ),

  copy as (
    select provider, real_path as path, 'copy' as status, size as bytes, 0 as records, 0 as problems, compared_at as last_read_at
    from metadata_source_copy
  ),

  final as (
    select * from source
    union all
    select * from copy
  )

select * from final
order by provider, path
