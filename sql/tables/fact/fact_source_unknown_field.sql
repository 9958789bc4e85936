-- fact_source_unknown_field: a field that the parser has never met in records of that type.
-- grain: log_id, record_type, field, client_version
create table fact_source_unknown_field (
  log_id integer not null references metadata_source (log_id),
  record_type text not null,
  field text not null,
  client_version text not null,
  records integer not null,
  primary key (log_id, record_type, field, client_version)
) strict, without rowid;
