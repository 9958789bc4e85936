-- metadata_session: a session of an agent; a sub-agent's session names its root.
-- grain: provider, native_id
create table metadata_session (
  session_id integer primary key,
  provider text not null,
  native_id text not null,
  session_key text not null unique, -- provider:native_id, the name of the session in event_*
  root_session_id integer references metadata_session (session_id), -- null: is a root itself
  forked_from_session_id integer references metadata_session (session_id),
  kind text not null default 'interactive', -- interactive, headless
  person_id text not null,
  repository_id integer references metadata_repository (repository_id),
  resolved_by text,                 -- how the repository was found: folder, worktree, worktree_layout, root_session, folder_only
  cwd text,
  branch text,                      -- the last one the log names
  client_version text,
  title text,                       -- given by the person or the agent; never a prompt
  title_by text,                    -- person, agent: the person's title wins
  title_log_id integer references metadata_source (log_id), -- where the title stands
  matched_edits text,               -- what its edits and declarations were when lines were last matched: counts and sums
  matched_until integer,            -- the latest of those edits
  permission_modes text not null default '[]', -- JSON list of the modes the log states, sorted
  unique (provider, native_id)
) strict;
create index metadata_session_root on metadata_session (root_session_id);
