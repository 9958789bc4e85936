import type { Database } from '../../database/database';
import { findCheckpoints, readCheckpoints } from '../../git/declarations/entireCheckpoints';
import { listChangedNotes, readNote } from '../../git/declarations/gitAiNotes';
import { readTexts } from '../../git/objects';
import { GitFailed } from '../../git/process/failures';
import { folderOf } from '../../git/refs';
import { gitSource, noteGitProblem } from '../gitProblems';
import { sha256 } from '../keys';
import type { KnownClone } from '../repositories';
import { readTraceFiles } from './traceFiles';
import { type DeclarationReading, writeDeclarations } from './writeDeclarations';

/** How the places of declarations stood when they were last read: what did not change is not read again. */
interface Seen {
  /** Tip of git-ai's notes. */
  notes?: string;
  checkpoints?: string;
  traces?: string;
}

/** A note is some kilobytes. */
const noteLimit = 1 << 20;

/**
 * Reads what is new of what is kept beside the commits of a clone: git-ai's notes, Entire's checkpoints, Agent Trace
 * records. Returns the known commits of which more is said than before. What can't be read is a counted problem.
 * @throws GitMissing
 */
export async function readCloneDeclarations(
  database: Database,
  clone: KnownClone,
  now: number,
  signal: AbortSignal,
): Promise<string[]> {
  const touched = new Set<string>();
  const reading: DeclarationReading = {
    ...{ database, clone, folder: folderOf(clone.facts), signal },
    write(commit, rows) {
      if (writeDeclarations(database, clone.repositoryId, commit, rows)) touched.add(commit);
    },
    problem: (commit, text) =>
      noteGitProblem(database, gitSource(database, clone.facts.commonDir, now), commit, text, now),
  };
  const seen = readSeen(database, clone);
  const next: Seen = {
    ...given('notes', await unlessAborted(reading, () => readNotes(reading, seen.notes), seen.notes)),
    ...given(
      'checkpoints',
      await unlessAborted(reading, () => readEntire(reading, seen.checkpoints), seen.checkpoints),
    ),
    ...given('traces', await unlessAborted(reading, () => readTraceFiles(reading, seen.traces), seen.traces)),
  };
  const [before, after] = [JSON.stringify(seen), JSON.stringify(next)];
  if (before !== after) {
    database.run('update metadata_clone set declarations_seen = ? where clone_id = ?', [after, clone.cloneId]);
  }
  return [...touched].filter((commit) =>
    database.get('select 1 from fact_commit where repository_id = ? and commit_id = ?', [clone.repositoryId, commit]),
  );
}

function readSeen(database: Database, { cloneId }: KnownClone): Seen {
  const row = database.get<{ seen: string }>(
    'select declarations_seen as seen from metadata_clone where clone_id = ?',
    [cloneId],
  );
  return row ? (JSON.parse(row.seen) as Seen) : {};
}

function given(name: keyof Seen, value: string | undefined): Seen {
  return value === undefined ? {} : { [name]: value };
}

/** What the work answers; `before` where it was stopped or git refused, so that it is done again. */
async function unlessAborted(
  { signal, problem }: DeclarationReading,
  work: () => Promise<string | undefined>,
  before: string | undefined,
): Promise<string | undefined> {
  try {
    return signal.aborted ? before : await work();
  } catch (error) {
    if (signal.aborted) return before;
    if (!(error instanceof GitFailed)) throw error;
    problem('', `what is kept beside commits can't be read: ${error.message}`.slice(0, 500));
    return before;
  }
}

/** git-ai's notes that are new. Returns their tip; the one before, while some are not in a partial clone. */
async function readNotes(reading: DeclarationReading, before: string | undefined): Promise<string | undefined> {
  const { folder, signal, database } = reading;
  const { tip, notes } = await listChangedNotes(folder, before);
  const commits = new Map<string, string[]>();
  for (const { commit, blob } of notes) commits.set(blob, [...(commits.get(blob) ?? []), commit]);
  const missing = new Set(commits.keys());
  for await (const [blob, text] of readTexts(folder, [...commits.keys()], noteLimit, signal)) {
    missing.delete(blob);
    const { declared, problem } = text === undefined ? tooLarge : readNote(text);
    const rows = declared.map((one) => ({ source: 'git_ai_note' as const, ...one }));
    database.transaction(() => {
      for (const commit of commits.get(blob) ?? []) {
        reading.write(commit, rows);
        if (problem !== undefined) reading.problem(commit, problem);
      }
    });
  }
  if (missing.size === 0) return tip;
  reading.problem('', `git-ai notes that this clone does not have: ${missing.size}`);
  return before;
}

const tooLarge = { declared: [], problem: 'git-ai note is over 1 MB' };

/** Checkpoints that commits name and that were not found yet. Returns how that stood. */
async function readEntire(reading: DeclarationReading, before: string | undefined): Promise<string | undefined> {
  const { database, clone, folder, signal } = reading;
  const open = database.all<{ commit_id: string; checkpoint: string }>(
    `select trailer.commit_id, trailer.session as checkpoint
     from fact_commit_declaration as trailer
     where trailer.repository_id = ?1 and trailer.source = 'entire_trailer' and not exists (
       select 1 from fact_commit_declaration as found
       where found.repository_id = ?1 and found.commit_id = trailer.commit_id and found.source = 'entire_checkpoint'
     )
     order by 1, 2`,
    [clone.repositoryId],
  );
  if (open.length === 0) return undefined;
  const places = await findCheckpoints(folder);
  const state = sha256(JSON.stringify([open, places.branches, [...places.refs]])).slice(0, 16);
  if (state === before) return state;
  const ids = [...new Set(open.map(({ checkpoint }) => checkpoint))];
  const checkpoints = await readCheckpoints(folder, places, ids, signal);
  database.transaction(() => {
    for (const { commit_id, checkpoint } of open) {
      const { declared = [], problem } = checkpoints.get(checkpoint) ?? {};
      reading.write(
        commit_id,
        declared.map((one) => ({ source: 'entire_checkpoint', ...one })),
      );
      if (problem !== undefined) reading.problem(commit_id, problem);
    }
  });
  return state;
}
