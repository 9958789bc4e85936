-- fact_session_code_change: one file that one tool call changed, or wanted to.
-- grain: call_key, ordinal
create table fact_session_code_change (
  call_key blob not null,
  ordinal integer not null,
  session_id integer not null references metadata_session (session_id),
  log_id integer not null references metadata_source (log_id),
  record_offset integer not null,
  at integer not null,
  path_id integer references metadata_path (path_id), -- null: an opaque shell write that names no file
  stage text not null,              -- proposed, applied: which record's lines these are
  outcome text,                     -- ok, failed, rejected: the call's; null: no result met yet
  via text not null,                -- edit, overwrite, shell; opaque: the text is in no log
  is_rewound integer not null default 0, -- the person went back to before it
  is_user_modified integer not null, -- the person changed the proposal before accepting it
  is_before_known integer not null,
  added_lines integer not null,
  removed_lines integer not null,
  added blob not null,              -- packed line hashes, 16 bytes each
  removed blob not null,
  proposed_added blob,              -- of a changed proposal: the lines it would have added; only those in both are the agent's
  primary key (call_key, ordinal)
) strict; -- with rowid: without one, blobs over a kilobyte take whole pages of their own
create index fact_session_code_change_session on fact_session_code_change (session_id);
