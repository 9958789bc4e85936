-- session.rows: the sessions behind a number of the session report, dearest first.
-- grain: session_key
-- params: $from $to $repositories $providers $models $branches $metric $limit $offset
with
  -- money is counted where it was used: by the day and the model of the response, not of the session
  usage as (
    select distinct session_key
    from view_usage
    where ($from is null or day >= $from)
      and ($to is null or day <= $to)
      and ($repositories is null or repository_key in (select value from json_each($repositories)))
      and ($providers is null or provider in (select value from json_each($providers)))
      and ($models is null or model in (select value from json_each($models)))
      and ($branches is null or branch in (select value from json_each($branches)))
  ),

  session as (
    select
      view_session.*,
      is_in_repository,
      is_mature,
      is_committed_soon
    from view_session
    inner join view_session_commit
      on view_session_commit.source_id = view_session.source_id
      and view_session_commit.session_key = view_session.session_key
    where case
      when $metric in ('cost', 'cost_per_session', 'cost_linked', 'cost_per_change', 'unpriced', 'underreported')
        then view_session.session_key in (select session_key from usage)
      else
        ($from is null or day >= $from)
        and ($to is null or day <= $to)
        and ($repositories is null or repository_key in (select value from json_each($repositories)))
        and ($providers is null or provider in (select value from json_each($providers)))
        and ($models is null or model in (select value from json_each($models)))
        and ($branches is null or branch in (select value from json_each($branches)))
    end
  ),

  -- the rows of a metric are its numerator's: the sessions that a person would want to look at
  chosen as (
    select *
    from session
    where case $metric
      when 'sessions' then is_counted = 1
      when 'prompts_per_session' then is_counted = 1
      when 'median_prompts' then is_counted = 1
      when 'time_to_first_edit' then is_counted = 1 and active_ms_to_first_edit is not null
      when 'no_output_rate' then is_counted = 1 and is_plan_only = 0 and has_output = 0
      when 'rejected_edit_rate' then is_counted = 1 and permission = 'asks' and edits_rejected > 0
      when 'session_to_commit'
        then is_counted = 1 and has_output = 1 and is_in_repository = 1 and is_mature = 1 and is_committed_soon = 1
      when 'cost' then has_usage = 1
      when 'cost_per_session' then has_usage = 1
      when 'cost_linked' then session_key in (select session_key from view_change_session)
      when 'cost_per_change' then session_key in (select session_key from view_change_session)
      when 'unpriced' then is_unpriced = 1
      when 'underreported' then is_output_underreported = 1
      else 1 = 1
    end
  ),

  titled as (
    select
      chosen.*,
      metadata_session.title,
      metadata_repository.name as repository
    from chosen
    left join metadata_session on metadata_session.session_key = chosen.session_key
    left join metadata_repository on metadata_repository.repository_key = chosen.repository_key
  )

select
  session_key,
  provider,
  kind,
  title,
  repository_key,
  repository,
  branch,
  model,
  started_at,
  ended_at,
  day,
  prompts,
  active_ms,
  active_ms_to_first_edit,
  edits_applied,
  edits_rejected,
  edits_failed,
  declared_commits,
  tokens,
  recorded_cost_usd,
  estimated_cost_usd,
  cost_usd,
  unpriced_responses,
  estimated_missing_output_tokens,
  estimated_missing_cost_usd,
  count(*) over () as total
from titled
order by
  case $metric
    when 'prompts_per_session' then prompts
    when 'median_prompts' then prompts
    when 'time_to_first_edit' then active_ms_to_first_edit
    when 'rejected_edit_rate' then edits_rejected
    when 'sessions' then started_at
    when 'session_to_commit' then started_at
    else cost_usd
  end desc,
  started_at desc,
  session_key
limit $limit offset $offset
