-- fact_commit_declaration: a commit, or what is kept beside it, names an agent or a session that stands behind it.
-- grain: repository_id, commit_id, source, agent, session
create table fact_commit_declaration (
  repository_id integer not null references metadata_repository (repository_id),
  commit_id text not null,          -- may be a commit that was not read
  source text not null,             -- trailer, git_ai_note, agent_trace, entire_checkpoint; entire_trailer: where to look
  agent text not null,              -- our id of it; '': not named, or not known
  session text not null,            -- the agent's own id of it; of an entire_trailer the checkpoint's id; '': not named
  primary key (repository_id, commit_id, source, agent, session)
) strict, without rowid;
create index fact_commit_declaration_session on fact_commit_declaration (session);
