import type { BlameRange, Evidence, LineClass } from '../../../shared/report';
import { evidenceSchema } from '../../../shared/report';
import { evidenceKinds } from '../attribution/matchInput';
import type { Database } from '../database/database';
import type { BlamedRange } from '../git/blame';

type KnownLine = Pick<BlameRange, 'class' | 'session_key' | 'evidence'>;

/** One file of one commit with the edits that explain its added lines. */
interface CommitFile {
  hunks: DataView | undefined;
  added: DataView | undefined;
  /** Session of each edit, in the order of the edits' numbers. */
  sessions: (string | null)[];
  rest: KnownLine;
}

const unknownLine: KnownLine = { class: 'unknown', session_key: null, evidence: null };
const uncommittedLine: KnownLine = { class: 'uncommitted', session_key: null, evidence: null };

/** Finds whose a blamed line is in what was matched (fact_commit_line_match); each file of a commit is read once. */
export function createLineReader(
  database: Database,
  repositoryId: number,
): { read(range: BlamedRange, offset: number): KnownLine } {
  const files = new Map<string, CommitFile>();
  const fileOf = (commit: string, path: string): CommitFile => {
    const key = `${commit}\0${path}`;
    const file = files.get(key) ?? readCommitFile(database, repositoryId, commit, path);
    files.set(key, file);
    return file;
  };
  return {
    read: ({ commit, path, commitLine }, offset) => {
      if (commit === undefined) return uncommittedLine;
      const file = fileOf(commit, path);
      return proved(file, addedIndex(file.hunks, commitLine + offset)) ?? file.rest;
    },
  };
}

interface FileRow {
  excluded: string | null;
  hunks: Uint8Array | null;
  edits: Uint8Array | null;
  added: Uint8Array | null;
  tool_session: string | null;
  ai_declared_lines: number;
  human_lines: number;
}

function readCommitFile(database: Database, repositoryId: number, commit: string, path: string): CommitFile {
  const row = database.get<FileRow>(
    `select change.excluded, change.hunks, line_match.edits, line_match.added, tool.session_key as tool_session,
       event.ai_declared_added_lines + event.ai_declared_removed_lines as ai_declared_lines,
       event.human_added_lines + event.human_removed_lines as human_lines
     from fact_commit_file_change as change
     inner join metadata_path on metadata_path.path_id = change.path_id
     inner join metadata_repository on metadata_repository.repository_id = change.repository_id
     inner join event_commit as event
       on event.repository_key = metadata_repository.repository_key
       and event.commit_id = change.commit_id
       and event.source_id = (select value from metadata_setting where name = 'source_id')
       and event.is_retracted = 0
     left join fact_commit_line_match as line_match
       on line_match.repository_id = change.repository_id
       and line_match.commit_id = change.commit_id
       and line_match.path_id = change.path_id
     left join metadata_session as tool on tool.session_id = line_match.tool_session_id
     where change.repository_id = ? and change.commit_id = ? and metadata_path.path = ?`,
    [repositoryId, commit, path],
  );
  return {
    hunks: viewOf(row?.hunks),
    added: viewOf(row?.added),
    sessions: row?.edits ? sessionsOfEdits(database, row.edits) : [],
    rest: row ? { ...unknownLine, ...restOf(row) } : unknownLine,
  };
}

/** Of lines that no edit explains the whole commit is of one class, but for what commands wrote. */
function restOf(row: FileRow): { class: LineClass; session_key?: string } {
  if (row.excluded !== null) return { class: 'excluded' };
  if (row.tool_session !== null) return { class: 'tool', session_key: row.tool_session };
  if (row.ai_declared_lines > 0) return { class: 'ai_declared' };
  return { class: row.human_lines > 0 ? 'human' : 'unknown' };
}

const viewOf = (bytes: Uint8Array | null | undefined): DataView | undefined =>
  bytes ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined;

const editBytes = 16;
const keyBytes = 12;
const matchBytes = 3;
const hunkBytes = 16;

/** Keys of the root sessions that made the edits, 16 bytes each: key of the call, ordinal. */
function sessionsOfEdits(database: Database, edits: Uint8Array): (string | null)[] {
  const sessions: (string | null)[] = [];
  for (let at = 0; at + editBytes <= edits.length; at += editBytes) {
    const ordinal = new DataView(edits.buffer, edits.byteOffset + at + keyBytes).getUint32(0);
    const row = database.get<{ session_key: string }>(
      `select root.session_key
       from fact_session_code_change as change
       inner join metadata_session as session on session.session_id = change.session_id
       inner join metadata_session as root on root.session_id = coalesce(session.root_session_id, session.session_id)
       where change.call_key = ? and change.ordinal = ?`,
      [edits.slice(at, at + keyBytes), ordinal],
    );
    sessions.push(row?.session_key ?? null);
  }
  return sessions;
}

/** Which of the added lines of a commit's file a line of it is; -1: the commit did not add it, or has no lines here. */
function addedIndex(hunks: DataView | undefined, line: number): number {
  let before = 0;
  for (let at = 0; hunks && at + hunkBytes <= hunks.byteLength; at += hunkBytes) {
    const [first, count] = [hunks.getUint32(at + 8), hunks.getUint32(at + 12)];
    if (line >= first && line < first + count) return before + line - first;
    before += count;
  }
  return -1;
}

function proved({ added, sessions }: CommitFile, index: number): KnownLine | undefined {
  if (!added || index < 0 || (index + 1) * matchBytes > added.byteLength) return undefined;
  const edit = added.getUint16(index * matchBytes);
  const session_key = sessions[edit - 1];
  if (edit === 0 || session_key === undefined) return undefined;
  return { class: 'ai', session_key, evidence: evidenceOf(added.getUint8(index * matchBytes + 2)) };
}

const evidenceOf = (kind: number): Evidence | null => evidenceSchema.safeParse(evidenceKinds[kind]).data ?? null;
