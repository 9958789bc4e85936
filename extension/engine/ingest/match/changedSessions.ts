import { clockToleranceMs } from '../../attribution/matchInput';
import type { Database } from '../../database/database';

/** What is remembered of a session's edits: enough to see that they are others, or that there are only newer ones. */
interface Remembered {
  matched_edits: string | null;
  matched_until: number | null;
}

/** A clock may be so far off: which edits are earlier than a commit is not known better before they are matched. */
const clockSlackMs = 3_600_000;

/**
 * Repositories in which commits may have other lines because the edits of these sessions are others than when lines
 * were last matched. An agent that is at work adds edits, and no commit that is there already can hold them. Remembers
 * what the edits are now: a pass that is cut off before they are matched leaves its mark, and the next matches all.
 * Yields after each session.
 */
export function* repositoriesOfChangedEdits(
  database: Database,
  sessions: ReadonlySet<number>,
): Generator<void, number[]> {
  let earliest: number | undefined;
  for (const session of sessions) {
    const own = earliestChange(database, session);
    if (own !== undefined) earliest = Math.min(own, earliest ?? own);
    yield;
  }
  if (earliest === undefined) return [];
  return database
    .all<{ id: number }>('select distinct repository_id as id from fact_commit where committed_at >= ?', [earliest])
    .map(({ id }) => id);
}

/** From which commit time on matches may change; undefined: not at all. */
function earliestChange(database: Database, session: number): number | undefined {
  const known = database.get<Remembered>(
    'select matched_edits, matched_until from metadata_session where session_id = ?',
    [session],
  );
  if (!known) return undefined;
  const now = digestOf(database, session, Number.MAX_SAFE_INTEGER);
  if (now.digest === known.matched_edits) return undefined;
  database.run('update metadata_session set matched_edits = ?, matched_until = ? where session_id = ?', [
    ...[now.digest, now.until, session],
  ]);
  if (known.matched_until === null) return Number.MIN_SAFE_INTEGER;
  if (digestOf(database, session, known.matched_until).digest !== known.matched_edits) return Number.MIN_SAFE_INTEGER;
  const slack = now.hasDeclared ? clockSlackMs : clockToleranceMs;
  return known.matched_until - slack;
}

function digestOf(
  database: Database,
  session: number,
  until: number,
): { digest: string; until: number | null; hasDeclared: boolean } {
  const edits = database.get<{ n: number; bytes: number; instants: number; until: number | null }>(
    `select count(*) as n, coalesce(sum(length(added) + 3 * length(removed)), 0) as bytes,
       coalesce(sum(at % 1000003), 0) as instants, max(at) as until
     from fact_session_code_change
     where session_id = ? and outcome = 'ok' and is_rewound = 0 and at <= ?`,
    [session, until],
  );
  // By its key: a row's number depends on what was read first.
  const declared = database.get<{ n: number; repository: string | null }>(
    `select (select count(*) from fact_session_declared_commit where session_id = ?1) as n, repository_key as repository
     from metadata_session left join metadata_repository using (repository_id) where session_id = ?1`,
    [session],
  );
  return {
    digest: [edits?.n, edits?.bytes, edits?.instants, declared?.n, declared?.repository].join(':'),
    until: edits?.until ?? null,
    hasDeclared: (declared?.n ?? 0) > 0,
  };
}
