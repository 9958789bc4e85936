/** What says that a session stands behind a commit: the session's log, or the commit and what is kept beside it. */
export type DeclarationSource = 'log' | 'trailer' | 'git_ai_note' | 'agent_trace' | 'entire_checkpoint';

/** A session and the commits that may be meant by what says that they belong together. */
export interface DeclarationInput {
  source: DeclarationSource;
  /** By its number in this database. */
  sessionId: number;
  sessionKey: string;
  /** Repository of the session; null: unknown. */
  repositoryKey: string | null;
  /** By the clock of the log; null: not said by a log. */
  declaredAt: number | null;
  /** Known commits whose id begins with the name. */
  candidates: { repositoryKey: string; commitId: string }[];
}

/** How many lines of a commit a session wrote and removed, by evidence. */
export interface MatchInput {
  repositoryKey: string;
  commitId: string;
  sessionKey: string;
  evidence: string;
  addedLines: number;
  removedLines: number;
}

export type CommitSessionEvent = {
  repository_key: string;
  commit_id: string;
  session_key: string;
  is_declared: number;
  declared_at: number | null;
  declared_by: string;
  credited_added_lines: number;
  credited_removed_lines: number;
  exact_added_lines: number;
  exact_removed_lines: number;
};

/** The commit that a declaration means: a name that fits several means none, unless just one lies in the session's own repository. */
export function declaredCommit({
  candidates,
  repositoryKey,
}: DeclarationInput): { repositoryKey: string; commitId: string } | undefined {
  const own = candidates.filter((commit) => commit.repositoryKey === repositoryKey);
  const possible = own.length > 0 ? own : candidates;
  return possible.length === 1 ? possible[0] : undefined;
}

/** Links of sessions to the commits that they declare, and to those that hold lines of theirs. */
export function buildCommitSessionEvents(
  declarations: readonly DeclarationInput[],
  matches: readonly MatchInput[] = [],
): CommitSessionEvent[] {
  const links = new Map<string, CommitSessionEvent>();
  const linkOf = (repositoryKey: string, commitId: string, sessionKey: string): CommitSessionEvent => {
    const key = `${repositoryKey}\0${commitId}\0${sessionKey}`;
    const link = links.get(key) ?? {
      ...{ repository_key: repositoryKey, commit_id: commitId, session_key: sessionKey },
      ...{ is_declared: 0, declared_at: null, declared_by: '[]' },
      ...{ credited_added_lines: 0, credited_removed_lines: 0, exact_added_lines: 0, exact_removed_lines: 0 },
    };
    links.set(key, link);
    return link;
  };
  for (const declaration of declarations) {
    const commit = declaredCommit(declaration);
    if (!commit) continue;
    const link = linkOf(commit.repositoryKey, commit.commitId, declaration.sessionKey);
    link.is_declared = 1;
    const instants = [link.declared_at, declaration.declaredAt].filter((at) => at !== null);
    link.declared_at = instants.length === 0 ? null : Math.min(...instants);
    const sources = new Set([...(JSON.parse(link.declared_by) as string[]), declaration.source]);
    link.declared_by = JSON.stringify([...sources].sort());
  }
  for (const { repositoryKey, commitId, sessionKey, evidence, addedLines, removedLines } of matches) {
    const link = linkOf(repositoryKey, commitId, sessionKey);
    link.credited_added_lines += addedLines;
    link.credited_removed_lines += removedLines;
    if (evidence !== 'exact') continue;
    link.exact_added_lines += addedLines;
    link.exact_removed_lines += removedLines;
  }
  return [...links.values()];
}
