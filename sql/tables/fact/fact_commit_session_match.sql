-- fact_commit_session_match: how many lines of a commit a session wrote and removed, by evidence.
-- grain: repository_id, commit_id, session_id, evidence
create table fact_commit_session_match (
  repository_id integer not null,
  commit_id text not null,
  session_id integer not null references metadata_session (session_id), -- a root session
  evidence text not null,           -- exact, renamed, loose, rewrapped, moved, overwrite, neighbour
  added_lines integer not null,
  removed_lines integer not null,
  primary key (repository_id, commit_id, session_id, evidence),
  foreign key (repository_id, commit_id) references fact_commit (repository_id, commit_id)
) strict, without rowid;
