import type { Calendar } from './calendar';
import { classifyLines } from './lineClasses';

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
  /** A session of mine in the repository was at work within seven days. */
  isCovered: boolean;
  changeId: string | null;
  isCanonical: boolean;
  files: CommitFileInput[];
}

export interface CommitFileInput {
  addedLines: number;
  removedLines: number;
  /** Of these, lines of over 1,000 characters: outside of every share. */
  longAddedLines: number;
  longRemovedLines: number;
  isExcluded: boolean;
  aiAddedLines: number;
  aiRemovedLines: number;
  isToolWritten: boolean;
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
  change_id: string | null;
  is_canonical: number;
  ai_added_lines: number;
  ai_removed_lines: number;
  ai_declared_added_lines: number;
  ai_declared_removed_lines: number;
  tool_added_lines: number;
  tool_removed_lines: number;
  human_added_lines: number;
  human_removed_lines: number;
  unknown_added_lines: number;
  unknown_removed_lines: number;
};

/** The event of one commit. Mine: written by one of my identities, or declared by a session of mine (agents commit as themselves). */
export function buildCommitEvent(input: CommitInput, calendar: Calendar): CommitEvent {
  const day = calendar.day(input.authoredAt);
  const countable = input.files.filter((file) => !file.isExcluded);
  const excluded = input.files.filter((file) => file.isExcluded);
  const added = countable.map((file) => ({
    lines: file.addedLines - file.longAddedLines,
    aiLines: file.aiAddedLines,
    isToolWritten: file.isToolWritten,
  }));
  const removed = countable.map((file) => ({
    lines: file.removedLines - file.longRemovedLines,
    aiLines: file.aiRemovedLines,
    isToolWritten: file.isToolWritten,
  }));
  const isMine = input.isByMe || input.isDeclared;
  const circumstances = {
    isByAgent: input.agent !== null,
    hasProvedLines: countable.some((file) => file.aiAddedLines + file.aiRemovedLines > 0),
    isMine,
    isCovered: input.isCovered,
  };
  const addedBy = classifyLines(added, circumstances);
  const removedBy = classifyLines(removed, circumstances);
  return {
    repository_key: input.repositoryKey,
    commit_id: input.commitId,
    authored_at: input.authoredAt,
    committed_at: input.committedAt,
    day,
    week: calendar.week(day),
    is_mine: isMine ? 1 : 0,
    is_bot: input.isBot ? 1 : 0,
    is_merge: input.parents > 1 ? 1 : 0,
    is_pushed: input.isPushed ? 1 : 0,
    is_reachable: input.isReachable ? 1 : 0,
    files: input.files.length,
    added_lines: sum(added, ({ lines }) => lines),
    removed_lines: sum(removed, ({ lines }) => lines),
    excluded_lines:
      sum(excluded, ({ addedLines, removedLines }) => addedLines + removedLines) +
      sum(countable, ({ longAddedLines, longRemovedLines }) => longAddedLines + longRemovedLines),
    agent: input.agent,
    change_id: input.changeId,
    is_canonical: input.isCanonical ? 1 : 0,
    ai_added_lines: addedBy.ai,
    ai_removed_lines: removedBy.ai,
    ai_declared_added_lines: addedBy.aiDeclared,
    ai_declared_removed_lines: removedBy.aiDeclared,
    tool_added_lines: addedBy.tool,
    tool_removed_lines: removedBy.tool,
    human_added_lines: addedBy.human,
    human_removed_lines: removedBy.human,
    unknown_added_lines: addedBy.unknown,
    unknown_removed_lines: removedBy.unknown,
  };
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
