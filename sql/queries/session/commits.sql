-- session.commits: the commits that a session stands behind.
-- grain: repository_key, commit_id
-- params: $session
select
  view_commit.repository_key,
  metadata_repository.name as repository,
  view_commit.commit_id,
  fact_commit.subject,
  view_commit.authored_at,
  view_commit.added_lines,
  view_commit.removed_lines,
  view_commit.ai_share,
  view_commit.sessions
from view_commit_session
inner join view_commit
  on view_commit.repository_key = view_commit_session.repository_key
  and view_commit.commit_id = view_commit_session.commit_id
left join metadata_repository on metadata_repository.repository_key = view_commit.repository_key
left join fact_commit
  on fact_commit.repository_id = metadata_repository.repository_id
  and fact_commit.commit_id = view_commit.commit_id
where view_commit_session.session_key = $session
order by view_commit.authored_at, view_commit.commit_id
