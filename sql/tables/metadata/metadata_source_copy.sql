-- metadata_source_copy: a log file that repeats the start of another one or all of it; it is not read.
-- grain: provider, real_path
create table metadata_source_copy (
  provider text not null,
  real_path text not null,
  log_id integer not null references metadata_source (log_id), -- the log that it repeats
  size integer not null,
  modified_at integer not null,
  compared_at integer not null,
  primary key (provider, real_path)
) strict, without rowid;
create index metadata_source_copy_log on metadata_source_copy (log_id);
