import { clockToleranceMs, type WrittenEdit } from './matchInput';
import type { WrittenLines } from './writtenLines';

/** For which line of which commit a written line is looked for. */
export interface Request {
  /** Commit time of the earliest copy of the change that holds the line (rule 5). */
  until: number;
  change: number;
  commit: number;
  place: number;
  preferred: ReadonlySet<number>;
}

/** Written lines that explain nothing yet. A line explains one line of one change (rule 7), in each of its copies. */
export interface Pool {
  readonly written: WrittenLines;
  /** The best line of a key for the request, of edits whose text before is (not) known; -1: none. */
  best(by: 'key' | 'looseKey', key: number, request: Request, isBeforeKnown: boolean): number;
  /** Whether this very line may explain the requested one. */
  isAvailable(line: number, request: Request, isBeforeKnown: boolean): boolean;
  take(line: number, request: Request): void;
  /** Takes back a `take` of the same commit. */
  release(line: number): void;
  isTaken(line: number): boolean;
  /** How many lines of an edit explain nothing yet. */
  left(edit: number): number;
}

/** `copies`: how many commits each change has. `isThere`: whether a line could be committed, or removed, then. */
export function createPool(
  edits: readonly WrittenEdit[],
  written: WrittenLines,
  copies: Int32Array,
  isThere: (line: number, until: number) => boolean,
): Pool {
  const count = written.edit.length;
  const takenBy = new Int32Array(count).fill(-1);
  const takenIn = new Int32Array(count).fill(-1);
  const left = new Int32Array(edits.length);
  for (let line = 0; line < count; line++) {
    const edit = written.edit[line] ?? 0;
    if (written.key[line] !== -1) left[edit] = (left[edit] ?? 0) + 1;
  }
  const note = (line: number, change: 1 | -1): void => {
    const edit = written.edit[line] ?? 0;
    if (written.key[line] !== -1) left[edit] = (left[edit] ?? 0) + change;
  };

  const isAvailable = (line: number, request: Request, isBeforeKnown: boolean): boolean => {
    const edit = edits[written.edit[line] ?? -1];
    if (!edit || edit.isBeforeKnown !== isBeforeKnown || edit.at > request.until + clockToleranceMs) return false;
    const by = takenBy[line] ?? -1;
    if (by !== -1 && (by !== request.change || takenIn[line] === request.commit)) return false;
    return isThere(line, request.until);
  };
  /** No other commit can ask for it again: left out of the list, so that long lists stay short. */
  const isDone = (line: number, commit: number): boolean => {
    const by = takenBy[line] ?? -1;
    return by !== -1 && copies[by] === 1 && takenIn[line] !== commit;
  };

  const bestRank = ({ preferred, place, change }: Request): number =>
    (preferred.size > 0 ? 4 : 0) + (place >= 0 ? 2 : 0) + (copies[change] === 1 ? 0 : 1);

  return {
    written,
    isAvailable,
    /** Rule 8: a session that declares the commit, else of its worktree, else the line of another copy, else the latest. */
    best(by, key, request, isBeforeKnown) {
      const head = by === 'key' ? written.head : written.looseHead;
      const next = by === 'key' ? written.next : written.looseNext;
      let found = -1;
      let foundRank = -1;
      let before = -1;
      for (let line = head[key] ?? -1; line >= 0; line = next[line] ?? -1) {
        if (isDone(line, request.commit)) {
          if (before < 0) head[key] = next[line] ?? -1;
          else next[before] = next[line] ?? -1;
          continue;
        }
        before = line;
        if (!isAvailable(line, request, isBeforeKnown)) continue;
        const edit = edits[written.edit[line] ?? -1];
        const rank =
          (edit && request.preferred.has(edit.session) ? 4 : 0) +
          (edit?.place === request.place ? 2 : 0) +
          (takenBy[line] === request.change ? 1 : 0);
        if (rank > foundRank) {
          found = line;
          foundRank = rank;
        }
        if (foundRank === bestRank(request)) break;
      }
      return found;
    },
    take(line, { change, commit }) {
      if (takenBy[line] === -1) note(line, -1);
      takenBy[line] = change;
      takenIn[line] = commit;
    },
    release(line) {
      if (takenBy[line] !== -1) note(line, 1);
      takenBy[line] = -1;
      takenIn[line] = -1;
    },
    isTaken: (line) => takenBy[line] !== -1,
    left: (edit) => left[edit] ?? 0,
  };
}
