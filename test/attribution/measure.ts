import { evidenceKinds } from '../../extension/engine/attribution/matchInput';
import type { Database } from '../../extension/engine/database/database';
import type { TrueLine, Truth } from '../corpus/truth';

/** A true line of a commit that was read, and what the matcher says of it. */
export interface JudgedLine {
  case: string;
  commit: string;
  path: string;
  side: 'added' | 'removed';
  history: string;
  truth: TrueLine;
  /** Native id of the session that is credited. */
  credited?: string;
  evidence?: string;
  /** Excluded files and long lines have no match. */
  isCountable: boolean;
}

interface StoredFile {
  commit_id: string;
  path: string;
  hunks: Uint8Array | null;
  edits: Uint8Array | null;
  added: Uint8Array | null;
  removed: Uint8Array | null;
  long_lines: number;
}

/** What the database says of every line whose truth is known. Commits that git no longer reaches were never read. */
export function judge(database: Database, truth: Truth): JudgedLine[] {
  const sessions = new Map(
    database
      .all<{ key: string; ordinal: number; native_id: string }>(
        `select hex(call_key) as key, ordinal, root.native_id
         from fact_session_code_change as change
         inner join metadata_session as session on session.session_id = change.session_id
         inner join metadata_session as root on root.session_id = coalesce(session.root_session_id, session.session_id)`,
      )
      .map(({ key, ordinal, native_id }) => [
        `${key}${ordinal.toString(16).padStart(8, '0').toUpperCase()}`,
        native_id,
      ]),
  );
  const files = new Map<string, StoredFile>();
  for (const file of database.all<StoredFile>(`
    select change.commit_id, path, hunks, edits, line_match.added, line_match.removed,
      long_added_lines + long_removed_lines as long_lines
    from fact_commit_file_change as change
    inner join metadata_path using (path_id)
    left join fact_commit_line_match as line_match using (repository_id, commit_id, path_id)`)) {
    files.set(`${file.commit_id} ${file.path}`, file);
  }
  const seen = new Set<string>();
  return truth.repositories.flatMap((repository) =>
    repository.commits.flatMap(({ id, files: trueFiles, history }) =>
      trueFiles.flatMap(({ path, ...sides }) => {
        const stored = files.get(`${id} ${path}`);
        const isNew = !seen.has(`${id} ${path}`);
        seen.add(`${id} ${path}`);
        if (!stored || !isNew) return [];
        return (['added', 'removed'] as const).flatMap((side) =>
          sides[side].map((line): JudgedLine => {
            const match = matchAt(stored, side, line.line, sessions);
            const place = { case: repository.case, commit: id, path, side, history };
            return { ...place, truth: line, ...match, isCountable: stored.hunks !== null && line.text.length <= 1000 };
          }),
        );
      }),
    ),
  );
}

function matchAt(
  { hunks, edits, ...sides }: StoredFile,
  side: 'added' | 'removed',
  line: number,
  sessions: ReadonlyMap<string, string>,
): { credited?: string; evidence?: string } {
  const matches = sides[side];
  if (!hunks || !matches || !edits) return {};
  const view = new DataView(hunks.buffer, hunks.byteOffset, hunks.byteLength);
  const first = side === 'added' ? 8 : 0;
  let before = 0;
  for (let hunk = 0; hunk < hunks.byteLength; hunk += 16) {
    const start = view.getUint32(hunk + first);
    const count = view.getUint32(hunk + first + 4);
    if (line >= start && line < start + count) {
      const at = 3 * (before + line - start);
      const number = ((matches[at] ?? 0) << 8) | (matches[at + 1] ?? 0);
      if (number === 0) return {};
      const name = Buffer.from(edits.subarray((number - 1) * 16, number * 16))
        .toString('hex')
        .toUpperCase();
      const evidence = evidenceKinds[matches[at + 2] ?? 0] ?? 'none';
      return { credited: sessions.get(name) ?? 'nobody', evidence };
    }
    before += count;
  }
  return {};
}

export interface Rate {
  right: number;
  of: number;
}

/** Of credited lines, those that the session wrote, by evidence. */
export function precision(lines: readonly JudgedLine[]): Map<string, Rate> {
  const credited = lines.filter(({ credited, truth }) => credited !== undefined && truth.undecidable === undefined);
  return rates(credited, ({ evidence = 'none' }) => evidence, isRight);
}

/** Of lines that an agent wrote and whose text is in a log, those that its session is credited with. */
export function recall(lines: readonly JudgedLine[], by: (line: JudgedLine) => string): Map<string, Rate> {
  return rates(lines.filter(isVisible), by, isRight);
}

export function isVisible({ truth, isCountable }: JudgedLine): boolean {
  return isCountable && truth.undecidable === undefined && truth.by === 'agent' && truth.logged && truth.via !== 'chat';
}

export function isRight({ truth, credited }: JudgedLine): boolean {
  return truth.by === 'agent' && truth.session === credited;
}

function rates(
  lines: readonly JudgedLine[],
  by: (line: JudgedLine) => string,
  holds: (line: JudgedLine) => boolean,
): Map<string, Rate> {
  const found = new Map<string, Rate>();
  for (const line of lines) {
    const rate = found.get(by(line)) ?? { right: 0, of: 0 };
    rate.of++;
    if (holds(line)) rate.right++;
    found.set(by(line), rate);
  }
  return found;
}

export function total(found: ReadonlyMap<string, Rate>): Rate {
  const sum = { right: 0, of: 0 };
  for (const { right, of } of found.values()) {
    sum.right += right;
    sum.of += of;
  }
  return sum;
}
