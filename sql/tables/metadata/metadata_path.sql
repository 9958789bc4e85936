-- metadata_path: dictionary of file paths as logs and git name them.
-- grain: path
create table metadata_path (
  path_id integer primary key,
  path text not null unique
) strict;
