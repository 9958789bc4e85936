-- fact_session_tool_call: one call of a tool.
-- grain: call_key
create table fact_session_tool_call (
  call_key blob primary key,        -- first 12 bytes of SHA-256(provider, call id)
  session_id integer not null references metadata_session (session_id),
  log_id integer not null references metadata_source (log_id),
  record_offset integer not null,
  tool_id integer references metadata_tool (tool_id), -- null while only the result was met
  started_at integer,
  ended_at integer,
  outcome text                      -- ok, failed, rejected; null: no result met yet
) strict, without rowid;
create index fact_session_tool_call_session on fact_session_tool_call (session_id);
