-- coverage.unknownFields: fields that the parser has never met in records of their type, most frequent first.
-- grain: provider, record_type, field, client_version
-- params:
select
  metadata_source.provider,
  fact_source_unknown_field.record_type,
  fact_source_unknown_field.field,
  fact_source_unknown_field.client_version,
  sum(fact_source_unknown_field.records) as records
from fact_source_unknown_field
inner join metadata_source on metadata_source.log_id = fact_source_unknown_field.log_id
group by 1, 2, 3, 4
order by records desc, 1, 2, 3, 4
limit 500
