import type { Database } from '../../database/database';
import { sourceOf } from '../sources';
import { forgetCopiesAt, type KnownLog, liftLogs, retireLogsAt } from './knownLogs';
import type { Place, Standing } from './settleSession';

/** Writes down where logs lie now and which files are copies, all at once: two logs may have swapped their places. */
export function noteStandings(database: Database, standings: readonly Standing[], now: number): void {
  const copies = standings.filter((standing) => standing.kind === 'copy');
  const logs = standings.filter((standing) => standing.kind === 'log');
  const news = logs.filter(({ known, place }) => known?.real_path !== place.found.path);
  const moved = news.flatMap(({ known, place }) => (known ? [{ known, place }] : []));
  if (copies.length === 0 && news.length === 0) {
    return;
  }
  database.transaction(() => {
    liftLogs(
      database,
      moved.map(({ known }) => known),
    );
    retireLogsAt(database, foundAt([...news, ...copies]), now);
    forgetCopiesAt(database, foundAt(news));
    for (const { known, place } of moved) {
      putLog(database, known, place);
    }
    for (const { place, original } of copies) {
      noteCopy(database, place, sourceOf(database, original.found, now).logId, now);
    }
  });
}

const foundAt = (standings: readonly Standing[]) => standings.map(({ place }) => place.found);

function putLog(database: Database, known: KnownLog, { found }: Place): void {
  database.run('update metadata_source set real_path = ? where log_id = ?', [found.path, known.log_id]);
}

function noteCopy(database: Database, { found, size, modifiedAt }: Place, logId: number, now: number): void {
  database.run(
    `insert into metadata_source_copy (provider, real_path, log_id, size, modified_at, compared_at) values (?, ?, ?, ?, ?, ?)
     on conflict (provider, real_path) do update set log_id = excluded.log_id`,
    [found.provider.id, found.path, logId, size, modifiedAt, now],
  );
}
