-- metadata_clone: one git directory on this disk with its worktrees.
-- grain: common_dir
create table metadata_clone (
  clone_id integer primary key,
  common_dir text not null unique,
  repository_id integer not null references metadata_repository (repository_id),
  worktrees text not null,          -- JSON list of absolute paths, remembered after a worktree is gone
  tips text not null default '[]',  -- JSON list of the tips whose commits are facts already
  remote_tips text not null default '[]', -- JSON list of those of remote branches: a push moves these alone
  commits_since integer,            -- commits older than this were not read
  lines_since integer,              -- commits older than this have no lines; null: none has
  is_shallow integer not null,
  is_partial integer not null,
  is_complete integer not null default 0, -- all commits reachable from tips were read; 0: the reading was interrupted
  declarations_seen text not null default '{}', -- JSON: what of notes, checkpoints and traces was read
  observed_at integer not null
) strict;
