-- view_session: a root session with the flags that rates are made of.
-- grain: source_id, session_key
create view view_session as
with
  event as (select * from event_session where is_retracted = 0),

  flagged as (
    select
      event.*,
      case when kind = 'interactive' and prompts > 0 then 1 else 0 end as is_counted,
      case when edits_applied > 0 then 1 else 0 end as has_edit,
      case when edits_applied > 0 or opaque_writes > 0 or declared_commits > 0 then 1 else 0 end as has_output,
      case when declared_commits > 0 then 1 else 0 end as has_commit,
      case when responses > 0 then 1 else 0 end as has_usage,
      case when unpriced_responses > 0 then 1 else 0 end as is_unpriced,
      case when underreported_responses > 0 then 1 else 0 end as is_output_underreported,
      recorded_cost_usd + estimated_cost_usd as cost_usd,
      input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens + output_tokens as tokens
    from event
  )

select * from flagged
