-- view_cost_day: tokens and money by day and model.
-- grain: day, provider, model
create view view_cost_day as
with
  usage as (select * from view_usage),

  final as (
    select
      day,
      provider,
      model,
      sum(input_tokens) as input_tokens,
      sum(cache_write_tokens) as cache_write_tokens,
      sum(cache_read_tokens) as cache_read_tokens,
      sum(output_tokens) as output_tokens,
      sum(recorded_cost_usd) as recorded_cost_usd,
      sum(estimated_cost_usd) as estimated_cost_usd,
      sum(cost_usd) as cost_usd,
      sum(unpriced_tokens) as unpriced_tokens,
      sum(estimated_missing_output_tokens) as estimated_missing_output_tokens,
      sum(estimated_missing_cost_usd) as estimated_missing_cost_usd
    from usage
    group by day, provider, model
  )

select * from final
