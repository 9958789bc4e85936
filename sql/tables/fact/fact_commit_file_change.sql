-- fact_commit_file_change: one file of one commit, against its parent.
-- grain: repository_id, commit_id, path_id
create table fact_commit_file_change (
  repository_id integer not null,
  commit_id text not null,
  path_id integer not null references metadata_path (path_id),
  old_path_id integer references metadata_path (path_id),
  change text not null,             -- added, modified, deleted, renamed, copied, type
  added_lines integer not null,
  removed_lines integer not null,
  is_binary integer not null,
  excluded text,                    -- lock, generated, vendored, large: outside every share
  long_added_lines integer not null default 0, -- of over 1,000 characters: outside, too
  long_removed_lines integer not null default 0,
  hunks blob,                       -- per hunk first removed line, count, first added line, count: 32 bits each
  added blob,                       -- packed line hashes, 16 bytes each; null: excluded, binary, or before the first edit
  removed blob,
  primary key (repository_id, commit_id, path_id),
  foreign key (repository_id, commit_id) references fact_commit (repository_id, commit_id)
) strict, without rowid;
