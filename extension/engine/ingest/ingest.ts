import { existsSync } from 'node:fs';
import path from 'node:path';
import type { IngestSummary } from '../../../shared/report';
import type { Database } from '../database/database';
import { readSetting, unfinishedPass, writeSetting } from '../database/schema';
import { GitMissing } from '../git/process/failures';
import type { PriceList } from '../pricing/prices';
import type { Environment, Provider } from '../providers/provider';
import { buildEventsInSlices } from './buildEvents';
import { changedLogs } from './changedLogs';
import { readCloneCommits } from './commits';
import { readCloneDeclarations } from './declare/readCloneDeclarations';
import { createDictionary } from './dictionary';
import { discoverLogs, type FoundLog, type LookedAt } from './discover';
import { markFirstChange } from './firstChange';
import { followLogs } from './follow/followLogs';
import { gitSource, noteGitProblem } from './gitProblems';
import { matchLines } from './match/matchLines';
import { settleOwnership } from './ownership';
import { adoptPriceList, createPricer, priceResponses } from './priceResponses';
import { createReaders, type Readers } from './readers';
import type { LogPart, LogTask } from './readParts';
import { type KnownClone, type RepositoryOptions, resolveRepositories } from './repositories';
import { settleRewinds } from './rewinds';
import { answerOthers, inSlices } from './slices';
import { readSoFar } from './sources';
import { createLogWriter, type LogWriter } from './writeLogs';

export interface IngestOptions extends Omit<RepositoryOptions, 'now'> {
  providers: readonly Provider[];
  environment: Environment;
  prices: PriceList;
  /** The bundled thread that reads logs (logReader.ts); undefined: logs are read in this thread. */
  readerFile: string | undefined;
  /** Of logs, in one transaction. */
  batchBytes?: number;
  clock: () => number;
  signal: AbortSignal;
  /** What alone is looked at; undefined: all logs and clones. What is gone is noticed by a pass over all of them. */
  only?: Changed;
  onProgress(progress: Progress): void;
  /** Called where the database is whole and worth keeping; the caller decides whether it is time to save. */
  onCheckpoint(): Promise<void>;
}

/** Logs and clones (by their common folder) in which something is new. */
export interface Changed {
  logs: readonly FoundLog[];
  /** All other logs that there are: one of `logs` may be a copy of one of them. */
  unchanged: readonly FoundLog[];
  clones: ReadonlySet<string>;
}

/** Of logs, in a transaction: its end costs as much as some of its rows; while it runs, nobody is answered. */
const usualBatchBytes = 1 << 20;
/** Of small logs. */
const batchParts = 256;
/** Of a file that is no log each line is one. */
const batchRecords = 10_000;

/** What is being done, and how far it is. */
export interface Progress {
  text: string;
  done: number;
  total: number;
}

/**
 * One pass: what is new in logs and git becomes facts, and facts become events. A cancelled pass keeps what it has
 * read, consistent; the next goes on from there.
 */
export async function ingest(
  given: Database,
  options: IngestOptions,
): Promise<Omit<IngestSummary, 'set_aside'> & { places: LookedAt[] }> {
  const database = markFirstChange(given, () => writeSetting(given, unfinishedPass, '1'));
  const startedAt = options.clock();
  const { signal } = options;
  const dictionary = createDictionary(database);
  const { logs, places, unreadable } = options.only
    ? { logs: options.only.logs, places: [], unreadable: [] }
    : await discoverLogs(options.providers, options.environment);
  const pricer = createPricer(database, options.prices);
  const writer = createLogWriter(database, dictionary, pricer, startedAt);
  const { sessions: touched, logs: touchedLogs } = writer.written;

  // A pass that did not come to its end left facts whose owners and events are not settled: all are, this time.
  const isResumed = readSetting(database, unfinishedPass) !== undefined;
  if (isResumed) {
    addAll(touched, idsOf(database, 'select session_id as id from metadata_session'));
    addAll(touchedLogs, idsOf(database, 'select log_id as id from metadata_source'));
  }
  const repriced = database.transaction(() => adoptPriceList(database, options.prices));
  addAll(touched, repriced ?? []);
  const known = options.only?.unchanged ?? (await unchangedLogs(database, logs));
  const unchanged = new Set(known.map((log) => log.path));
  const all = options.only ? [...options.only.unchanged, ...logs] : logs;
  const followed = await followLogs(database, { logs: all, unchanged, unreadable }, startedAt, signal);
  addAll(touched, followed.touched);
  // A log that only moved has nothing new where it is now.
  const changed = await changedLogs(database, followed.logs);
  const reads = await tasksOf(
    database,
    changed.map(({ found }) => found),
  );
  const bytesToRead = changed.reduce((sum, { bytes }) => sum + bytes, 0);
  const readers = createReaders(
    options.providers,
    reads.map(({ task }) => task),
    bytesToRead,
    options.readerFile,
  );
  try {
    for await (const batch of batches(reads, readers, options.batchBytes ?? usualBatchBytes, signal)) {
      await inSlices(database, writing(writer, batch));
      const done = logs.length - reads.length + writer.written.read;
      options.onProgress({ text: 'Reading logs', done, total: logs.length });
      await options.onCheckpoint();
    }
  } finally {
    await readers.close();
  }
  if (!signal.aborted && !options.only) {
    addAll(
      touchedLogs,
      noteGone(
        database,
        new Set(logs.map((found) => `${found.provider.id}\0${found.path}`)),
        unreadable.map((folder) => folder.path),
        startedAt,
      ),
    );
    addAll(touchedLogs, noteUnreadableFolders(database, unreadable, startedAt));
  }
  addAll(touched, await inSlices(database, settleOwnership(database, touchedLogs)));
  addAll(touched, await inSlices(database, settleRewinds(database, touchedLogs)));
  addAll(touched, await inSlices(database, priceResponses(database, options.prices, repriced ? 'all' : touched)));
  const { clones, sessions } = signal.aborted
    ? { clones: [], sessions: [] }
    : await findRepositories(database, options, touched, startedAt);
  addAll(touched, sessions);
  // Sessions and cost are there before commits are read: the first numbers do not wait for a long history.
  await buildEventsInSlices(
    database,
    { sessions: touched, commits: isResumed ? 'all' : [], logs: touchedLogs },
    options.clock(),
  );
  if (touched.size > 0) {
    await options.onCheckpoint();
  }
  const commits = await readCommits(database, dictionary, clones, options, startedAt);
  const matched = await inSlices(
    database,
    matchLines(database, { commits: isResumed ? 'all' : 'changed', sessions: touched }),
  );
  await buildEventsInSlices(
    database,
    { sessions: new Set(), commits: [...commits, ...matched], logs: new Set() },
    options.clock(),
  );
  given.run('delete from metadata_setting where name = ?', [unfinishedPass]);
  return {
    sources: logs.length,
    read: writer.written.read,
    unchanged: logs.length - writer.written.read,
    bytes: writer.written.bytes,
    records: writer.written.records,
    sessions: count(database, 'select count(*) as n from view_session'),
    repositories: count(
      database,
      "select count(*) as n from metadata_repository where repository_key not like 'folder:%'",
    ),
    commits: commits.length,
    problems: count(database, 'select coalesce(sum(problems), 0) as n from fact_source_problem'),
    duration_ms: options.clock() - startedAt,
    cancelled: signal.aborted,
    places,
  };
}

/** Parts of logs, in order, as many as make a transaction. Between two of them questions are answered. */
async function* batches(
  reads: readonly { found: FoundLog; task: LogTask }[],
  readers: Readers,
  batchBytes: number,
  signal: AbortSignal,
): AsyncGenerator<{ found: FoundLog; part: LogPart }[]> {
  let batch: { found: FoundLog; part: LogPart }[] = [];
  let bytes = 0;
  let records = 0;
  for (const { found, task } of reads) {
    let end = task.known?.resume_offset ?? 0;
    for await (const part of readers.parts(task)) {
      if (signal.aborted) {
        return;
      }
      batch.push({ found, part });
      if (part.kind === 'rows') {
        bytes += Math.max(0, part.until.resume_offset - end);
        records += part.records;
        end = part.until.resume_offset;
      }
      if (bytes >= batchBytes || records >= batchRecords || batch.length >= batchParts) {
        yield batch;
        await answerOthers();
        batch = [];
        bytes = 0;
        records = 0;
      }
    }
  }
  if (batch.length > 0 && !signal.aborted) {
    yield batch;
  }
}

function* writing(writer: LogWriter, batch: readonly { found: FoundLog; part: LogPart }[]): Generator<void, void> {
  for (const { found, part } of batch) {
    writer.write(found, part);
    yield;
  }
}

async function unchangedLogs(database: Database, logs: readonly FoundLog[]): Promise<FoundLog[]> {
  const changed = new Set((await changedLogs(database, logs)).map(({ found }) => found.path));
  return logs.filter(({ path }) => !changed.has(path));
}

async function tasksOf(database: Database, logs: readonly FoundLog[]): Promise<{ found: FoundLog; task: LogTask }[]> {
  const tasks: { found: FoundLog; task: LogTask }[] = [];
  for (const found of logs) {
    const { provider, path, log } = found;
    tasks.push({ found, task: { provider: provider.id, path, log, known: readSoFar(database, found) } });
    if (tasks.length % batchParts === 0) {
      await answerOthers();
    }
  }
  return tasks;
}

/** The clones of the workspace and of the sessions, and the sessions that got a repository. */
async function findRepositories(
  database: Database,
  options: IngestOptions,
  sessions: ReadonlySet<number>,
  now: number,
): Promise<{ clones: KnownClone[]; sessions: Iterable<number> }> {
  options.onProgress({ text: 'Looking for repositories', done: 0, total: 1 });
  const only = options.only && { clones: options.only.clones, sessions };
  if (!only) {
    // What was wrong with git or a whole repository is found again where it still is; a commit's problem stays with it.
    database.run("delete from fact_source_problem where reason = 'repository'");
    noteGoneClones(database, now);
  }
  try {
    const { clones, touched } = await resolveRepositories(database, { ...options, only, now });
    return { clones, sessions: touched };
  } catch (error) {
    if (!(error instanceof GitMissing)) {
      throw error;
    }
    noteGitProblem(database, gitSource(database, '(git)', now), '', 'git was not found: commits are not read', now);
    return { clones: [], sessions: [] };
  }
}

/** Reads what is new in the clones; the ids of the commits that are new or changed. */
async function readCommits(
  database: Database,
  dictionary: ReturnType<typeof createDictionary>,
  clones: readonly KnownClone[],
  options: IngestOptions,
  now: number,
): Promise<string[]> {
  const { signal } = options;
  const commits: string[] = [];
  for (const [index, clone] of clones.entries()) {
    if (signal.aborted) {
      break;
    }
    const text = `Reading commits of ${clone.facts.name}`;
    options.onProgress({ text, done: index, total: clones.length });
    const note = (problem: string) =>
      noteGitProblem(database, gitSource(database, clone.facts.commonDir, now), '', problem, now);
    clone.facts.problems.forEach(note);
    if (clone.facts.problems.length > 0 && clone.facts.branches.length === 0) {
      // git refused it: nothing of it can be read.
      database.run("update metadata_source set status = 'unreadable' where provider = 'git' and real_path = ?", [
        clone.facts.commonDir,
      ]);
      continue;
    }
    try {
      const reading = await readCloneCommits(database, dictionary, clone, now, signal, (done) =>
        options.onProgress({ text: `${text}: ${done}`, done: index, total: clones.length }),
      );
      commits.push(...reading.touched);
      const declared = await readCloneDeclarations(database, clone, now, signal);
      commits.push(...declared);
      if (reading.commits + declared.length > 0) {
        await options.onCheckpoint();
      }
    } catch (error) {
      // One broken repository is a problem that is shown, not the end of the pass.
      note(error instanceof Error ? error.message.slice(0, 500) : String(error));
    }
  }
  return [...new Set(commits)];
}

/** A repository that was moved or deleted keeps its commits. */
function noteGoneClones(database: Database, now: number): void {
  const sources = database.all<{ log_id: number; real_path: string }>(
    "select log_id, real_path from metadata_source where kind = 'git' and status <> 'gone'",
  );
  for (const { log_id, real_path } of sources) {
    if (path.isAbsolute(real_path) && !existsSync(real_path)) {
      database.run("update metadata_source set status = 'gone', gone_at = ? where log_id = ?", [now, log_id]);
    }
  }
}

/** A log that is no longer there keeps its facts; its source says since when it is gone. */
function noteGone(
  database: Database,
  present: ReadonlySet<string>,
  unreadable: readonly string[],
  now: number,
): Set<number> {
  // What lies below a folder that can't be listed may still be there.
  const isHidden = (file: string) => unreadable.some((folder) => file.startsWith(folder + path.sep));
  const gone = new Set<number>();
  for (const source of database.all<{ log_id: number; provider: string; real_path: string }>(
    "select log_id, provider, real_path from metadata_source where kind in ('session', 'subagent') and status <> 'gone'",
  )) {
    if (!present.has(`${source.provider}\0${source.real_path}`) && !isHidden(source.real_path)) {
      database.run("update metadata_source set status = 'gone', gone_at = ? where log_id = ?", [now, source.log_id]);
      gone.add(source.log_id);
    }
  }
  return gone;
}

function noteUnreadableFolders(
  database: Database,
  unreadable: { provider: string; path: string; detail: string }[],
  now: number,
): Set<number> {
  const noted = new Set<number>();
  database.run(
    "delete from fact_source_problem where log_id in (select log_id from metadata_source where kind = 'folder')",
  );
  database.run("update metadata_source set status = 'read' where kind = 'folder'");
  for (const folder of unreadable) {
    database.run(
      `insert into metadata_source (provider, real_path, kind, status, first_read_at, last_read_at) values (?, ?, 'folder', 'unreadable', ?, ?)
       on conflict (provider, real_path) do update set status = 'unreadable', last_read_at = excluded.last_read_at`,
      [folder.provider, folder.path, now, now],
    );
    const logId = database.get<{ log_id: number }>(
      'select log_id from metadata_source where provider = ? and real_path = ?',
      [folder.provider, folder.path],
    )?.log_id;
    if (logId !== undefined) {
      database.run(
        `insert into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, 0, 'unreadable', ?, ?)
         on conflict (log_id, place, reason) do update set detail = excluded.detail, seen_at = excluded.seen_at`,
        [logId, folder.detail.slice(0, 500), now],
      );
      noted.add(logId);
    }
  }
  return noted;
}

const idsOf = (database: Database, sql: string): number[] => database.all<{ id: number }>(sql).map((row) => row.id);

const count = (database: Database, sql: string): number => database.get<{ n: number }>(sql)?.n ?? 0;

function addAll<Item>(set: Set<Item>, items: Iterable<Item>): void {
  for (const item of items) {
    set.add(item);
  }
}
