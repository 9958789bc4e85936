import type { Database } from '../database/database';
import type { DeclarationInput, DeclarationSource } from '../events/commitSessionEvent';

/** Which sessions stand behind which commits, as their logs say, the commits, and what is kept beside these. */
export function readDeclarations(database: Database): DeclarationInput[] {
  return [...declaredByLogs(database), ...declaredByCommits(database)];
}

/** What sessions' logs say of commits that they made, with the commits that may be meant. */
function declaredByLogs(database: Database): DeclarationInput[] {
  const declarations = database.all<{
    commit_name: string;
    session_id: number;
    session_key: string;
    repository_key: string | null;
    at: number;
  }>(`
    select
      fact_session_declared_commit.commit_name,
      root.session_id,
      root.session_key,
      metadata_repository.repository_key,
      min(fact_session_declared_commit.at) as at
    from fact_session_declared_commit
    -- the owner of the call made the commit, not a copy of its log
    left join fact_session_tool_call on fact_session_tool_call.call_key = fact_session_declared_commit.call_key
    inner join metadata_session as session
      on session.session_id = coalesce(fact_session_tool_call.session_id, fact_session_declared_commit.session_id)
    inner join metadata_session as root on root.session_id = coalesce(session.root_session_id, session.session_id)
    left join metadata_repository on metadata_repository.repository_id = root.repository_id
    group by 1, 2, 3, 4`);
  return declarations.map((declaration) => ({
    source: 'log',
    sessionId: declaration.session_id,
    sessionKey: declaration.session_key,
    repositoryKey: declaration.repository_key,
    declaredAt: declaration.at,
    candidates: database
      .all<{ repository_key: string; commit_id: string }>(
        `select repository_key, commit_id from fact_commit inner join metadata_repository using (repository_id)
         where commit_id >= ? and commit_id < ? limit 20`,
        [declaration.commit_name, `${declaration.commit_name}g`],
      )
      .map((commit) => ({ repositoryKey: commit.repository_key, commitId: commit.commit_id })),
  }));
}

/** Sessions that commits name, of those that we know: by the agent's own id, of that agent where one is named. */
function declaredByCommits(database: Database): DeclarationInput[] {
  const declarations = database.all<{
    source: DeclarationSource;
    commit_id: string;
    repository_key: string;
    session_id: number;
    session_key: string;
  }>(`
    select distinct declared.source, declared.commit_id, repository_key, root.session_id, root.session_key
    from metadata_session as session
    -- a cross join keeps the order: all sessions, and the few declarations of each
    cross join fact_commit_declaration as declared
      on declared.session = session.native_id and declared.agent in ('', session.provider)
    inner join fact_commit
      on fact_commit.repository_id = declared.repository_id and fact_commit.commit_id = declared.commit_id
    inner join metadata_session as root on root.session_id = coalesce(session.root_session_id, session.session_id)
    inner join metadata_repository on metadata_repository.repository_id = declared.repository_id
    where declared.source <> 'entire_trailer'`);
  return declarations.map(({ source, commit_id, repository_key, session_id, session_key }) => ({
    ...{ source, sessionId: session_id, sessionKey: session_key, repositoryKey: repository_key, declaredAt: null },
    candidates: [{ repositoryKey: repository_key, commitId: commit_id }],
  }));
}
