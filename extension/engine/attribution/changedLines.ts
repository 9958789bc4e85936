import { type ChangedCommit, type ChangedFile, kindNumber } from './matchInput';
import { hunkOfLines, PackedLines } from './packed';

/** The added or the removed lines of one file of one commit, and what explains them so far. */
export interface ChangedLines {
  file: ChangedFile;
  lines: PackedLines;
  /** Per line the number of its hunk. */
  hunks: Int32Array;
  /** Per line the number of the written line; -1: none. */
  match: Int32Array;
  kind: Uint8Array;
  /** Per line 1: it was moved, so whoever moved it did not write it (rule 8). */
  isCarried: Uint8Array;
}

/** Of a file of which only the other side changed: half of all sides. */
const noLines: Omit<ChangedLines, 'file'> = {
  lines: new PackedLines(new Uint8Array()),
  hunks: new Int32Array(),
  match: new Int32Array(),
  kind: new Uint8Array(),
  isCarried: new Uint8Array(),
};

/** Added and removed lines of one file of a commit. */
export interface BothSides {
  added: ChangedLines;
  removed: ChangedLines;
}

/** All changed lines of all commits in few arrays: a commit may have three lines, and there are 30,000. */
export interface AllChangedLines {
  sidesOf(commit: number): BothSides[];
  /** Per file what explains its lines. */
  foundIn(commit: number): { added: FoundLines; removed: FoundLines }[];
}

export type FoundLines = Pick<ChangedLines, 'match' | 'kind'>;

export function createChangedLines(commits: readonly ChangedCommit[]): AllChangedLines {
  const firstFile = new Int32Array(commits.length + 1);
  for (const [index, { files }] of commits.entries()) firstFile[index + 1] = (firstFile[index] ?? 0) + files.length;
  const fileCount = firstFile[commits.length] ?? 0;
  /** Per file the first of its added lines, and of its removed ones. */
  const starts = new Int32Array(2 * fileCount + 1);
  for (const [index, { files }] of commits.entries()) {
    for (const [number, { added, removed }] of files.entries()) {
      const at = 2 * ((firstFile[index] ?? 0) + number);
      starts[at + 1] = (starts[at] ?? 0) + added.byteLength / 16;
      starts[at + 2] = (starts[at + 1] ?? 0) + removed.byteLength / 16;
    }
  }
  const count = starts[2 * fileCount] ?? 0;
  const match = new Int32Array(count).fill(-1);
  const kind = new Uint8Array(count);
  const isCarried = new Uint8Array(count);
  const side = (file: ChangedFile, name: 'added' | 'removed', number: number): ChangedLines => {
    const first = starts[number] ?? 0;
    const end = starts[number + 1] ?? 0;
    if (first === end) return { file, ...noLines };
    const lines = new PackedLines(file[name]);
    return {
      ...{ file, lines, hunks: hunkOfLines(file.hunks, name === 'added' ? 3 : 1, lines.count) },
      match: match.subarray(first, end),
      kind: kind.subarray(first, end),
      isCarried: isCarried.subarray(first, end),
    };
  };
  const found = (number: number): FoundLines => ({
    match: match.subarray(starts[number] ?? 0, starts[number + 1] ?? 0),
    kind: kind.subarray(starts[number] ?? 0, starts[number + 1] ?? 0),
  });
  return {
    foundIn: (commit) =>
      (commits[commit]?.files ?? []).map((_, index) => {
        const number = 2 * ((firstFile[commit] ?? 0) + index);
        return { added: found(number), removed: found(number + 1) };
      }),
    sidesOf: (commit) =>
      (commits[commit]?.files ?? []).map((file, index) => {
        const number = 2 * ((firstFile[commit] ?? 0) + index);
        return { added: side(file, 'added', number), removed: side(file, 'removed', number + 1) };
      }),
  };
}

/** Whether a line still looks for its writer. */
export function isOpen(changed: ChangedLines, line: number): boolean {
  return changed.match[line] === -1 && changed.isCarried[line] === 0 && changed.lines.isTelling(line);
}

export function setMatch(changed: ChangedLines, line: number, written: number, kind: keyof typeof kindNumber): void {
  changed.match[line] = written;
  changed.kind[line] = kindNumber[kind];
}

/** Stretches of neighbouring lines of one hunk for which `isPart` holds, as [first, one past the last]. */
export function* stretches(
  count: number,
  hunks: Int32Array,
  isPart: (line: number) => boolean,
): Generator<[first: number, end: number]> {
  for (let first = 0; first < count; ) {
    if (!isPart(first)) {
      first++;
      continue;
    }
    let end = first + 1;
    while (end < count && hunks[end] === hunks[first] && isPart(end)) end++;
    yield [first, end];
    first = end;
  }
}
