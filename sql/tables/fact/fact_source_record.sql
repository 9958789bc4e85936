-- fact_source_record: how many records of a type a log holds per quarter of an hour; what coverage is counted from.
-- grain: log_id, quarter_at, record_type, client_version
create table fact_source_record (
  log_id integer not null references metadata_source (log_id),
  quarter_at integer not null,      -- instant; 0: the record has none
  record_type text not null,
  client_version text not null,     -- '' where the record names none, and for known types
  is_known integer not null,
  records integer not null,
  primary key (log_id, quarter_at, record_type, client_version)
) strict, without rowid;
