/** What is matched with what: edits of sessions, and changed lines of commits, both of one repository. */

/** Lines that a session added to and removed from one file with one applied call. */
export interface WrittenEdit {
  /** Root session, by a number of the caller's. */
  session: number;
  /** When it was done, milliseconds UTC by the session's clock, corrected by what its declared commits show. */
  at: number;
  /** The file, from the top of its worktree, by a number of the caller's. */
  path: number;
  /** The worktree that it was made in: what is taken back there is still there elsewhere. */
  place: number;
  /** Packed (`lines.ts`), as applied. */
  added: Uint8Array;
  removed: Uint8Array;
  /** Of a proposal that the person changed: what it would have added. Only lines in both are the agent's (rule 2). */
  proposed: Uint8Array | undefined;
  /** The text before is known, so `added` is what was written; else it is the whole new text (evidence `overwrite`). */
  isBeforeKnown: boolean;
}

export interface ChangedFile {
  path: number;
  /**
   * Where it may have been written before: git's renames, and paths that the same commit deletes. Of a deleted file,
   * where it may have been rewritten to.
   */
  oldPaths: readonly number[];
  /** Four 32-bit numbers per hunk: old start, removed, new start, added (`patchLines.ts`). */
  hunks: Uint8Array;
  added: Uint8Array;
  removed: Uint8Array;
}

export interface ChangedCommit {
  /** Copies of one change have the same number (rule 4). */
  change: number;
  /** Milliseconds UTC. */
  committedAt: number;
  /** The worktree that it was made in; -1: not known. */
  place: number;
  /** Sessions that declare the commit, or that it names. */
  preferred: ReadonlySet<number>;
  /** A revert or a cherry-pick: lines that stood there before are whose they were (rule 4). */
  isRestoring: boolean;
  files: readonly ChangedFile[];
}

/** How a line was found to be a session's, best first. */
export const evidenceKinds = [
  'none',
  'exact',
  'renamed',
  'loose',
  'rewrapped',
  'moved',
  'overwrite',
  /** A trivial line between lines of one session (rule 3). */
  'neighbour',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];
export const kindNumber = Object.fromEntries(evidenceKinds.map((kind, number) => [kind, number])) as Readonly<
  Record<EvidenceKind, number>
>;

/** Per changed line which edit explains it, and how that is known. */
export interface LineMatches {
  /** Index of the edit; -1: none. */
  edits: Int32Array;
  /** Index into `evidenceKinds`. */
  kinds: Uint8Array;
}

export interface FileMatches {
  added: LineMatches;
  removed: LineMatches;
}

/** An edit may be logged this long after the commit that holds it (rule 5). */
export const clockToleranceMs = 120_000;
/** A single line is a session's only so long after it was written; a run of three is for ever (rule 5). */
export const singleLineMs = 30 * 86_400_000;
/** How many non-trivial lines make a run. */
export const runLength = 3;
