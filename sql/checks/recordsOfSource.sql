-- recordsOfSource: agents whose records, unknown records or problems by day are not those that were read.
-- grain: provider
with
  fact as (
    select
      source.provider,
      sum(coalesce((select sum(records) from fact_source_record as record where record.log_id = source.log_id), 0)) as records,
      sum(coalesce((select sum(records) from fact_source_record as record where record.log_id = source.log_id and is_known = 0), 0)) as unknown_records,
      sum(coalesce((select sum(problems) from fact_source_problem as problem where problem.log_id = source.log_id), 0)) as problems
    from metadata_source as source
    where source.kind <> 'git'
    group by source.provider
  ),

  event as (
    select provider, sum(records) as records, sum(unknown_records) as unknown_records, sum(problems) as problems
    from event_source_day
    where is_retracted = 0 and source_id = (select value from metadata_setting where name = 'source_id')
    group by provider
  )

select fact.provider
from fact
left join event on event.provider = fact.provider
where fact.records <> coalesce(event.records, 0)
  or fact.unknown_records <> coalesce(event.unknown_records, 0)
  or fact.problems <> coalesce(event.problems, 0)
