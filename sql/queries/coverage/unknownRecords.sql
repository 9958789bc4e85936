-- coverage.unknownRecords: record types that the parser has never met, most frequent first.
-- grain: provider, record_type, client_version
-- params:
select
  metadata_source.provider,
  fact_source_record.record_type,
  fact_source_record.client_version,
  sum(fact_source_record.records) as records
from fact_source_record
inner join metadata_source on metadata_source.log_id = fact_source_record.log_id
where fact_source_record.is_known = 0
group by 1, 2, 3
order by records desc, 1, 2, 3
limit 500
