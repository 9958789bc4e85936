import type { Database } from '../database/database';
import type { ProblemRow } from './logRows';

/** A file that is no log has a problem on every line: with a row for each the database would outgrow the file. */
const mostProblems = 1000;

const keep = `
  insert into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, ?, ?, ?, ?)
  on conflict (log_id, place, reason) do nothing`;

const countOnly = `
  insert into fact_source_problem (log_id, place, reason, detail, seen_at, problems)
  values (?, 0, 'further', 'beyond the first ${mostProblems} of this log: counted only', ?, ?)
  on conflict (log_id, place, reason) do update set problems = problems + excluded.problems`;

/** Writes problems of a log: its first thousand with their places, the others as a number. */
export function noteProblems(database: Database, logId: number, problems: readonly ProblemRow[], seenAt: number): void {
  if (problems.length === 0) {
    return;
  }
  const kept = database.get<{ n: number }>(
    "select count(*) as n from fact_source_problem where log_id = ? and reason not in ('further', 'unreadable')",
    [logId],
  );
  let room = mostProblems - (kept?.n ?? 0);
  let further = 0;
  for (const { offset, reason, detail } of problems) {
    if (room > 0) {
      room -= database.run(keep, [logId, offset, reason, detail, seenAt]);
    } else {
      further += 1;
    }
  }
  if (further > 0) {
    database.run(countOnly, [logId, seenAt, further]);
  }
}
