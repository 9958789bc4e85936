-- commit.commit: commits whose id begins with the given digits; more than one commit id among them is ambiguous.
-- grain: repository_key, commit_id
-- params: $commit $upper $repositories
select
  view_commit.repository_key,
  metadata_repository.name as repository,
  view_commit.commit_id,
  fact_commit.subject,
  fact_commit.author_name,
  view_commit.authored_at,
  view_commit.committed_at,
  view_commit.is_mine,
  view_commit.is_merge,
  view_commit.is_reachable,
  view_commit.files,
  view_commit.added_lines,
  view_commit.removed_lines,
  view_commit.changed_lines,
  view_commit.excluded_lines,
  view_commit.is_provisional,
  view_commit.agent,
  view_commit.countable_lines,
  view_commit.ai_lines,
  view_commit.known_lines,
  view_commit.ai_share,
  view_commit.is_ai_heavy,
  view_commit.ai_added_lines,
  view_commit.ai_removed_lines,
  view_commit.ai_declared_added_lines,
  view_commit.ai_declared_removed_lines,
  view_commit.tool_added_lines,
  view_commit.tool_removed_lines,
  view_commit.human_added_lines,
  view_commit.human_removed_lines,
  view_commit.unknown_added_lines,
  view_commit.unknown_removed_lines
from view_commit
inner join metadata_repository on metadata_repository.repository_key = view_commit.repository_key
inner join fact_commit
  on fact_commit.repository_id = metadata_repository.repository_id
  and fact_commit.commit_id = view_commit.commit_id
where fact_commit.commit_id >= $commit
  and fact_commit.commit_id < $upper
  and ($repositories is null or view_commit.repository_key in (select value from json_each($repositories)))
order by view_commit.commit_id, view_commit.repository_key
limit 20
