-- fact_commit_line_match: which edits explain the lines of one file of one commit.
-- grain: repository_id, commit_id, path_id
create table fact_commit_line_match (
  repository_id integer not null,
  commit_id text not null,
  path_id integer not null references metadata_path (path_id),
  matcher_version integer not null,
  edits blob not null,              -- the edits that are named below, 16 bytes each: call_key (12), ordinal (4)
  added blob not null,              -- 3 bytes per added line: number of the edit from 1 on (2, 0 none), evidence (1)
  removed blob not null,            -- the same of removed lines
  ai_added_lines integer not null,
  ai_removed_lines integer not null,
  tool_session_id integer references metadata_session (session_id), -- a session that wrote the file in a way that no log shows
  primary key (repository_id, commit_id, path_id),
  foreign key (repository_id, commit_id) references fact_commit (repository_id, commit_id)
) strict; -- with rowid: without one, blobs over a kilobyte take whole pages of their own
