-- view_session_week: counted sessions by the week they began in.
-- grain: week
create view view_session_week as
with
  session as (select * from view_session where is_counted = 1),

  final as (
    select
      week,
      count(*) as sessions,
      sum(prompts) as prompts,
      1.0 * sum(prompts) / nullif(count(*), 0) as prompts_per_session,
      sum(case when is_plan_only = 0 and has_output = 0 then 1 else 0 end) as sessions_without_output,
      sum(case when is_plan_only = 0 then 1 else 0 end) as sessions_that_could_write,
      1.0 * sum(case when is_plan_only = 0 and has_output = 0 then 1 else 0 end)
        / nullif(sum(case when is_plan_only = 0 then 1 else 0 end), 0) as no_output_rate
    from session
    group by week
  )

select * from final
