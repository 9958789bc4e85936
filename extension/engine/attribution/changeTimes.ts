import type { ChangedCommit } from './matchInput';
import { PackedLines } from './packed';

/** When the lines of changes with several copies were first committed (rule 5). */
export interface ChangeTimes {
  hasCopies(change: number): boolean;
  /** Commit time of the earliest copy that holds the line, milliseconds UTC. */
  earliest(change: number, path: number, lines: PackedLines, line: number): number | undefined;
}

/** `copies`: how many commits each change has. Yields after each commit, to be done in slices. */
export function* changeTimes(commits: readonly ChangedCommit[], copies: Int32Array): Generator<void, ChangeTimes> {
  const times = new Map<number, Map<string, number>>();
  const hasCopies = (change: number) => (copies[change] ?? 1) > 1;
  for (const { change, committedAt, files } of commits) {
    yield;
    if (!hasCopies(change)) continue;
    const known = times.get(change) ?? new Map<string, number>();
    times.set(change, known);
    for (const { path, added, removed } of files) {
      for (const lines of [new PackedLines(added), new PackedLines(removed)]) {
        for (let line = 0; line < lines.count; line++) {
          const name = nameOf(path, lines, line);
          known.set(name, Math.min(committedAt, known.get(name) ?? committedAt));
        }
      }
    }
  }
  return { hasCopies, earliest: (change, path, lines, line) => times.get(change)?.get(nameOf(path, lines, line)) };
}

function nameOf(path: number, lines: PackedLines, line: number): string {
  return `${path}:${lines.exactHigh(line)}:${lines.exactLow(line)}`;
}
