-- fact_commit: a commit of a repository.
-- grain: repository_id, commit_id
create table fact_commit (
  repository_id integer not null references metadata_repository (repository_id),
  commit_id text not null,
  author_person_id text not null references metadata_person (person_id),
  committer_person_id text not null references metadata_person (person_id),
  author_name text not null,
  authored_at integer not null,
  committed_at integer not null,
  parents text not null,            -- JSON list
  parent_count integer not null,
  subject text not null,            -- local, never synced
  agent text,                       -- the first agent that a trailer names, else the one that is its author
  is_pushed integer not null,       -- reachable from a remote branch when last looked
  is_reachable integer not null,    -- from any branch or worktree when last looked
  first_seen_at integer not null,
  patch_id text,                    -- hash of the patch with its context; null: a merge, or no patch
  made_in text,                     -- the worktree whose reflog shows its making; null: made elsewhere, or long ago
  rewrites text,                    -- the commit that it replaced by amending or in a rebase, as the reflog says
  is_pick integer not null default 0, -- a cherry-pick, as the reflog says
  change_id text,                   -- the earliest of the copies of its change; null: not told yet, or to be told anew
  is_canonical integer not null default 1, -- the copy that stands for the change
  primary key (repository_id, commit_id)
) strict, without rowid;
create index fact_commit_commit on fact_commit (commit_id);
create index fact_commit_untold on fact_commit (repository_id) where change_id is null;
