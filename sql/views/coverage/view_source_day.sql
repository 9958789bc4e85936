-- view_source_day: records read and records not understood, by agent and day.
-- grain: provider, day
create view view_source_day as
with
  event as (select * from event_source_day where is_retracted = 0),

  final as (
    select
      provider,
      day,
      count(*) as sources,
      sum(records) as records,
      sum(unknown_records) as unknown_records,
      sum(problems) as problems,
      1.0 * (sum(records) - sum(unknown_records)) / nullif(sum(records), 0) as known_rate
    from event
    group by provider, day
  )

select * from final
