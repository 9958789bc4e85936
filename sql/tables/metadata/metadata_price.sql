-- metadata_price: list price of a model from a day on, USD; the row that priced a response is named by it.
-- grain: model, speed, valid_from, source
create table metadata_price (
  price_id integer primary key,
  model text not null,
  speed text not null,              -- standard, fast
  valid_from text not null,         -- day, '' from the beginning
  source text not null,             -- genai-prices with its version, or own price
  is_override integer not null,
  input_per_million real not null,
  cache_write_5m_per_million real not null,
  cache_write_1h_per_million real not null,
  cache_read_per_million real not null,
  output_per_million real not null,
  web_search_per_thousand real not null,
  tiers text not null default '[]', -- JSON list of {start, the five prices}: whole requests over start input tokens
  unique (model, speed, valid_from, source)
) strict;
