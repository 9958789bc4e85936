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
  primary key (repository_id, commit_id, path_id),
  foreign key (repository_id, commit_id) references fact_commit (repository_id, commit_id)
) strict, without rowid;
