-- view_usage: tokens and money by basis of a session, model and hour.
-- grain: source_id, session_key, model, hour_at
create view view_usage as
with
  event as (select * from event_usage where is_retracted = 0),

  final as (
    select
      event.*,
      cache_write_5m_tokens + cache_write_1h_tokens as cache_write_tokens,
      input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens + output_tokens as tokens,
      recorded_cost_usd + estimated_cost_usd as cost_usd
    from event
  )

select * from final
