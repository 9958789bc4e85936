import { stat } from 'node:fs/promises';
import path from 'node:path';
import { clockToleranceMs } from '../../attribution/matchInput';
import type { Database } from '../../database/database';
import { readTrace, TRACE_FILE, type Trace } from '../../git/declarations/agentTrace';
import { sha256 } from '../keys';
import { openLog } from '../lines/openLog';
import type { DeclarationReading } from './writeDeclarations';

/** Of a file its end is read: what was written last is about the newest commits. */
const mostBytes = 32 << 20;
const lineLimit = 1 << 20;

/**
 * The Agent Trace records of the clone's worktrees. Read again whenever a file or the clone's commits changed: a commit
 * may come after the record that is about it. Returns how that stood, with the number of lines that are no records.
 */
export async function readTraceFiles(
  reading: DeclarationReading,
  before: string | undefined,
): Promise<string | undefined> {
  const { database, clone, problem } = reading;
  const files: string[] = [];
  const states: string[] = [];
  for (const worktree of clone.facts.worktrees) {
    const file = path.join(worktree.path, TRACE_FILE);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) continue;
    files.push(file);
    states.push(`${file} ${found.size} ${found.mtimeMs}`);
  }
  if (files.length === 0) return undefined;
  const tips = database.get<{ tips: string }>('select tips from metadata_clone where clone_id = ?', [clone.cloneId]);
  const state = sha256([tips?.tips, ...states].join('\n')).slice(0, 16);
  const [known, knownBad] = before?.split(' ') ?? [];
  const bad = known === state ? Number(knownBad) : await readAll(reading, files);
  if (bad > 0) problem('', `lines of ${TRACE_FILE} that are no Agent Trace records: ${bad}`);
  return `${state} ${bad}`;
}

/** Returns how many lines are no records. */
async function readAll(reading: DeclarationReading, files: readonly string[]): Promise<number> {
  const { database, clone, problem } = reading;
  const commits = createCommitFinder(database, clone.repositoryId);
  let bad = 0;
  for (const file of files) {
    const text = await readEnd(file).catch((error: NodeJS.ErrnoException) => {
      problem('', `${TRACE_FILE} can't be read: ${error.code ?? 'unknown error'}`);
      return '';
    });
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    database.transaction(() => {
      for (const line of lines) {
        const trace = line.length > lineLimit ? undefined : readTrace(line);
        if (trace) writeTrace(reading, trace, commits);
        else bad += 1;
      }
    });
  }
  return bad;
}

function writeTrace({ write }: DeclarationReading, trace: Trace, commits: CommitFinder): void {
  for (const file of trace.files) {
    const rows = file.declared.map((declared) => ({ source: 'agent_trace' as const, ...declared }));
    for (const commit of commits.of(trace, file.path)) write(commit, rows);
  }
}

interface CommitFinder {
  /** The commits that a record means with a file: they must have changed it. */
  of(trace: Trace, file: string): string[];
}

function createCommitFinder(database: Database, repositoryId: number): CommitFinder {
  const files = new Map<string, Set<string>>();
  const children = new Map<string, { commit: string; committedAt: number }[]>();
  for (const { commit_id, committed_at, parent } of database.all<{
    commit_id: string;
    committed_at: number;
    parent: string;
  }>(
    `select commit_id, committed_at, parent.value as parent
     from fact_commit, json_each(parents) as parent
     where repository_id = ? and made_in is not null
     order by committed_at, commit_id`,
    [repositoryId],
  )) {
    children.set(parent, [...(children.get(parent) ?? []), { commit: commit_id, committedAt: committed_at }]);
  }
  const changed = (commit: string, file: string): boolean => {
    const known = files.get(commit) ?? changedFiles(database, repositoryId, commit);
    files.set(commit, known);
    return known.has(file);
  };
  return {
    of({ revision, revisionIs, writtenAt }, file) {
      if (revisionIs === 'commit') return changed(revision, file) ? [revision] : [];
      // Only commits of this machine: a colleague's on the same parent holds other lines.
      return (children.get(revision) ?? [])
        .filter(({ committedAt }) => writtenAt === undefined || committedAt + clockToleranceMs >= writtenAt)
        .map(({ commit }) => commit)
        .filter((commit) => changed(commit, file));
    },
  };
}

function changedFiles(database: Database, repositoryId: number, commit: string): Set<string> {
  const rows = database.all<{ path: string }>(
    `select path from fact_commit_file_change inner join metadata_path using (path_id)
     where repository_id = ? and commit_id = ?`,
    [repositoryId, commit],
  );
  return new Set(rows.map((row) => row.path));
}

/** The last whole lines of a file. */
async function readEnd(name: string): Promise<string> {
  const file = await openLog(name);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, mostBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString('utf8', 0, bytesRead);
    return length < size ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    await file.close();
  }
}
