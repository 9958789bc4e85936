/** What the simulator knows of each line: who wrote it, who took it away, and through which history it went. */

/** How an agent's text came about. `chat`: it stands in an answer and a person carried it into the file. */
export type AgentOperation = 'edit' | 'multi_edit' | 'write' | 'notebook' | 'shell' | 'chat';

/** Who wrote a text, or took it away. */
export type Author =
  /** `logged`: the text stands as an applied edit in a log of this home. `session` is the native session id. */
  | { by: 'agent'; session: string; via: AgentOperation; logged: boolean }
  | { by: 'person'; name: string }
  /** A program that no log shows the output of; `session` is the one that ran it. */
  | { by: 'tool'; tool: string; session?: string };

/** What somebody did to a text without being its author. Of a removed line: it stayed, in that form or place. */
export interface Handling {
  how: 'reindented' | 'moved' | 'rewrapped';
  by: Author;
}

export type LineTruth = Author & {
  /** The author wrote it in another form or at another place. */
  handled?: Handling;
  /** Name of the case: nobody can know who wrote this line from logs and git, so nothing is asserted of it. */
  undecidable?: string;
};

/** A line as it stands in the diff of a commit. */
export type TrueLine = LineTruth & {
  /** From 1: of the new file for added lines, of the old one for removed lines. */
  line: number;
  text: string;
};

/** How git came to make the commit. */
export type HistoryOperation =
  | 'plain'
  | 'partial_staging'
  | 'amend'
  | 'rebase'
  | 'autosquash'
  | 'squash'
  | 'cherry_pick'
  | 'merge'
  | 'revert'
  /** A revert of a revert. */
  | 'restore';

export interface FileTruth {
  /** As in the commit; of a deleted file its last path. */
  path: string;
  /** Where git's rename detection (`-M`, 50 %) finds one. */
  oldPath?: string;
  /** Every `+` line of `git diff -U0 -M` against the parent; of a merge those of `git show --remerge-diff`. */
  added: TrueLine[];
  /** Every `-` line of the same diff, with who removed it; of a merge none. */
  removed: TrueLine[];
}

export interface CommitTruth {
  id: string;
  parents: string[];
  history: HistoryOperation;
  /** The same for all commits that are copies of one change (amended, rebased, squashed, cherry-picked). */
  change: string;
  /** The commits that git made this one of; a squash has several. */
  copyOf: string[];
  /** The commit that this one takes back. */
  reverts?: string;
  /** The commit whose change stands again since this one. */
  restores?: string;
  files: FileTruth[];
}

export interface RepositoryTruth {
  /** Of the case, or `mix`. */
  case: string;
  folder: string;
  /** Clones of one repository have one name. */
  name: string;
  /** Commits whose objects are here, unreachable ones included, in the order in which they were made. */
  commits: CommitTruth[];
  /** Commits at the boundary of a shallow clone: git has no diff of them here. */
  boundary: string[];
}

export interface SessionTruth {
  /** Of the case, or `mix`. */
  case: string;
  id: string;
  folder: string;
  /** Whether its log is in this home, not on another machine. */
  logged: boolean;
}

export interface Truth {
  repositories: RepositoryTruth[];
  sessions: SessionTruth[];
}
