-- metadata_source: a place that was read: a log file of an agent, or the git directory of a clone.
-- grain: provider, real_path
create table metadata_source (
  log_id integer primary key,
  provider text not null,
  real_path text not null,          -- where it lies; path~n: it lay there, now something else does
  kind text not null,               -- session, subagent, git; folder: one that could not be listed
  session_id integer references metadata_session (session_id),
  file_identity text,               -- device:inode where the system has them
  head_fingerprint text,            -- SHA-256 of the file's first bytes: the same file grown, or another one?
  head_length integer not null default 0, -- how many bytes that fingerprint covers
  tail_fingerprint text,            -- SHA-256 of the bytes before resume_offset: rewritten behind our back?
  size integer not null default 0,
  modified_at integer not null default 0,
  resume_offset integer not null default 0, -- first byte not yet read: the end of a complete record
  parser_version integer not null default 0,
  status text not null,             -- read, unreadable, gone
  first_read_at integer not null,
  last_read_at integer not null,
  gone_at integer,
  unique (provider, real_path)
) strict;
create index metadata_source_session on metadata_source (session_id);
