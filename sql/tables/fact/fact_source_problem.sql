-- fact_source_problem: something in a source that could not be read, and where.
-- grain: log_id, place, reason
create table fact_source_problem (
  log_id integer not null references metadata_source (log_id),
  place integer not null,           -- byte offset in a log, 0 for the whole source
  reason text not null,
  detail text not null,
  seen_at integer not null,
  problems integer not null default 1, -- how many; more than one where reason is further: those beyond the first thousand of a log
  primary key (log_id, place, reason)
) strict, without rowid;
