-- fact_session_declared_commit: a session's log says that it made a commit.
-- grain: session_id, commit_name
create table fact_session_declared_commit (
  session_id integer not null references metadata_session (session_id),
  commit_name text not null,        -- as the log has it: full or abbreviated id
  log_id integer not null references metadata_source (log_id),
  record_offset integer not null,
  call_key blob not null,
  at integer not null,
  how text not null,                -- git_operation, command_output
  primary key (session_id, commit_name)
) strict, without rowid;
create index fact_session_declared_commit_call on fact_session_declared_commit (call_key);
