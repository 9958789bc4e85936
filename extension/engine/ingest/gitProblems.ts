import type { Database } from '../database/database';
import { sha256 } from './keys';

/** The row under which problems of a git directory are noted. */
export function gitSource(database: Database, commonDir: string, now: number): number {
  database.run(
    `insert into metadata_source (provider, real_path, kind, status, first_read_at, last_read_at) values ('git', ?, 'git', 'read', ?, ?)
     on conflict (provider, real_path) do update set last_read_at = excluded.last_read_at, status = 'read', gone_at = null`,
    [commonDir, now, now],
  );
  return (
    database.get<{ log_id: number }>("select log_id from metadata_source where provider = 'git' and real_path = ?", [
      commonDir,
    ])?.log_id ?? 0
  );
}

export function noteGitProblem(database: Database, logId: number, commit: string, problem: string, now: number): void {
  // A commit has no offset: the start of its id, else of the problem's digest, keeps several problems apart.
  database.run(
    'insert or replace into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, ?, ?, ?, ?)',
    [
      logId,
      Number.parseInt((commit || sha256(problem)).slice(0, 12), 16),
      commit ? 'commit' : 'repository',
      commit ? `${commit.slice(0, 7)}: ${problem}` : problem,
      now,
    ],
  );
}
