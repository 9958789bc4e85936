-- event_commit_session: a session that stands behind a commit.
-- grain: source_id, repository_key, commit_id, session_key
create table event_commit_session (
  event_id text not null,           -- start of SHA-256 of source_id and the natural key
  source_id text not null,          -- the database that says so
  person_id text not null,
  event_rev integer not null,       -- rises with every change, per source
  content_hash text not null,       -- start of SHA-256 of all but the columns around it
  built_at integer not null,
  is_provisional integer not null,  -- may still change without new facts
  is_retracted integer not null,    -- no longer true: kept so that a copy elsewhere learns of it
  repository_key text not null,
  commit_id text not null,
  session_key text not null,
  is_declared integer not null,     -- the session's log names the commit, or the commit the session
  declared_at integer,              -- when the log says so; null: no log does
  declared_by text not null,        -- JSON list of what says so: log, trailer, git_ai_note, agent_trace, entire_checkpoint
  credited_added_lines integer not null, -- lines of the commit that the session wrote, by any evidence
  credited_removed_lines integer not null,
  exact_added_lines integer not null, -- of these: the same text at the same path
  exact_removed_lines integer not null,
  primary key (repository_key, commit_id, session_key, source_id)
) strict, without rowid;
