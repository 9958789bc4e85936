import { given } from './given';
import { key } from './givenFacts';
import type { Touched, World } from './world';

/** A commit, sometimes with the first digits of another one, sometimes known to both repositories (a fork). */
export function newCommit({ database, random, serial, instant }: World, touched: Touched): void {
  const known = database.all<{ commit_id: string }>('select commit_id from fact_commit order by commit_id');
  const start = known.length > 0 && random.chance(0.2) ? random.pick(known).commit_id.slice(0, 7) : random.hex(7);
  const commit_id = start + random.hex(33);
  const author_person_id = random.pick(['me', 'me', 'other', 'bot']);
  const authored_at = instant();
  const repositories = random.chance(0.15) ? [1, 2] : [random.between(1, 2)];
  for (const repository_id of repositories) {
    given(database, 'fact_commit', [
      {
        repository_id,
        commit_id,
        author_person_id,
        committer_person_id: author_person_id,
        authored_at,
        committed_at: authored_at + serial(),
        parent_count: random.chance(0.15) ? 2 : 1,
        is_pushed: random.chance(0.5) ? 1 : 0,
        is_reachable: random.chance(0.9) ? 1 : 0,
        agent: random.chance(0.1) ? 'claude' : null,
      },
    ]);
    const files = [1, 2, 3, 4].filter(() => random.chance(0.5));
    given(
      database,
      'fact_commit_file_change',
      files.map((path_id) => ({
        repository_id,
        commit_id,
        path_id,
        added_lines: random.between(0, 50),
        removed_lines: random.between(0, 50),
        excluded: random.chance(0.3) ? random.pick(['lock', 'generated']) : null,
      })),
    );
  }
  touched.commits.push(commit_id);
}

/** A session's log names a commit: by its full id, by its first digits, or one that nobody has. */
export function declareCommit({ database, random, serial, instant, any }: World, touched: Touched): void {
  const session = any('select session_id as id from metadata_session order by session_id');
  const known = database.all<{ commit_id: string }>('select commit_id from fact_commit order by commit_id');
  if (session === undefined || known.length === 0) {
    return;
  }
  const id = random.chance(0.1) ? random.hex(40) : random.pick(known).commit_id;
  const commit_name = id.slice(0, random.pick([7, 9, 40]));
  if (
    database.get('select 1 from fact_session_declared_commit where session_id = ? and commit_name = ?', [
      session,
      commit_name,
    ])
  ) {
    return;
  }
  const place = { session_id: session, log_id: session, record_offset: serial() };
  const call_key = key(serial());
  const now = instant();
  given(database, 'fact_session_declared_commit', [{ ...place, commit_name, call_key, at: now }]);
  touched.sessions.add(session);
  if (random.chance(0.7)) {
    // Sometimes the call belongs to another session than the log that names the commit: a copy.
    const owner = random.chance(0.2)
      ? any('select session_id as id from metadata_session order by session_id')
      : session;
    given(database, 'fact_session_tool_call', [
      { ...place, session_id: owner ?? session, call_key, tool_id: 2, started_at: now, ended_at: now, outcome: 'ok' },
    ]);
    touched.sessions.add(owner ?? session);
  }
}

/** A commit is pushed, or loses its last branch, or gets one again. */
export function turnCommit({ database, random }: World, touched: Touched): void {
  const known = database.all<{ commit_id: string }>('select commit_id from fact_commit order by commit_id');
  if (known.length === 0) {
    return;
  }
  const { commit_id } = random.pick(known);
  database.run('update fact_commit set is_pushed = 1 - is_pushed, is_reachable = ? where commit_id = ?', [
    random.between(0, 1),
    commit_id,
  ]);
  touched.commits.push(commit_id);
}
