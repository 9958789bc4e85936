import { evidenceKinds, type FileMatches, type LineMatches } from '../../attribution/matchInput';
import type { Database } from '../../database/database';
import type { KnownCommit } from './readChangedCommits';
import type { KnownEdit } from './readEdits';

/** Rises when the rules change: all is matched again then. */
export const matcherVersion = 1;

/** Matches of a commit's files as they are stored. */
interface FileRow {
  pathId: number;
  edits: Uint8Array;
  added: Uint8Array;
  removed: Uint8Array;
  aiAdded: number;
  aiRemoved: number;
  toolSession: number | null;
}

interface StoredRow {
  path_id: number;
  edits: Uint8Array;
  added: Uint8Array;
  removed: Uint8Array;
  tool_session_id: number | null;
  matcher_version: number;
}

/** Writes the matches of one commit. Returns whether they are others than before. */
export function writeCommitMatches(
  database: Database,
  repositoryId: number,
  commit: KnownCommit,
  edits: readonly KnownEdit[],
  matches: readonly FileMatches[],
  toolSessions: readonly (number | undefined)[],
): boolean {
  const rows = matches.flatMap((match, index) => {
    const row = fileRow(commit.pathIds[index] ?? 0, edits, match, toolSessions[index]);
    return row.edits.length > 0 || row.toolSession !== null ? [row] : [];
  });
  const stored = database.all<StoredRow>(
    `select path_id, edits, added, removed, tool_session_id, matcher_version
     from fact_commit_line_match where repository_id = ? and commit_id = ?`,
    [repositoryId, commit.commitId],
  );
  if (isSame(rows, stored)) return false;
  for (const table of ['fact_commit_line_match', 'fact_commit_session_match']) {
    database.run(`delete from ${table} where repository_id = ? and commit_id = ?`, [repositoryId, commit.commitId]);
  }
  for (const row of rows) {
    database.run(
      `insert into fact_commit_line_match (repository_id, commit_id, path_id, matcher_version, edits, added, removed,
         ai_added_lines, ai_removed_lines, tool_session_id)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[repositoryId, commit.commitId, row.pathId, matcherVersion, row.edits, row.added, row.removed],
        ...[row.aiAdded, row.aiRemoved, row.toolSession],
      ],
    );
  }
  for (const { session, evidence, added, removed } of sumsOf(edits, matches)) {
    database.run(
      `insert into fact_commit_session_match (repository_id, commit_id, session_id, evidence, added_lines, removed_lines)
       values (?, ?, ?, ?, ?, ?)`,
      [repositoryId, commit.commitId, session, evidence, added, removed],
    );
  }
  return true;
}

const nameBytes = 16;
const matchBytes = 3;

function fileRow(
  pathId: number,
  edits: readonly KnownEdit[],
  { added, removed }: FileMatches,
  toolSession: number | undefined,
): FileRow {
  const numbers = new Map<number, number>();
  for (const { edits: indexes } of [added, removed]) {
    for (const index of indexes) if (index >= 0 && !numbers.has(index)) numbers.set(index, numbers.size + 1);
  }
  const names = new Uint8Array(numbers.size * nameBytes);
  for (const [index, number] of numbers) {
    const { callKey, ordinal } = edits[index] ?? { callKey: new Uint8Array(12), ordinal: 0 };
    names.set(callKey.subarray(0, 12), (number - 1) * nameBytes);
    new DataView(names.buffer).setUint32((number - 1) * nameBytes + 12, ordinal);
  }
  return {
    ...{ pathId, edits: names, added: packMatches(added, numbers), removed: packMatches(removed, numbers) },
    ...{ aiAdded: countMatches(added), aiRemoved: countMatches(removed), toolSession: toolSession ?? null },
  };
}

function packMatches({ edits, kinds }: LineMatches, numbers: ReadonlyMap<number, number>): Uint8Array {
  const bytes = new Uint8Array(edits.length * matchBytes);
  for (let line = 0; line < edits.length; line++) {
    const number = numbers.get(edits[line] ?? -1) ?? 0;
    bytes[line * matchBytes] = number >> 8;
    bytes[line * matchBytes + 1] = number;
    bytes[line * matchBytes + 2] = kinds[line] ?? 0;
  }
  return bytes;
}

function countMatches({ edits }: LineMatches): number {
  let count = 0;
  for (const index of edits) if (index >= 0) count++;
  return count;
}

function sumsOf(
  edits: readonly KnownEdit[],
  matches: readonly FileMatches[],
): { session: number; evidence: string; added: number; removed: number }[] {
  const sums = new Map<string, { session: number; evidence: string; added: number; removed: number }>();
  for (const match of matches) {
    for (const side of ['added', 'removed'] as const) {
      for (const [line, index] of match[side].edits.entries()) {
        const session = edits[index]?.session;
        if (session === undefined) continue;
        const evidence = evidenceKinds[match[side].kinds[line] ?? 0] ?? 'none';
        const key = `${session} ${evidence}`;
        const sum = sums.get(key) ?? { session, evidence, added: 0, removed: 0 };
        sum[side]++;
        sums.set(key, sum);
      }
    }
  }
  return [...sums.values()];
}

function isSame(rows: readonly FileRow[], stored: readonly StoredRow[]): boolean {
  if (rows.length !== stored.length) return false;
  const byPath = new Map(stored.map((row) => [row.path_id, row]));
  return rows.every((row) => {
    const known = byPath.get(row.pathId);
    return (
      known !== undefined &&
      known.matcher_version === matcherVersion &&
      known.tool_session_id === row.toolSession &&
      (['edits', 'added', 'removed'] as const).every((blob) => Buffer.compare(known[blob], row[blob]) === 0)
    );
  });
}
