import type { Calendar } from './calendar';

/** Facts of one commit. */
export interface CommitInput {
  repositoryKey: string;
  commitId: string;
  authoredAt: number;
  committedAt: number;
  parents: number;
  isByMe: boolean;
  isBot: boolean;
  /** A session's log names it. */
  isDeclared: boolean;
  isPushed: boolean;
  isReachable: boolean;
  agent: string | null;
  files: { addedLines: number; removedLines: number; isExcluded: boolean }[];
}

export type CommitEvent = {
  repository_key: string;
  commit_id: string;
  authored_at: number;
  committed_at: number;
  day: string;
  week: string;
  is_mine: number;
  is_bot: number;
  is_merge: number;
  is_pushed: number;
  is_reachable: number;
  files: number;
  added_lines: number;
  removed_lines: number;
  excluded_lines: number;
  agent: string | null;
};

/** The event of one commit. Mine: written by one of my identities, or declared by a session of mine (agents commit as themselves). */
export function buildCommitEvent(input: CommitInput, calendar: Calendar): CommitEvent {
  const day = calendar.day(input.authoredAt);
  const countable = input.files.filter((file) => !file.isExcluded);
  const excluded = input.files.filter((file) => file.isExcluded);
  return {
    repository_key: input.repositoryKey,
    commit_id: input.commitId,
    authored_at: input.authoredAt,
    committed_at: input.committedAt,
    day,
    week: calendar.week(day),
    is_mine: input.isByMe || input.isDeclared ? 1 : 0,
    is_bot: input.isBot ? 1 : 0,
    is_merge: input.parents > 1 ? 1 : 0,
    is_pushed: input.isPushed ? 1 : 0,
    is_reachable: input.isReachable ? 1 : 0,
    files: input.files.length,
    added_lines: countable.reduce((total, file) => total + file.addedLines, 0),
    removed_lines: countable.reduce((total, file) => total + file.removedLines, 0),
    excluded_lines: excluded.reduce((total, file) => total + file.addedLines + file.removedLines, 0),
    agent: input.agent,
  };
}
