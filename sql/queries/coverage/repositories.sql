-- coverage.repositories: the repositories that are known, with their sessions and commits.
-- grain: repository_key
-- params:
select
  metadata_repository.repository_key,
  metadata_repository.name,
  (select count(*) from metadata_clone where metadata_clone.repository_id = metadata_repository.repository_id) as clones,
  (select count(*) from view_session where view_session.repository_key = metadata_repository.repository_key) as sessions,
  (select count(*) from view_commit where view_commit.repository_key = metadata_repository.repository_key) as commits,
  coalesce((select max(is_shallow) from metadata_clone where metadata_clone.repository_id = metadata_repository.repository_id), 0) as is_shallow
from metadata_repository
order by metadata_repository.repository_key
