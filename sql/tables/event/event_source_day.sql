-- event_source_day: what was read of one source for one day.
-- grain: source_id, log_key, day
create table event_source_day (
  event_id text not null,           -- start of SHA-256 of source_id and the natural key
  source_id text not null,          -- the database that says so
  person_id text not null,
  event_rev integer not null,       -- rises with every change, per source
  content_hash text not null,       -- start of SHA-256 of all but the columns around it
  built_at integer not null,
  is_provisional integer not null,  -- may still change without new facts
  is_retracted integer not null,    -- no longer true: kept so that a copy elsewhere learns of it
  log_key text not null,            -- start of SHA-256 of source_id and log_id: no path leaves, and a log that is moved keeps it
  provider text not null,
  day text not null,                -- '' for records without an instant
  records integer not null,
  unknown_records integer not null,
  problems integer not null,
  last_read_at integer not null,
  primary key (log_key, day, source_id)
) strict, without rowid;
