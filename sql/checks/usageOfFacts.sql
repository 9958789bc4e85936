-- usageOfFacts: root sessions whose usage is not that of their responses and their sub-agents' responses.
-- grain: session_key
with
  written as (
    select response_key, sum(characters) as characters from fact_session_response_part group by response_key
  ),

  response as (
    select
      usage.session_id,
      usage.is_output_underreported,
      usage.input_tokens + usage.cache_write_5m_tokens + usage.cache_write_1h_tokens + usage.cache_read_tokens
        + usage.output_tokens as tokens,
      coalesce(usage.recorded_cost_usd, usage.estimated_cost_usd, 0) as cost_usd,
      case
        when usage.is_output_underreported = 1 and written.characters > 4 * usage.output_tokens
          then (written.characters + 3) / 4 - usage.output_tokens
        else 0
      end as missing_tokens,
      case when usage.recorded_cost_usd is null then coalesce(usage.estimated_missing_cost_usd, 0) else 0 end
        as missing_cost_usd
    from fact_session_usage as usage
    left join written on written.response_key = usage.response_key
  ),

  fact as (
    select
      root.session_key,
      count(*) as responses,
      sum(response.tokens) as tokens,
      sum(response.cost_usd) as cost_usd,
      sum(response.is_output_underreported) as underreported_responses,
      sum(response.missing_tokens) as missing_tokens,
      sum(response.missing_cost_usd) as missing_cost_usd
    from response
    inner join metadata_session as session on session.session_id = response.session_id
    inner join metadata_session as root on root.session_id = coalesce(session.root_session_id, session.session_id)
    group by root.session_key
  ),

  event as (
    select
      session_key,
      sum(responses) as responses,
      sum(input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens + output_tokens) as tokens,
      sum(recorded_cost_usd + estimated_cost_usd) as cost_usd,
      sum(underreported_responses) as underreported_responses,
      sum(estimated_missing_output_tokens) as missing_tokens,
      sum(estimated_missing_cost_usd) as missing_cost_usd
    from event_usage
    where is_retracted = 0 and source_id = (select value from metadata_setting where name = 'source_id')
    group by session_key
  ),

  keys as (
    select session_key from fact
    union
    select session_key from event
  )

select keys.session_key
from keys
left join fact on fact.session_key = keys.session_key
left join event on event.session_key = keys.session_key
where coalesce(fact.responses, 0) <> coalesce(event.responses, 0)
  or coalesce(fact.tokens, 0) <> coalesce(event.tokens, 0)
  or coalesce(fact.underreported_responses, 0) <> coalesce(event.underreported_responses, 0)
  or coalesce(fact.missing_tokens, 0) <> coalesce(event.missing_tokens, 0)
  or abs(coalesce(fact.cost_usd, 0) - coalesce(event.cost_usd, 0)) > 1e-9 * (1 + coalesce(fact.cost_usd, 0))
  or abs(coalesce(fact.missing_cost_usd, 0) - coalesce(event.missing_cost_usd, 0))
    > 1e-9 * (1 + coalesce(fact.missing_cost_usd, 0))
