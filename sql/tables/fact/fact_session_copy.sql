-- fact_session_copy: a record that stands in more than one log (a fork, a resume, a hand-off); one row per log that has it.
-- grain: record_key, log_id
create table fact_session_copy (
  record_key blob not null,         -- message_key, response_key or call_key
  log_id integer not null references metadata_source (log_id),
  kind text not null,               -- message, response, call
  record_offset integer not null,
  at integer not null,
  primary key (record_key, log_id)
) strict, without rowid;
