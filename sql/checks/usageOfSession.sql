-- usageOfSession: sessions whose tokens or money are not the sum of their usage.
-- grain: source_id, session_key
with
  usage as (
    select
      source_id,
      session_key,
      sum(responses) as responses,
      sum(input_tokens) as input_tokens,
      sum(cache_write_5m_tokens) as cache_write_5m_tokens,
      sum(cache_write_1h_tokens) as cache_write_1h_tokens,
      sum(cache_read_tokens) as cache_read_tokens,
      sum(output_tokens) as output_tokens,
      sum(reasoning_tokens) as reasoning_tokens,
      sum(web_searches) as web_searches,
      sum(recorded_cost_usd) as recorded_cost_usd,
      sum(estimated_cost_usd) as estimated_cost_usd,
      sum(unpriced_responses) as unpriced_responses,
      sum(unpriced_tokens) as unpriced_tokens,
      sum(underreported_responses) as underreported_responses,
      sum(estimated_missing_output_tokens) as estimated_missing_output_tokens,
      sum(estimated_missing_cost_usd) as estimated_missing_cost_usd
    from event_usage
    where is_retracted = 0
    group by source_id, session_key
  ),

  session as (select * from event_session where is_retracted = 0),

  keys as (
    select source_id, session_key from session
    union
    select source_id, session_key from usage
  )

select
  keys.source_id,
  keys.session_key
from keys
left join session on session.source_id = keys.source_id and session.session_key = keys.session_key
left join usage on usage.source_id = keys.source_id and usage.session_key = keys.session_key
where session.session_key is null
  or session.responses <> coalesce(usage.responses, 0)
  or session.input_tokens <> coalesce(usage.input_tokens, 0)
  or session.cache_write_5m_tokens <> coalesce(usage.cache_write_5m_tokens, 0)
  or session.cache_write_1h_tokens <> coalesce(usage.cache_write_1h_tokens, 0)
  or session.cache_read_tokens <> coalesce(usage.cache_read_tokens, 0)
  or session.output_tokens <> coalesce(usage.output_tokens, 0)
  or session.reasoning_tokens <> coalesce(usage.reasoning_tokens, 0)
  or session.web_searches <> coalesce(usage.web_searches, 0)
  or session.unpriced_responses <> coalesce(usage.unpriced_responses, 0)
  or session.unpriced_tokens <> coalesce(usage.unpriced_tokens, 0)
  or session.underreported_responses <> coalesce(usage.underreported_responses, 0)
  or session.estimated_missing_output_tokens <> coalesce(usage.estimated_missing_output_tokens, 0)
  or abs(session.recorded_cost_usd - coalesce(usage.recorded_cost_usd, 0)) > 1e-9 * (1 + session.recorded_cost_usd)
  or abs(session.estimated_cost_usd - coalesce(usage.estimated_cost_usd, 0)) > 1e-9 * (1 + session.estimated_cost_usd)
  or abs(session.estimated_missing_cost_usd - coalesce(usage.estimated_missing_cost_usd, 0))
    > 1e-9 * (1 + session.estimated_missing_cost_usd)
