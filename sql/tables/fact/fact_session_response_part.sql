-- fact_session_response_part: how much one record holds of a response whose output count is too low; no text.
-- grain: response_key, record_key
create table fact_session_response_part (
  response_key blob not null,       -- as in fact_session_usage; whoever owns the response owns its parts
  record_key blob not null,         -- first 12 bytes of SHA-256(provider, record id)
  characters integer not null,      -- of text, thinking and tools' input; four make an estimated token
  primary key (response_key, record_key)
) strict, without rowid;
