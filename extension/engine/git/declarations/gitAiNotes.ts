import * as z from 'zod';
import { runGit } from '../git';
import { existingCommits } from '../refs';
import { type Declared, declaredOf, parseJson, sessionOf } from './declared';

/**
 * git-ai's authorship logs, one note per commit: git-ai-project/git-ai, specs/git_ai_standard_v3.0.0.md. The note of a
 * commit names files and, indented by two blanks, keys of sessions with lines; after a line `---` a JSON object says
 * whose sessions they are.
 */
const REF = 'refs/notes/ai';

export interface ChangedNotes {
  /** Undefined: there are no notes. */
  tip?: string;
  /** New and changed notes, by the blobs that hold them. */
  notes: { commit: string; blob: string }[];
}

/**
 * Notes that are new or changed since `before` was the tip; all, where it is undefined or not there.
 * @throws GitMissing, GitFailed
 */
export async function listChangedNotes(folder: string, before: string | undefined): Promise<ChangedNotes> {
  const { stdout } = await runGit(folder, ['for-each-ref', '--format=%(objectname) %(refname)', REF]);
  const [tip] = stdout.split('\n').flatMap((line) => (line.endsWith(` ${REF}`) ? (line.split(' ', 1)[0] ?? []) : []));
  if (tip === undefined || tip === before) return { notes: [], ...(tip !== undefined && { tip }) };
  const hasBefore = before !== undefined && (await existingCommits(folder, [before])).size > 0;
  return { tip, notes: hasBefore ? await changedBetween(folder, before, tip) : await allOf(folder, tip) };
}

async function allOf(folder: string, tip: string): Promise<ChangedNotes['notes']> {
  const { stdout } = await runGit(folder, ['ls-tree', '-r', '-z', tip]);
  return stdout.split('\0').flatMap((entry) => {
    const [, blob = '', path = ''] = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    return noteOf(blob, path);
  });
}

async function changedBetween(folder: string, before: string, tip: string): Promise<ChangedNotes['notes']> {
  const args = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--diff-filter=AM', before, tip];
  const fields = (await runGit(folder, ['diff-tree', ...args])).stdout.split('\0');
  const notes: ChangedNotes['notes'] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    notes.push(...noteOf(fields[index]?.split(' ')[3] ?? '', fields[index + 1] ?? ''));
  }
  return notes;
}

/** Notes are named by their commit, with a slash here and there where there are many. */
function noteOf(blob: string, path: string): ChangedNotes['notes'] {
  const commit = path.replaceAll('/', '');
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? [{ commit, blob }] : [];
}

const metadata = z.object({
  schema_version: z.string().startsWith('authorship/3.'),
  sessions: z.unknown().optional(),
  prompts: z.unknown().optional(),
});

const session = z.object({ agent_id: z.object({ tool: z.string(), id: z.string() }) });

/** Of sessions that one note names: more than ever worked on a commit. */
const MOST_SESSIONS = 1000;

/** The sessions to which a note gives lines of its commit, and what could not be read of it. */
export function readNote(text: string): { declared: Declared[]; problem?: string } {
  const divider = /^---\r?$/m.exec(text);
  const read = metadata.safeParse(divider ? parseJson(text.slice(divider.index + 3)) : undefined);
  if (!divider || !read.success) return { declared: [], problem: 'git-ai note is unreadable' };
  const known = new Map([...entriesOf(read.data.prompts), ...entriesOf(read.data.sessions)]);
  const keys = keysOf(text.slice(0, divider.index)).filter((key) => known.has(key));
  const declared: Declared[] = [];
  let bad = Math.max(0, keys.length - MOST_SESSIONS);
  for (const key of keys.slice(0, MOST_SESSIONS)) {
    const { data } = session.safeParse(known.get(key));
    const id = data && sessionOf(data.agent_id.id);
    const named = id === undefined ? undefined : declaredOf(data?.agent_id.tool, id);
    if (named) declared.push(named);
    else bad += 1;
  }
  return { declared, ...(bad > 0 && { problem: `git-ai note names sessions that can't be read: ${bad}` }) };
}

/** Keys with lines, each once: `<key> <lines>`, of a session before its `::`. People have keys, too: `h_…`. */
function keysOf(attestations: string): string[] {
  const keys = attestations.split('\n').flatMap((line) => /^ {2}([^\s:]{1,100})\S* \d/.exec(line)?.[1] ?? []);
  return [...new Set(keys)];
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
