-- metadata_branch: a branch of a repository as last seen.
-- grain: repository_id, name
create table metadata_branch (
  repository_id integer not null references metadata_repository (repository_id),
  name text not null,
  tip text not null,
  is_remote integer not null,
  is_integration integer not null,  -- the mainline
  observed_at integer not null,
  primary key (repository_id, name)
) strict, without rowid;
