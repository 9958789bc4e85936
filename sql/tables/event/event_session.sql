-- event_session: what a root session did, its sub-agents rolled up.
-- grain: source_id, session_key
create table event_session (
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
  kind text not null,               -- interactive, headless
  repository_key text,
  branch text,
  model text,                       -- the one with most output; null: no response
  permission text not null,         -- asks, never_asks, unknown
  is_plan_only integer not null,
  started_at integer not null,
  ended_at integer not null,
  day text not null,
  week text not null,
  prompts integer not null,
  turns integer not null,           -- prompts that got an answer
  responses integer not null,
  tool_calls integer not null,
  subagents integer not null,
  active_ms integer not null,       -- gaps over the idle window left out
  active_ms_to_first_edit integer,  -- from the first prompt; null: no applied edit
  edits_applied integer not null,
  edits_rejected integer not null,
  edits_failed integer not null,
  edits_rewound integer not null,   -- applied, then taken back by going back in the conversation; in no other count
  opaque_writes integer not null,
  lines_added integer not null,     -- by applied edits
  lines_removed integer not null,
  declared_commits integer not null,
  input_tokens integer not null,
  cache_write_5m_tokens integer not null,
  cache_write_1h_tokens integer not null,
  cache_read_tokens integer not null,
  output_tokens integer not null,
  reasoning_tokens integer not null,
  web_searches integer not null,
  recorded_cost_usd real not null,
  estimated_cost_usd real not null,
  unpriced_responses integer not null,
  unpriced_tokens integer not null,
  underreported_responses integer not null,          -- whose output_tokens are the log's first guess
  estimated_missing_output_tokens integer not null,  -- by their text, beyond output_tokens; in no other column
  estimated_missing_cost_usd real not null,          -- of those tokens, at list price; in no other column
  primary key (session_key, source_id)
) strict, without rowid;
