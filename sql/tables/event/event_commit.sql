-- event_commit: a commit.
-- grain: source_id, repository_key, commit_id
create table event_commit (
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
  authored_at integer not null,
  committed_at integer not null,
  day text not null,                -- of the author's time
  week text not null,
  is_mine integer not null,         -- one of my identities wrote it, or a session of mine declares it
  is_bot integer not null,
  is_merge integer not null,
  is_pushed integer not null,
  is_reachable integer not null,
  files integer not null,
  added_lines integer not null,     -- without the excluded
  removed_lines integer not null,
  excluded_lines integer not null,  -- added and removed in lock, generated, vendored and large files
  agent text,                       -- named by a trailer, the author's address, or what is kept beside the commit
  change_id text,                   -- the earliest of the copies of its change (amended, rebased, squashed, picked)
  is_canonical integer not null,    -- the copy that stands for the change
  ai_added_lines integer not null,  -- an edit of a session is proved to have written them
  ai_removed_lines integer not null,
  ai_declared_added_lines integer not null, -- the commit says that an agent made it, and no line is proved
  ai_declared_removed_lines integer not null,
  tool_added_lines integer not null, -- in a file that a session wrote by a command whose output no log shows
  tool_removed_lines integer not null,
  human_added_lines integer not null, -- mine, in a time that logs cover, and none of the above
  human_removed_lines integer not null,
  unknown_added_lines integer not null,
  unknown_removed_lines integer not null,
  primary key (repository_key, commit_id, source_id)
) strict, without rowid;
