import { lstat, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type BlameRange, type BlameReport, reportSchemaVersion } from '../../../shared/report';
import type { Database } from '../database/database';
import { type Blame, blameLines } from '../git/blame';
import { GitFailed } from '../git/process/failures';
import { HumanError } from '../humanError';
import type { Provider } from '../providers/provider';
import { createLineReader } from './blamedLines';

export interface BlameRequest {
  /** Absolute. */
  file: string;
  /** Its text where that is not what is on disk; null: the file is read. */
  contents: string | null;
  /** In an untrusted workspace no git runs. */
  isTrusted: boolean;
  signal: AbortSignal;
}

/** Beyond these git would take seconds for lines that nobody reads one by one. */
const mostBytes = 1 << 20;
const mostLines = 20_000;
const patienceMs = 20_000;

/**
 * Whose each line of a file is: git says which commit wrote it, the matches of that commit which session. `read` gives
 * the database, anew after each wait. What can't be blamed has a reason; a file that is not there throws HumanError.
 */
export async function blameReport(
  read: () => Promise<Database>,
  providers: readonly Provider[],
  { file, contents, isTrusted, signal }: BlameRequest,
): Promise<BlameReport> {
  const head = { report: 'blame', schema_version: reportSchemaVersion, path: file } as const;
  const none = (reason: string): BlameReport => ({ ...head, reason, ranges: [], sessions: [], commits: [] });
  if (!isTrusted) {
    return none('The workspace is not trusted, so no git runs in it.');
  }
  const place = await placeOf(file);
  const repositoryId = repositoryAt(await read(), place.folder);
  if (repositoryId === undefined) {
    return none('It lies in no repository that a session worked in.');
  }
  if (!place.isFile) {
    return none('It is no plain file.');
  }
  if (place.bytes > mostBytes) {
    return none('It is over 1 MB.');
  }
  const onDisk = await readFile(path.join(place.folder, place.name));
  const text = contents === null ? onDisk : asOnDisk(contents, onDisk);
  if (text.length > mostBytes) {
    return none('It is over 1 MB.');
  }
  if (countLines(text) > mostLines) {
    return none('It has over 20,000 lines.');
  }
  let blame: Blame;
  try {
    blame = await blameLines(
      place.folder,
      place.name,
      text,
      AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    );
  } catch (error) {
    if (error instanceof GitFailed) {
      return none(
        /no such path|no such ref|bad revision/i.test(error.stderr) ? 'No commit holds it yet.' : error.message,
      );
    }
    if (error instanceof Error && error.name === 'TimeoutError') {
      return none('git took over 20 seconds.');
    }
    throw error;
  }
  return { ...head, reason: null, ...describe(await read(), providers, repositoryId, blame) };
}

/** The file where it really lies: git looks for its repository upwards from there. A link is not followed. */
async function placeOf(file: string): Promise<{ folder: string; name: string; isFile: boolean; bytes: number }> {
  try {
    const [folder, found] = [await realpath(path.dirname(file)), await lstat(file)];
    return { folder, name: path.basename(file), isFile: found.isFile(), bytes: found.size };
  } catch (error) {
    throw new HumanError(`${file} cannot be read.`, 'Name a file that is on this machine.', { cause: error });
  }
}

/** The repository of the innermost known worktree around a folder, where any session worked in it. */
function repositoryAt(database: Database, folder: string): number | undefined {
  const clones = database.all<{ repository_id: number; worktrees: string }>(
    `select repository_id, worktrees from metadata_clone
     where exists (select 1 from metadata_session where metadata_session.repository_id = metadata_clone.repository_id)`,
  );
  const around = clones.flatMap(({ repository_id, worktrees }) =>
    (JSON.parse(worktrees) as string[])
      .filter((worktree) => isInside(folder, worktree))
      .map((worktree) => ({ repository_id, depth: worktree.length })),
  );
  return around.sort((a, b) => b.depth - a.depth)[0]?.repository_id;
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

const byteOrderMark = Buffer.from('\ufeff');

/** Editors take a byte order mark away; without it the first line would look changed. */
function asOnDisk(contents: string, onDisk: Buffer): Buffer {
  const text = Buffer.from(contents);
  return onDisk.subarray(0, 3).equals(byteOrderMark) ? Buffer.concat([byteOrderMark, text]) : text;
}

function countLines(text: Uint8Array): number {
  let lines = 1;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines++;
  return lines;
}

function describe(
  database: Database,
  providers: readonly Provider[],
  repositoryId: number,
  blame: Blame,
): Pick<BlameReport, 'ranges' | 'sessions' | 'commits'> {
  const lines = createLineReader(database, repositoryId);
  const ranges: BlameRange[] = [];
  for (const range of blame.ranges) {
    for (let offset = 0; offset < range.count; offset++) {
      const known = lines.read(range, offset);
      const line = { line: range.line + offset, count: 1, commit: range.commit ?? null, ...known };
      const last = ranges.at(-1);
      if (last && isContinued(last, line)) last.count++;
      else ranges.push(line);
    }
  }
  const keys = new Set(ranges.flatMap(({ session_key }) => session_key ?? []));
  return {
    ranges,
    sessions: sessionsOf(database, providers, keys),
    commits: blame.commits.map(({ commit, author, authoredAt, subject }) => ({
      ...{ id: commit, author, subject },
      authored_at: new Date(authoredAt).toISOString(),
    })),
  };
}

const isContinued = (last: BlameRange, next: BlameRange): boolean =>
  last.line + last.count === next.line &&
  (['commit', 'class', 'session_key', 'evidence'] as const).every((name) => last[name] === next[name]);

function sessionsOf(
  database: Database,
  providers: readonly Provider[],
  keys: ReadonlySet<string>,
): BlameReport['sessions'] {
  return database
    .all<{ session_key: string; provider: string; model: string | null; title: string | null; started_at: number }>(
      `select view_session.session_key, view_session.provider, view_session.model, metadata_session.title,
         view_session.started_at
       from view_session
       left join metadata_session on metadata_session.session_key = view_session.session_key
       where view_session.session_key in (select value from json_each(?))
       order by view_session.started_at, view_session.session_key`,
      [JSON.stringify([...keys])],
    )
    .map(({ provider, ...session }) => ({
      ...session,
      provider_name: providers.find(({ id }) => id === provider)?.name ?? provider,
    }));
}
