import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { writeSetting } from '../../extension/engine/database/schema';
import { buildEvents, type Dirty } from '../../extension/engine/ingest/buildEvents';
import { at, given, hours } from '../support/given';
import { key } from '../support/givenFacts';
import { createRandom } from '../support/random';
import { createWorld, grownWorld, stepWorld } from '../support/randomWorld';
import { catalogue, columns, copyOf, emptyDatabase, type Row } from '../support/schema';

const everything: Dirty = { sessions: 'all', commits: 'all', logs: 'all' };
const nothing: Dirty = { sessions: new Set(), commits: [], logs: new Set() };
const eventTables = catalogue.tables.filter((table) => table.name.startsWith('event_')).map((table) => table.name);

/** All that is said and stands, without when it was built and how often it changed. */
function standing(database: Database): Record<string, Row[]> {
  const rows = (table: string) =>
    database
      .all<Row>(`select * from ${table} where is_retracted = 0 order by event_id`)
      .map(({ event_rev: _, built_at: __, ...row }) => row);
  return Object.fromEntries(eventTables.map((table) => [table, rows(table)]));
}

/** Everything, revisions and times of building included. */
const whole = (database: Database) =>
  eventTables.map((table) => database.all<Row>(`select * from ${table} order by event_id`));

/** A copy whose events were thrown away and built from facts. */
async function rebuilt(database: Database): Promise<Database> {
  const copy = await copyOf(database);
  for (const table of eventTables) {
    copy.run(`delete from ${table}`);
  }
  buildEvents(copy, everything, 9);
  return copy;
}

describe('building what changed', () => {
  it.each([41, 42, 43, 44])('gives the same events as building all of it (history %i)', async (seed) => {
    const database = await emptyDatabase('Europe/Berlin');
    const world = createWorld(database, createRandom(seed));
    for (let index = 0; index < 120; index++) {
      const touched = stepWorld(world);
      buildEvents(database, touched, index);
      if (index % 6 === 0 || touched.step === 'findRoot' || touched.step === 'moveRecords') {
        const fresh = await rebuilt(database);
        expect(standing(database), `step ${index}: ${touched.step}`).toEqual(standing(fresh));
        fresh.close();
      }
    }
    expect(standing(database)['event_commit_session']?.length).toBeGreaterThan(0);
  });

  it.each([45, 46])('bumps no revision where facts did not change (world %i)', async (seed) => {
    const database = await emptyDatabase('Europe/Berlin');
    grownWorld(database, createRandom(seed), 150);
    buildEvents(database, everything, 1);
    const before = whole(database);
    buildEvents(database, everything, 2);
    buildEvents(database, nothing, 3);
    expect(whole(database)).toEqual(before);
  });

  it('gives only what changed a new revision, higher than all before', async () => {
    const database = await emptyDatabase('Europe/Berlin');
    grownWorld(database, createRandom(47), 150);
    buildEvents(database, everything, 1);
    const highest = Number(
      database.get<{ rev: number }>("select value as rev from metadata_setting where name = 'event_rev'")?.rev,
    );
    const id =
      database.get<{ id: number }>(
        `select max(session_id) as id from metadata_session inner join event_session using (session_key)
         where root_session_id is null and is_retracted = 0`,
      )?.id ?? 0;
    database.run("update metadata_session set branch = 'renamed' where session_id = ?", [id]);
    buildEvents(database, { ...nothing, sessions: new Set([id]) }, 2);
    const changed = database.all<Row>(
      `select session_key, branch, built_at from event_session where event_rev > ?
       union all select session_key, branch, built_at from event_usage where event_rev > ?`,
      [highest, highest],
    );
    expect(changed.length).toBeGreaterThan(0);
    for (const row of changed) {
      expect(row).toEqual({ session_key: `session-${id}`, branch: 'renamed', built_at: 2 });
    }
  });
});

describe('what is no longer true', () => {
  /** A session with a prompt and a response, and another one to take them. */
  async function twoSessions(zone = 'UTC'): Promise<Database> {
    const database = await emptyDatabase(zone);
    given(database, 'metadata_session', [{}, {}]);
    given(database, 'metadata_source', [{}, {}]);
    given(database, 'metadata_model', [{}]);
    given(database, 'fact_session_message', [{ at: at('2026-03-01T23:30Z') }]);
    given(database, 'fact_session_usage', [{ at: at('2026-03-01T23:31Z'), output_tokens: 7, estimated_cost_usd: 0.5 }]);
    buildEvents(database, everything, 1);
    return database;
  }
  const sessions = (database: Database) =>
    columns(
      database.all<Row>('select * from event_session order by session_key'),
      'session_key output_tokens is_retracted built_at',
    );

  it('a session that loses its records is retracted, with its usage', async () => {
    const database = await twoSessions();
    expect(sessions(database)).toEqual([['session-1', 7, 0, 1]]);
    database.run('update fact_session_message set session_id = 2');
    database.run('update fact_session_usage set session_id = 2');
    buildEvents(database, { ...nothing, sessions: new Set([1, 2]) }, 2);
    expect(sessions(database)).toEqual([
      ['session-1', 7, 1, 2],
      ['session-2', 7, 0, 2],
    ]);
    expect(
      columns(
        database.all<Row>('select * from event_usage order by session_key'),
        'session_key estimated_cost_usd is_retracted',
      ),
    ).toEqual([
      ['session-1', 0.5, 1],
      ['session-2', 0.5, 0],
    ]);
    expect(columns(database.all<Row>('select * from view_session'), 'session_key')).toEqual([['session-2']]);
  });

  it('a session that gets its records back stands again', async () => {
    const database = await twoSessions();
    database.run('update fact_session_message set session_id = 2');
    database.run('update fact_session_usage set session_id = 2');
    buildEvents(database, { ...nothing, sessions: new Set([1, 2]) }, 2);
    database.run('update fact_session_message set session_id = 1');
    database.run('update fact_session_usage set session_id = 1');
    buildEvents(database, { ...nothing, sessions: new Set([1, 2]) }, 3);
    expect(sessions(database)).toEqual([
      ['session-1', 7, 0, 3],
      ['session-2', 7, 1, 3],
    ]);
  });

  it('a session that finds its root no longer stands for itself', async () => {
    const database = await twoSessions();
    given(database, 'fact_session_message', [{ session_id: 2, message_key: key(90), at: at('2026-03-01T22:00Z') }]);
    buildEvents(database, { ...nothing, sessions: new Set([2]) }, 2);
    database.run('update metadata_session set root_session_id = 2 where session_id = 1');
    buildEvents(database, { ...nothing, sessions: new Set([1]) }, 3);
    expect(sessions(database)).toEqual([
      ['session-1', 7, 1, 3],
      ['session-2', 7, 0, 3],
    ]);
  });

  it('another zone moves sessions, usage and hours to other days', async () => {
    const database = await twoSessions('UTC');
    const days = () =>
      columns(
        database.all<Row>(`
          select 'session' as what, day, week, started_at as at from event_session where is_retracted = 0
          union all select 'usage', day, week, hour_at from event_usage where is_retracted = 0`),
        'what day week at',
      );
    expect(days()).toEqual([
      ['session', '2026-03-01', '2026-02-23', at('2026-03-01T23:30Z')],
      ['usage', '2026-03-01', '2026-02-23', at('2026-03-01T23:00Z')],
    ]);
    writeSetting(database, 'zone', 'Asia/Kathmandu');
    buildEvents(database, everything, 2);
    expect(days()).toEqual([
      ['session', '2026-03-02', '2026-03-02', at('2026-03-01T23:30Z')],
      ['usage', '2026-03-02', '2026-03-02', at('2026-03-01T23:15Z')],
    ]);
    expect(standing(database)).toEqual(standing(await rebuilt(database)));
  });
});

describe('links of commits', () => {
  /** My session 1 in repository 1 says that it made commit `abcdef0`; a bot wrote the commit. */
  async function declared(): Promise<Database> {
    const database = await emptyDatabase();
    given(database, 'metadata_person', [
      { person_id: 'me', is_me: 1 },
      { person_id: 'bot', is_bot: 1 },
    ]);
    given(database, 'metadata_repository', [{}, { repository_key: 'host/own/other', name: 'other' }]);
    given(database, 'metadata_clone', [{}, { repository_id: 2 }]);
    given(database, 'metadata_session', [{ repository_id: 1 }, { repository_id: 2 }]);
    given(database, 'metadata_source', [{}, {}]);
    given(database, 'fact_session_message', [{ at: hours(1) }]);
    given(database, 'fact_session_declared_commit', [{ commit_name: 'abcdef0', at: hours(2) }]);
    return database;
  }
  const links = (database: Database) =>
    columns(
      database.all<Row>('select * from event_commit_session where is_retracted = 0 order by commit_id'),
      'repository_key commit_id session_key',
    );
  const commit = (commit_id: string, repository_id = 1) => ({
    commit_id,
    repository_id,
    author_person_id: 'bot',
    committer_person_id: 'bot',
  });

  it('a commit that is read after the session named it is linked and mine', async () => {
    const database = await declared();
    buildEvents(database, everything, 1);
    expect(links(database)).toEqual([]);
    given(database, 'fact_commit', [commit('abcdef0111')]);
    buildEvents(database, { ...nothing, commits: ['abcdef0111'] }, 2);
    expect(links(database)).toEqual([['host/own/paceflow', 'abcdef0111', 'session-1']]);
    expect(columns(database.all<Row>('select * from view_commit'), 'is_mine is_linked sessions')).toEqual([[1, 1, 1]]);
  });

  it('a second commit with the same first digits takes the link away, and the commit is not mine any more', async () => {
    const database = await declared();
    given(database, 'fact_commit', [commit('abcdef0111')]);
    buildEvents(database, everything, 1);
    given(database, 'fact_commit', [commit('abcdef0222')]);
    buildEvents(database, { ...nothing, commits: ['abcdef0222'] }, 2);
    expect(links(database)).toEqual([]);
    expect(
      columns(database.all<Row>('select * from view_commit order by commit_id'), 'commit_id is_mine is_linked'),
    ).toEqual([
      ['abcdef0111', 0, 0],
      ['abcdef0222', 0, 0],
    ]);
  });

  it('the owner of the call made the commit, not the log with a copy of it', async () => {
    const database = await declared();
    given(database, 'fact_commit', [commit('abcdef0111', 2)]);
    given(database, 'fact_session_tool_call', [{ session_id: 2, started_at: hours(2) }]);
    buildEvents(database, everything, 1);
    expect(links(database)).toEqual([['host/own/other', 'abcdef0111', 'session-2']]);
    expect(
      columns(database.all<Row>('select * from event_session order by session_key'), 'session_key declared_commits'),
    ).toEqual([
      ['session-1', 0],
      ['session-2', 1],
    ]);
  });

  it('a session that a commit names is linked, if its agent is named or none is', async () => {
    const database = await declared();
    database.run(
      "update metadata_session set provider = 'claude-code', native_id = 'native', repository_id = 2 where session_id = 1",
    );
    given(database, 'fact_commit', [commit('a1'), commit('b1'), commit('c1'), commit('d1')]);
    given(database, 'fact_commit_declaration', [
      { commit_id: 'a1', source: 'trailer', agent: 'claude-code', session: 'native' },
      { commit_id: 'a1', source: 'git_ai_note', session: 'native' },
      { commit_id: 'b1', source: 'git_ai_note', agent: 'codex', session: 'native' },
      { commit_id: 'c1', source: 'entire_trailer', session: 'native' },
      { commit_id: 'd1', source: 'git_ai_note', agent: 'codex', session: 'unknown' },
      { commit_id: 'not read', source: 'git_ai_note', agent: 'claude-code', session: 'native' },
    ]);
    buildEvents(database, everything, 1);
    expect(
      columns(
        database.all<Row>('select * from event_commit_session order by commit_id'),
        'repository_key commit_id session_key is_declared declared_at declared_by',
      ),
    ).toEqual([['host/own/paceflow', 'a1', 'session-1', 1, null, '["git_ai_note","trailer"]']]);
    expect(
      columns(database.all<Row>('select * from event_commit order by commit_id'), 'commit_id agent is_mine'),
    ).toEqual([
      ['a1', 'claude-code', 1],
      ['b1', 'codex', 0],
      ['c1', null, 0],
      ['d1', 'codex', 0],
    ]);
  });

  it('a commit of a repository that is still being read is provisional until it is read', async () => {
    const database = await declared();
    given(database, 'fact_commit', [commit('abcdef0111')]);
    database.run('update metadata_clone set is_complete = 0 where repository_id = 1');
    const provisional = () =>
      columns(database.all<Row>('select * from event_commit'), 'commit_id is_provisional event_rev');
    buildEvents(database, everything, 1);
    const [[, , revision] = []] = provisional();
    expect(provisional()).toEqual([['abcdef0111', 1, revision]]);
    database.run('update metadata_clone set is_complete = 1');
    buildEvents(database, nothing, 2);
    expect(provisional()).toEqual([['abcdef0111', 0, Number(revision) + 1]]);
  });
});
