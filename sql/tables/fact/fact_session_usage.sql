-- fact_session_usage: one response of a model and what it used, however many lines and files repeat it.
-- grain: response_key
create table fact_session_usage (
  response_key blob primary key,    -- first 12 bytes of SHA-256(provider, response id)
  session_id integer not null references metadata_session (session_id),
  log_id integer not null references metadata_source (log_id),
  record_offset integer not null,
  at integer not null,              -- of the first record
  model_id integer not null references metadata_model (model_id),
  input_tokens integer not null,
  cache_write_5m_tokens integer not null,
  cache_write_1h_tokens integer not null,
  cache_read_tokens integer not null,
  output_tokens integer not null,
  reasoning_tokens integer not null, -- part of output_tokens
  web_searches integer not null,    -- a tool's searches are a response of their own, of the model web-search
  speed text not null,              -- standard, fast
  recorded_cost_usd real,
  is_output_underreported integer not null, -- output_tokens is only the log's first guess
  price_id integer references metadata_price (price_id),
  estimated_cost_usd real,          -- at list price; null where no price is known
  estimated_missing_cost_usd real    -- of output beyond output_tokens; null: none is missing, or no price is known
) strict, without rowid;
create index fact_session_usage_session on fact_session_usage (session_id);
