-- event_usage: tokens and money of a root session with one model in one local hour: the one home of money.
-- grain: source_id, session_key, model, hour_at
create table event_usage (
  event_id text not null,           -- start of SHA-256 of source_id and the natural key
  source_id text not null,          -- the database that says so
  person_id text not null,
  event_rev integer not null,       -- rises with every change, per source
  content_hash text not null,       -- start of SHA-256 of all but the columns around it
  built_at integer not null,
  is_provisional integer not null,  -- may still change without new facts
  is_retracted integer not null,    -- no longer true: kept so that a copy elsewhere learns of it
  session_key text not null,
  provider text not null,
  model text not null,
  repository_key text,
  branch text,
  hour_at integer not null,         -- the instant at which the local hour began
  day text not null,
  week text not null,
  responses integer not null,
  input_tokens integer not null,
  cache_write_5m_tokens integer not null,
  cache_write_1h_tokens integer not null,
  cache_read_tokens integer not null,
  output_tokens integer not null,
  reasoning_tokens integer not null,
  web_searches integer not null,
  recorded_cost_usd real not null,
  estimated_cost_usd real not null, -- only of responses without a recorded cost
  unpriced_responses integer not null,
  unpriced_tokens integer not null,
  underreported_responses integer not null,          -- whose output_tokens are the log's first guess
  estimated_missing_output_tokens integer not null,  -- by their text, beyond output_tokens; in no other column
  estimated_missing_cost_usd real not null,          -- of those tokens, at list price; in no other column
  primary key (session_key, model, hour_at, source_id)
) strict, without rowid;
create index event_usage_day on event_usage (day);
