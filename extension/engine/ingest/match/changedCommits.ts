import type { Database } from '../../database/database';

/** A mainline that moved further is told anew. */
const longestMove = 1000;

/**
 * Repositories whose lines may be other ones because commits are new or told otherwise (`change_id` is null then), or
 * because the mainline moved. A push moves refs, and no line. Yields after each repository.
 */
export function* repositoriesOfChangedCommits(database: Database): Generator<void, number[]> {
  const found = new Set(
    database
      .all<{ id: number }>('select distinct repository_id as id from fact_commit where change_id is null')
      .map(({ id }) => id),
  );
  for (const { id, tip, matched } of database.all<{ id: number; tip: string | null; matched: string | null }>(
    `select repository_id as id, mainline_tip as tip, matched_tip as matched
     from metadata_repository where mainline_tip is not matched_tip`,
  )) {
    if (!found.has(id) && movedAlongOnly(database, id, tip, matched)) noteMatchedTip(database, id);
    else found.add(id);
    yield;
  }
  return [...found];
}

/** What is matched is matched for the mainline as it is now. */
export function noteMatchedTip(database: Database, repositoryId: number): void {
  database.run(
    'update metadata_repository set matched_tip = mainline_tip where repository_id = ? and matched_tip is not mainline_tip',
    [repositoryId],
  );
}

/**
 * The mainline took in a plain row of commits that have no copies. What lies beside it can be a part of another commit,
 * but these were nobody's part, and stand for themselves wherever they lie.
 */
function movedAlongOnly(database: Database, repositoryId: number, tip: string | null, matched: string | null): boolean {
  const changes: string[] = [];
  for (let commit = tip; commit !== matched; ) {
    const row = database.get<{ parents: string; change_id: string }>(
      'select parents, change_id from fact_commit where repository_id = ? and commit_id = ?',
      [repositoryId, commit],
    );
    const [parent, ...others] = row ? (JSON.parse(row.parents) as string[]) : [];
    if (!row || parent === undefined || others.length > 0 || changes.length === longestMove) return false;
    changes.push(row.change_id);
    commit = parent;
  }
  const copied = database.get(
    `select change_id from fact_commit
     where repository_id = ? and change_id in (select value from json_each(?))
     group by change_id having count(*) > 1 limit 1`,
    [repositoryId, JSON.stringify(changes)],
  );
  return copied === undefined;
}
