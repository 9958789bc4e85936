import * as z from 'zod';
import { type CommitReport, evidenceSchema } from '../../../shared/report';
import type { Database } from '../database/database';

/** A commit as facts name it. */
interface CommitKey {
  repositoryKey: string;
  commitId: string;
}

const evidenceRows = z.array(
  z.object({
    session_key: z.string(),
    evidence: evidenceSchema,
    added_lines: z.number(),
    removed_lines: z.number(),
  }),
);

/** How lines of a commit were found to be a session's, most lines first. */
export function readEvidence(database: Database, { repositoryKey, commitId }: CommitKey): z.infer<typeof evidenceRows> {
  const sql = `
  select
    metadata_session.session_key,
    fact_commit_session_match.evidence,
    fact_commit_session_match.added_lines,
    fact_commit_session_match.removed_lines
  from fact_commit_session_match
  inner join metadata_repository on metadata_repository.repository_id = fact_commit_session_match.repository_id
  inner join metadata_session on metadata_session.session_id = fact_commit_session_match.session_id
  where metadata_repository.repository_key = $repository
    and fact_commit_session_match.commit_id = $commit
  order by
    fact_commit_session_match.added_lines + fact_commit_session_match.removed_lines desc,
    fact_commit_session_match.evidence,
    metadata_session.session_key`;
  return evidenceRows.parse(database.all(sql, { $repository: repositoryKey, $commit: commitId }));
}

/**
 * Sessions that edited files of a commit between two instants, and of whose lines it holds none. Agents log whole paths,
 * git those from the top of the repository.
 */
export function readPossibleSessions(
  database: Database,
  { repositoryKey, commitId }: CommitKey,
  { after, before }: { after: number; before: number },
): CommitReport['possible_sessions'] {
  const sql = `
  with
    file as (
      select metadata_path.path
      from fact_commit_file_change
      inner join metadata_repository on metadata_repository.repository_id = fact_commit_file_change.repository_id
      inner join metadata_path on metadata_path.path_id = fact_commit_file_change.path_id
      where metadata_repository.repository_key = $repository
        and fact_commit_file_change.commit_id = $commit
      limit 500
    ),
  
    edit as (
      select distinct
        coalesce(metadata_session.root_session_id, metadata_session.session_id) as session_id,
        replace(metadata_path.path, '\\', '/') as path
      from metadata_session
      inner join metadata_repository on metadata_repository.repository_id = metadata_session.repository_id
      inner join fact_session_code_change on fact_session_code_change.session_id = metadata_session.session_id
      inner join metadata_path on metadata_path.path_id = fact_session_code_change.path_id
      where metadata_repository.repository_key = $repository
        and fact_session_code_change.outcome = 'ok'
        and fact_session_code_change.at >= $after
        and fact_session_code_change.at <= $before
    ),
  
    overlap as (
      select edit.session_id, count(*) as files
      from edit
      inner join file on substr(edit.path, -1 - length(file.path)) = '/' || file.path
      group by edit.session_id
    )
  
  select
    metadata_session.session_key,
    metadata_session.provider,
    metadata_session.title,
    overlap.files
  from overlap
  inner join metadata_session on metadata_session.session_id = overlap.session_id
  where metadata_session.session_key not in (
    select session_key from view_commit_session where repository_key = $repository and commit_id = $commit
  )
  order by overlap.files desc, metadata_session.session_key
  limit 20`;
  return database.all(sql, { $repository: repositoryKey, $commit: commitId, $after: after, $before: before });
}
