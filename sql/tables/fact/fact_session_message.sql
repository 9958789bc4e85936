-- fact_session_message: a message of a conversation and where it stands; no text.
-- grain: message_key
create table fact_session_message (
  message_key blob primary key,     -- first 12 bytes of SHA-256(provider, message id; else its line and offset)
  session_id integer not null references metadata_session (session_id),
  log_id integer not null references metadata_source (log_id),
  record_offset integer not null,
  at integer not null,
  role text not null,               -- user, assistant
  prompt text not null,             -- typed, queued, command, shell: a person's prompt; none: not one
  is_human_prompt integer not null,
  words integer not null,
  parent_key blob                   -- of a human prompt: the message it answers; two with one parent are a rewind
) strict, without rowid;
create index fact_session_message_session on fact_session_message (session_id);
