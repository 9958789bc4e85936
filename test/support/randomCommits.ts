import { given, minutes } from './given';
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
        ...changedLines(random.chance(0.2) ? 0 : random.between(0, 50), random.between(0, 50)),
        excluded: random.chance(0.3) ? random.pick(['lock', 'generated']) : null,
      })),
    );
  }
  touched.commits.push(commit_id);
}

const changedLines = (added_lines: number, removed_lines: number) => ({
  added_lines,
  removed_lines,
  hunks: new Uint8Array(16),
  added: new Uint8Array(16 * added_lines),
  removed: new Uint8Array(16 * removed_lines),
});

/** Lines of a commit turn out to be a session's, or a file to be written by a command of it; mostly made soon after. */
export function matchCommit({ database, random, any }: World, touched: Touched): void {
  const session = any(`
    select distinct session_id as id
    from metadata_session inner join fact_session_message using (session_id)
    where root_session_id is null
    order by session_id`);
  const files = database.all<{
    repository_id: number;
    commit_id: string;
    path_id: number;
    added_lines: number;
    removed_lines: number;
  }>(`select * from fact_commit_file_change where excluded is null
        and (repository_id, commit_id) not in (select repository_id, commit_id from fact_commit_line_match)
      order by repository_id, commit_id, path_id`);
  if (session === undefined || files.length === 0) {
    return;
  }
  const { repository_id, commit_id, path_id, added_lines, removed_lines } = random.pick(files);
  const part = (lines: number) => (random.chance(0.6) ? lines : random.between(0, lines));
  const [added, removed] = [part(added_lines), part(removed_lines)];
  given(database, 'fact_commit_line_match', [
    {
      ...{ repository_id, commit_id, path_id, ai_added_lines: added, ai_removed_lines: removed },
      ...{ added: new Uint8Array(3 * added_lines), removed: new Uint8Array(3 * removed_lines) },
      tool_session_id: random.chance(0.2) ? session : null,
    },
  ]);
  given(database, 'fact_commit_session_match', [
    { repository_id, commit_id, session_id: session, added_lines: added, removed_lines: removed },
  ]);
  const last = database.get<{ at: number | null }>(
    'select max(at) as at from fact_session_message where session_id = ?',
    [session],
  )?.at;
  if (last != null && random.chance(0.8)) {
    database.run('update fact_commit set authored_at = ?, committed_at = ? where commit_id = ?', [
      last + random.between(-60, 480) * minutes(1),
      last + random.between(0, 600) * minutes(1),
      commit_id,
    ]);
  }
  touched.commits.push(commit_id);
  touched.sessions.add(session);
}

/** A commit turns out to be a copy of another one of its repository, which stands for both from now on. */
export function copyCommit({ database, random }: World, touched: Touched): void {
  const known = database.all<{ repository_id: number; commit_id: string; change_id: string }>(
    'select repository_id, commit_id, change_id from fact_commit where is_canonical = 1 order by repository_id, commit_id',
  );
  const original = known.length > 0 ? random.pick(known) : undefined;
  const copies = known.filter(
    (row) => row.repository_id === original?.repository_id && row.change_id !== original.change_id,
  );
  if (!original || copies.length === 0) {
    return;
  }
  const copy = random.pick(copies);
  const { repository_id } = original;
  const members = database.all<{ commit_id: string }>(
    'select commit_id from fact_commit where repository_id = ? and change_id in (?, ?)',
    [repository_id, original.change_id, copy.change_id],
  );
  database.run('update fact_commit set is_canonical = 0 where repository_id = ? and commit_id = ?', [
    repository_id,
    copy.commit_id,
  ]);
  database.run('update fact_commit set change_id = ? where repository_id = ? and change_id = ?', [
    original.change_id,
    repository_id,
    copy.change_id,
  ]);
  touched.commits.push(...members.map((row) => row.commit_id));
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
