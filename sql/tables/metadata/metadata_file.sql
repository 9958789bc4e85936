-- metadata_file: what kind of file a path of a repository is.
-- grain: repository_id, path_id
create table metadata_file (
  repository_id integer not null references metadata_repository (repository_id),
  path_id integer not null references metadata_path (path_id),
  class text not null,              -- source, test, docs, lock, generated, vendored
  primary key (repository_id, path_id)
) strict, without rowid;
