import { describe, expect, it } from 'vitest';
import { type GivenRow, given } from '../../support/given';
import { columns, emptyDatabase, type Row } from '../../support/schema';

describe('view_commit', () => {
  it('counts my reachable commits that are no merges', async () => {
    const database = await emptyDatabase();
    given(database, 'event_commit', [
      { commit_id: 'mine' },
      { commit_id: 'other', is_mine: 0 },
      { commit_id: 'merge', is_merge: 1 },
      { commit_id: 'lost', is_reachable: 0 },
      { commit_id: 'bot', is_bot: 1 },
      { commit_id: 'gone', is_retracted: 1 },
    ]);
    expect(
      columns(database.all<Row>('select * from view_commit order by authored_at'), 'commit_id is_counted'),
    ).toEqual([
      ['mine', 1],
      ['other', 0],
      ['merge', 0],
      ['lost', 0],
      ['bot', 1],
    ]);
  });

  it('says how many sessions stand behind a commit of that repository', async () => {
    const database = await emptyDatabase();
    given(database, 'event_commit', [
      { commit_id: 'two', added_lines: 4, removed_lines: 3 },
      { commit_id: 'none' },
      { commit_id: 'undone' },
      { commit_id: 'two', repository_key: 'fork' },
    ]);
    given(database, 'event_commit_session', [
      { commit_id: 'two', session_key: 'a' },
      { commit_id: 'two', session_key: 'b' },
      { commit_id: 'undone', session_key: 'a', is_retracted: 1 },
    ]);
    expect(
      columns(
        database.all<Row>('select * from view_commit order by authored_at'),
        'repository_key commit_id sessions is_linked changed_lines',
      ),
    ).toEqual([
      ['host/own/paceflow', 'two', 2, 1, 7],
      ['host/own/paceflow', 'none', 0, 0, 0],
      ['host/own/paceflow', 'undone', 0, 0, 0],
      ['fork', 'two', 0, 0, 0],
    ]);
  });

  it('shows a commit that several sources know once: mine first, then reachable, then the first source', async () => {
    const database = await emptyDatabase();
    given(database, 'event_commit', [
      { commit_id: 'x', source_id: 'a', is_mine: 0, files: 1 },
      { commit_id: 'x', source_id: 'b', is_mine: 1, is_reachable: 0, files: 2 },
      { commit_id: 'x', source_id: 'c', is_mine: 1, is_reachable: 1, files: 3 },
      { commit_id: 'y', source_id: 'b', files: 5 },
      { commit_id: 'y', source_id: 'a', files: 4 },
      { commit_id: 'z', source_id: 'a', files: 6, is_retracted: 1 },
      { commit_id: 'z', source_id: 'b', files: 7, is_mine: 0 },
    ]);
    expect(columns(database.all<Row>('select * from view_commit order by commit_id'), 'commit_id files')).toEqual([
      ['x', 3],
      ['y', 4],
      ['z', 7],
    ]);
  });
});

describe('AI share of a commit', () => {
  type Commit = GivenRow<'event_commit'>;
  const added = (ai: number, human: number, tool: number, unknown: number, declared = 0): Commit => ({
    added_lines: ai + human + tool + unknown + declared,
    ...{ ai_added_lines: ai, human_added_lines: human, tool_added_lines: tool, unknown_added_lines: unknown },
    ai_declared_added_lines: declared,
  });

  it.each<[string, Commit, number | null, number]>([
    ['all', added(5, 0, 0, 0), 1, 1],
    ['half', added(5, 5, 0, 0), 0.5, 1],
    ['under half', added(4, 5, 0, 0), 4 / 9, 0],
    ['four lines are no AI-heavy commit', added(4, 0, 0, 0), 1, 0],
    ['of tools', added(0, 0, 9, 0), 0, 0],
    ['half unknown', added(5, 0, 0, 5), 1, 1],
    ['more than half unknown', added(5, 0, 0, 6), null, 0],
    ['only declared', added(0, 0, 0, 0, 9), null, 0],
    ['nothing', {}, null, 0],
    ['removed lines do not count beside added', { ...added(0, 8, 0, 0), ai_removed_lines: 9, removed_lines: 9 }, 0, 0],
    ['removed lines alone', { ai_removed_lines: 6, human_removed_lines: 2, removed_lines: 8 }, 0.75, 1],
  ])('%s', async (_, commit, share, isHeavy) => {
    const database = await emptyDatabase();
    given(database, 'event_commit', [commit]);
    const [row] = database.all<Row>('select * from view_commit');
    expect([row?.['ai_share'], row?.['is_ai_heavy']]).toEqual([share, isHeavy]);
  });
});

describe('view_commit_session', () => {
  it('has what is shown of the session, and no link to a session that is not known', async () => {
    const database = await emptyDatabase();
    given(database, 'event_session', [
      {
        session_key: 's',
        model: 'm',
        prompts: 4,
        active_ms: 9,
        started_at: 5,
        recorded_cost_usd: 1,
        estimated_cost_usd: 2,
      },
      { session_key: 's', source_id: 'there', prompts: 99 },
      { session_key: 'gone', is_retracted: 1 },
    ]);
    given(database, 'event_commit_session', [
      { commit_id: 'c', session_key: 's', declared_at: 7 },
      { commit_id: 'c', session_key: 'gone' },
      { commit_id: 'c', session_key: 'nobody' },
      { commit_id: 'd', session_key: 's', is_retracted: 1 },
    ]);
    expect(
      columns(
        database.all<Row>('select * from view_commit_session'),
        'source_id commit_id session_key is_declared declared_at provider model prompts active_ms started_at cost_usd unpriced_responses',
      ),
    ).toEqual([['here', 'c', 's', 1, 7, 'claude-code', 'm', 4, 9, 5, 3, 0]]);
  });
});
