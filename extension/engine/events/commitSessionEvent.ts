/** A commit that a session's log names, and the commits that the name may mean. */
export interface DeclarationInput {
  sessionKey: string;
  /** Repository of the session; null: unknown. */
  repositoryKey: string | null;
  declaredAt: number;
  /** Known commits whose id begins with the name. */
  candidates: { repositoryKey: string; commitId: string }[];
}

export type CommitSessionEvent = {
  repository_key: string;
  commit_id: string;
  session_key: string;
  is_declared: number;
  declared_at: number | null;
};

/**
 * Links of sessions to the commits that they declare. A name that fits several commits links none of them,
 * unless just one lies in the session's own repository.
 */
export function buildCommitSessionEvents(declarations: DeclarationInput[]): CommitSessionEvent[] {
  const links = new Map<string, CommitSessionEvent>();
  for (const declaration of declarations) {
    const own = declaration.candidates.filter((commit) => commit.repositoryKey === declaration.repositoryKey);
    const possible = own.length > 0 ? own : declaration.candidates;
    const [commit] = possible;
    if (!commit || possible.length > 1) {
      continue;
    }
    const key = `${commit.repositoryKey}\0${commit.commitId}\0${declaration.sessionKey}`;
    const known = links.get(key);
    if (!known || (known.declared_at ?? 0) > declaration.declaredAt) {
      links.set(key, {
        repository_key: commit.repositoryKey,
        commit_id: commit.commitId,
        session_key: declaration.sessionKey,
        is_declared: 1,
        declared_at: declaration.declaredAt,
      });
    }
  }
  return [...links.values()];
}
