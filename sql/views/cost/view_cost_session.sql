-- view_cost_session: tokens and money by session.
-- grain: source_id, session_key
create view view_cost_session as
with
  usage as (select * from view_usage),

  final as (
    select
      source_id,
      session_key,
      provider,
      sum(input_tokens) as input_tokens,
      sum(cache_write_tokens) as cache_write_tokens,
      sum(cache_read_tokens) as cache_read_tokens,
      sum(output_tokens) as output_tokens,
      sum(recorded_cost_usd) as recorded_cost_usd,
      sum(estimated_cost_usd) as estimated_cost_usd,
      sum(cost_usd) as cost_usd,
      sum(unpriced_responses) as unpriced_responses,
      sum(unpriced_tokens) as unpriced_tokens,
      sum(underreported_responses) as underreported_responses,
      sum(estimated_missing_output_tokens) as estimated_missing_output_tokens,
      sum(estimated_missing_cost_usd) as estimated_missing_cost_usd
    from usage
    group by source_id, session_key, provider
  )

select * from final
