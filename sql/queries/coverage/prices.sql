-- coverage.prices: every model that was used and where its price comes from; no source: unpriced.
-- grain: model, source
-- params:
select
  metadata_model.name as model,
  metadata_price.source,
  count(*) as responses,
  sum(
    fact_session_usage.input_tokens + fact_session_usage.cache_write_5m_tokens + fact_session_usage.cache_write_1h_tokens
    + fact_session_usage.cache_read_tokens + fact_session_usage.output_tokens
  ) as tokens
from fact_session_usage
inner join metadata_model on metadata_model.model_id = fact_session_usage.model_id
left join metadata_price on metadata_price.price_id = fact_session_usage.price_id
group by 1, 2
order by tokens desc, 1, 2
