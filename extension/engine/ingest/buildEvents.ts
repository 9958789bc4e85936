import type { Database } from '../database/database';
import { readSetting, writeSetting } from '../database/schema';
import { type Calendar, createCalendar } from '../events/calendar';
import { buildCommitEvent } from '../events/commitEvent';
import { buildCommitSessionEvents } from '../events/commitSessionEvent';
import { buildSessionEvent } from '../events/sessionEvent';
import { buildSourceDayEvents } from '../events/sourceDayEvent';
import { buildUsageEvents } from '../events/usageEvent';
import { readDeclarations } from './declarations';
import { createEventWriter, type EventWriter } from './eventWriter';
import { sha256 } from './keys';
import { readSessionInput } from './sessionInput';
import { atOnce, inSlices } from './slices';

/** What changed since events were last built; `all` builds everything. */
export interface Dirty {
  sessions: ReadonlySet<number> | 'all';
  commits: readonly string[] | 'all';
  logs: ReadonlySet<number> | 'all';
}

/**
 * Builds events from facts for what changed, in one transaction. Building all of it gives the same events: a test
 * compares the two.
 */
export function buildEvents(database: Database, dirty: Dirty, now: number): void {
  database.transaction(() => atOnce(eventSteps(database, dirty, now)));
}

/** The same in many small transactions: thousands of sessions take seconds, and nobody is to wait that long. */
export function buildEventsInSlices(database: Database, dirty: Dirty, now: number): Promise<void> {
  return inSlices(database, eventSteps(database, dirty, now));
}

function* eventSteps(database: Database, dirty: Dirty, now: number): Generator<void, void> {
  const hasCommitEvents = readSetting(database, 'commit_events_built') !== undefined;
  const isClean = hasCommitEvents && isEmpty(dirty.sessions) && isEmpty(dirty.commits) && isEmpty(dirty.logs);
  if (isClean && provisionalCommits(database).length === 0) {
    return;
  }
  const calendar = createCalendar(readSetting(database, 'zone') ?? 'UTC');
  const idleMs = Number(readSetting(database, 'window.idle_ms'));
  const writer = createEventWriter(database, now);
  const covered = dirty.sessions === 'all' ? [] : commitsNear(database, dirty.sessions);
  yield* buildSessions(database, writer, dirty.sessions, calendar, idleMs);
  if (dirty.sessions !== 'all') covered.push(...commitsNear(database, dirty.sessions));
  // Links first: whether a commit is mine may hang on a declaration.
  const relinked = buildLinks(database, writer);
  yield;
  const commits = dirty.commits === 'all' || !hasCommitEvents ? 'all' : [...dirty.commits, ...relinked, ...covered];
  yield* buildCommits(database, writer, commits, calendar);
  writeSetting(database, 'commit_events_built', '1');
  yield* buildSources(database, writer, dirty.logs, calendar);
}

const isEmpty = (items: ReadonlySet<number> | readonly string[] | 'all'): boolean =>
  items !== 'all' && ('size' in items ? items.size : items.length) === 0;

function* buildSessions(
  database: Database,
  writer: EventWriter,
  sessions: Dirty['sessions'],
  calendar: Calendar,
  idleMs: number,
): Generator<void, void> {
  for (const rootId of rootsOf(database, sessions)) {
    const input = readSessionInput(database, rootId);
    const scope = { session_key: input.session.sessionKey };
    const event = buildSessionEvent(input, calendar, idleMs);
    writer.replace('event_session', scope, event ? [event] : []);
    writer.replace('event_usage', scope, buildUsageEvents(input, calendar));
    yield;
  }
  // A session that found its root no longer stands for itself.
  for (const { session_key } of database.all<{ session_key: string }>(`
    select event_session.session_key
    from metadata_session
    -- a cross join keeps the order: the few sub-agents, not all events
    cross join event_session on event_session.session_key = metadata_session.session_key
    where metadata_session.root_session_id is not null and event_session.is_retracted = 0`)) {
    writer.replace('event_session', { session_key }, []);
    writer.replace('event_usage', { session_key }, []);
  }
}

function rootsOf(database: Database, sessions: Dirty['sessions']): number[] {
  if (sessions === 'all') {
    return database
      .all<{ id: number }>(
        'select session_id as id from metadata_session where root_session_id is null order by session_id',
      )
      .map((row) => row.id);
  }
  const roots = [...sessions].flatMap(
    (session) =>
      database.get<{ id: number }>(
        'select coalesce(root_session_id, session_id) as id from metadata_session where session_id = ?',
        [session],
      )?.id ?? [],
  );
  return [...new Set(roots)].sort((a, b) => a - b);
}

/** Links are few: all are built each time. Returns the commits whose links changed. */
function buildLinks(database: Database, writer: EventWriter): string[] {
  const before = linkedCommits(database);
  const matches = database
    .all<{
      repository_key: string;
      commit_id: string;
      session_key: string;
      evidence: string;
      added_lines: number;
      removed_lines: number;
    }>(
      `select repository_key, commit_id, session_key, evidence, added_lines, removed_lines
       from fact_commit_session_match
       inner join metadata_repository using (repository_id)
       inner join metadata_session using (session_id)`,
    )
    .map((row) => ({
      repositoryKey: row.repository_key,
      commitId: row.commit_id,
      sessionKey: row.session_key,
      evidence: row.evidence,
      addedLines: row.added_lines,
      removedLines: row.removed_lines,
    }));
  const links = buildCommitSessionEvents(readDeclarations(database), matches);
  writer.replace('event_commit_session', {}, links);
  const after = linkedCommits(database);
  return [...new Set([...before, ...after])].filter((commit) => before.has(commit) !== after.has(commit));
}

function linkedCommits(database: Database): Set<string> {
  return new Set(
    database
      .all<{ commit_id: string }>('select commit_id from event_commit_session where is_retracted = 0')
      .map((row) => row.commit_id),
  );
}

interface CommitRow {
  repository_id: number;
  repository_key: string;
  commit_id: string;
  authored_at: number;
  committed_at: number;
  parent_count: number;
  is_me: number;
  is_bot: number;
  is_declared: number;
  is_pushed: number;
  is_reachable: number;
  agent: string | null;
  change_id: string | null;
  is_canonical: number;
  is_covered: number;
  is_incomplete: number;
}

/** How near a session must be for logs to cover a commit's time: seven days. */
const coverMs = 7 * 86_400_000;

const commitRows = `
  select
    fact_commit.repository_id,
    metadata_repository.repository_key,
    fact_commit.commit_id,
    fact_commit.authored_at,
    fact_commit.committed_at,
    fact_commit.parent_count,
    author.is_me,
    author.is_bot,
    exists (
      select 1 from event_commit_session
      where event_commit_session.commit_id = fact_commit.commit_id and event_commit_session.is_retracted = 0
    ) as is_declared,
    fact_commit.is_pushed,
    fact_commit.is_reachable,
    coalesce(fact_commit.agent, (
      select declared.agent from fact_commit_declaration as declared
      where declared.repository_id = fact_commit.repository_id and declared.commit_id = fact_commit.commit_id
        and declared.agent <> ''
      order by declared.source, declared.agent limit 1
    )) as agent,
    fact_commit.change_id,
    fact_commit.is_canonical,
    exists (
      select 1 from event_session
      where event_session.repository_key = metadata_repository.repository_key and event_session.is_retracted = 0
        and event_session.started_at <= fact_commit.committed_at + ${coverMs}
        and event_session.ended_at >= fact_commit.committed_at - ${coverMs}
    ) as is_covered,
    exists (select 1 from metadata_clone where metadata_clone.repository_id = fact_commit.repository_id and is_complete = 0) as is_incomplete
  from fact_commit
  inner join metadata_repository on metadata_repository.repository_id = fact_commit.repository_id
  inner join metadata_person as author on author.person_id = fact_commit.author_person_id`;

/** Commits whose time the sessions cover, as their events are now: whether a line is mine or unknown hangs on it. */
function commitsNear(database: Database, sessions: ReadonlySet<number>): string[] {
  return rootsOf(database, sessions).flatMap((session) =>
    database
      .all<{ commit_id: string }>(
        `select fact_commit.commit_id
         from metadata_session
         inner join event_session using (session_key)
         inner join metadata_repository on metadata_repository.repository_key = event_session.repository_key
         inner join fact_commit on fact_commit.repository_id = metadata_repository.repository_id
         where metadata_session.session_id = ?
           and fact_commit.committed_at >= event_session.started_at - ${coverMs}
           and fact_commit.committed_at <= event_session.ended_at + ${coverMs}`,
        [session],
      )
      .map((row) => row.commit_id),
  );
}

interface CommitFileRow {
  added_lines: number;
  removed_lines: number;
  long_added_lines: number;
  long_removed_lines: number;
  excluded: string | null;
  ai_added_lines: number;
  ai_removed_lines: number;
  tool_session_id: number | null;
}

const commitFileRows = `
  select
    added_lines, removed_lines, long_added_lines, long_removed_lines, excluded,
    coalesce(ai_added_lines, 0) as ai_added_lines, coalesce(ai_removed_lines, 0) as ai_removed_lines, tool_session_id
  from fact_commit_file_change
  left join fact_commit_line_match using (repository_id, commit_id, path_id)
  where repository_id = ? and commit_id = ?`;

function* buildCommits(
  database: Database,
  writer: EventWriter,
  commits: readonly string[] | 'all',
  calendar: Calendar,
): Generator<void, void> {
  const rows =
    commits === 'all'
      ? database.all<CommitRow>(commitRows)
      : [...new Set([...commits, ...provisionalCommits(database)])].flatMap((commit) =>
          database.all<CommitRow>(`${commitRows} where fact_commit.commit_id = ?`, [commit]),
        );
  for (const row of rows) {
    const files = database.all<CommitFileRow>(commitFileRows, [row.repository_id, row.commit_id]);
    const event = buildCommitEvent(
      {
        repositoryKey: row.repository_key,
        commitId: row.commit_id,
        authoredAt: row.authored_at,
        committedAt: row.committed_at,
        parents: row.parent_count,
        isByMe: row.is_me === 1,
        isBot: row.is_bot === 1,
        isDeclared: row.is_declared === 1,
        isPushed: row.is_pushed === 1,
        isReachable: row.is_reachable === 1,
        agent: row.agent,
        isCovered: row.is_covered === 1,
        changeId: row.change_id,
        isCanonical: row.is_canonical === 1,
        files: files.map((file) => ({
          addedLines: file.added_lines,
          removedLines: file.removed_lines,
          longAddedLines: file.long_added_lines,
          longRemovedLines: file.long_removed_lines,
          isExcluded: file.excluded !== null,
          aiAddedLines: file.ai_added_lines,
          aiRemovedLines: file.ai_removed_lines,
          isToolWritten: file.tool_session_id !== null,
        })),
      },
      calendar,
    );
    writer.replace(
      'event_commit',
      { repository_key: row.repository_key, commit_id: row.commit_id },
      [event],
      row.is_incomplete === 1,
    );
    yield;
  }
  // A commit whose repository goes by another name now; a new name has all commits built again.
  if (commits !== 'all') {
    return;
  }
  const gone = database.all<{ repository_key: string; commit_id: string }>(`
    select event_commit.repository_key, event_commit.commit_id
    from event_commit
    left join metadata_repository on metadata_repository.repository_key = event_commit.repository_key
    left join fact_commit
      on fact_commit.repository_id = metadata_repository.repository_id
      and fact_commit.commit_id = event_commit.commit_id
    where event_commit.is_retracted = 0 and fact_commit.commit_id is null`);
  for (const { repository_key, commit_id } of gone) {
    writer.replace('event_commit', { repository_key, commit_id }, []);
  }
}

/** Events that were built while their repository was being read: looked at again until it is read. */
function provisionalCommits(database: Database): string[] {
  return database
    .all<{ commit_id: string }>('select commit_id from event_commit where is_provisional = 1')
    .map((row) => row.commit_id);
}

function* buildSources(
  database: Database,
  writer: EventWriter,
  logs: Dirty['logs'],
  calendar: Calendar,
): Generator<void, void> {
  const sourceId = readSetting(database, 'source_id') ?? '';
  for (const source of sourcesOf(database, logs)) {
    // Not the path: a log that is moved stays the source that it was.
    const logKey = sha256(`${sourceId}\0${source.log_id}`).slice(0, 32);
    const records = database.all<{ quarter_at: number; is_known: number; records: number }>(
      'select quarter_at, is_known, records from fact_source_record where log_id = ?',
      [source.log_id],
    );
    const problems =
      database.get<{ problems: number }>(
        'select coalesce(sum(problems), 0) as problems from fact_source_problem where log_id = ?',
        [source.log_id],
      )?.problems ?? 0;
    const events = buildSourceDayEvents(
      {
        logKey,
        provider: source.provider,
        lastReadAt: source.last_read_at,
        records: records.map((row) => ({
          quarterAt: row.quarter_at,
          isKnown: row.is_known === 1,
          records: row.records,
        })),
        problems,
      },
      calendar,
    );
    writer.replace('event_source_day', { log_key: logKey }, events);
    yield;
  }
}

interface SourceRow {
  log_id: number;
  provider: string;
  last_read_at: number;
}

function sourcesOf(database: Database, logs: Dirty['logs']): SourceRow[] {
  const rows = "select log_id, provider, last_read_at from metadata_source where kind <> 'git'";
  return logs === 'all'
    ? database.all<SourceRow>(`${rows} order by log_id`)
    : [...logs].sort((a, b) => a - b).flatMap((log) => database.all<SourceRow>(`${rows} and log_id = ?`, [log]));
}
