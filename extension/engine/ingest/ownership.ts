import type { Database } from '../database/database';

/** How two logs that share records stand to each other, seen from one of them. */
export interface CopySide {
  logId: number;
  /** The agent's id of the log's session. */
  nativeId: string;
  /** Whether it holds records that the other does not. */
  hasOwn: boolean;
  /** From its last shared record to its first own one after it, milliseconds; Infinity: nothing follows. */
  followedAfterMs: number;
}

/**
 * Which of two logs owns what both hold: the one that is a prefix of the other, else the one that went on soonest
 * after the last shared record, else the smaller id. A function of the two files, not of the order of reading.
 */
export function ownerOf(a: CopySide, b: CopySide): CopySide {
  if (a.hasOwn !== b.hasOwn) {
    return a.hasOwn ? b : a;
  }
  if (a.followedAfterMs !== b.followedAfterMs) {
    return a.followedAfterMs < b.followedAfterMs ? a : b;
  }
  return a.nativeId <= b.nativeId ? a : b;
}

/**
 * Gives every record that several logs hold to its owner, wherever one of `logs` is among the holders.
 * Returns the sessions that lost or gained records. For inSlices.
 */
export function* settleOwnership(database: Database, logs: ReadonlySet<number>): Generator<void, Set<number>> {
  const touched = new Set<number>();
  const holders = database.all<{ record_key: Uint8Array; kind: string; holders: string }>(`
    select record_key, min(kind) as kind, group_concat(log_id) as holders
    from (select record_key, kind, log_id from fact_session_copy order by record_key, log_id)
    group by record_key`);
  yield;
  const owners = new Map<string, number>();
  for (const record of holders) {
    const ids = record.holders
      .split(',')
      .map(Number)
      .sort((a, b) => a - b);
    if (!ids.some((id) => logs.has(id))) {
      continue;
    }
    const set = ids.join(',');
    let owner = owners.get(set);
    if (owner === undefined) {
      owner = electOwner(database, ids);
      owners.set(set, owner);
    }
    giveTo(database, record, owner, touched);
    yield;
  }
  return touched;
}

/**
 * Three logs may beat each other in a circle: they are asked in the order of their names, not of their reading. Those of
 * one session are ordered by what they hold: where they lie may change.
 */
function electOwner(database: Database, ids: number[]): number {
  return database
    .all<{ log_id: number }>(
      `select log_id
       from metadata_source left join metadata_session using (session_id)
       where log_id in (select value from json_each(?))
       order by native_id, tail_fingerprint, resume_offset`,
      [JSON.stringify(ids)],
    )
    .map((row) => row.log_id)
    .reduce((best, next) => ownerOf(readSide(database, best, next), readSide(database, next, best)).logId);
}

function readSide(database: Database, logId: number, otherId: number): CopySide {
  const row = database.get<{ native_id: string; own: number; last_shared: number | null; first_own: number | null }>(
    `
    with
      shared as (
        select mine.record_key, mine.at
        from fact_session_copy as mine
        inner join fact_session_copy as theirs on theirs.record_key = mine.record_key and theirs.log_id = ?2
        where mine.log_id = ?1
      ),
      side as (select session_id from metadata_source where log_id = ?1),
      held as (
        select message_key as record_key, at
        from fact_session_message where log_id = ?1 and session_id = (select session_id from side)
        union
        select response_key, at
        from fact_session_usage where log_id = ?1 and session_id = (select session_id from side)
        union
        select call_key, coalesce(started_at, ended_at)
        from fact_session_tool_call where log_id = ?1 and session_id = (select session_id from side)
        union
        select record_key, at from fact_session_copy where log_id = ?1
      ),
      own as (select * from held where record_key not in (select record_key from shared)),
      last as (select max(at) as at from shared)
    select
      (select coalesce(metadata_session.native_id, metadata_source.real_path)
        from metadata_source left join metadata_session on metadata_session.session_id = metadata_source.session_id
        where metadata_source.log_id = ?1) as native_id,
      (select count(*) from own) as own,
      (select at from last) as last_shared,
      (select min(own.at) from own, last where own.at > last.at) as first_own`,
    [logId, otherId],
  );
  const { native_id = '', own = 0, last_shared = null, first_own = null } = row ?? {};
  return {
    logId,
    nativeId: native_id,
    hasOwn: own > 0,
    followedAfterMs: last_shared === null || first_own === null ? Number.POSITIVE_INFINITY : first_own - last_shared,
  };
}

const tables: Readonly<Record<string, { table: string; key: string }[]>> = {
  message: [{ table: 'fact_session_message', key: 'message_key' }],
  response: [{ table: 'fact_session_usage', key: 'response_key' }],
  call: [
    { table: 'fact_session_tool_call', key: 'call_key' },
    { table: 'fact_session_code_change', key: 'call_key' },
  ],
};

function giveTo(
  database: Database,
  record: { record_key: Uint8Array; kind: string },
  logId: number,
  touched: Set<number>,
): void {
  const owner = database.get<{ session_id: number; record_offset: number }>(
    `select metadata_source.session_id, fact_session_copy.record_offset
     from fact_session_copy inner join metadata_source on metadata_source.log_id = fact_session_copy.log_id
     where fact_session_copy.record_key = ? and fact_session_copy.log_id = ?`,
    [record.record_key, logId],
  );
  if (!owner) {
    return;
  }
  for (const { table, key } of tables[record.kind] ?? []) {
    const holder = database.get<{ session_id: number; log_id: number }>(
      `select session_id, log_id from ${table} where ${key} = ? limit 1`,
      [record.record_key],
    );
    if (!holder || holder.log_id === logId) {
      continue;
    }
    database.run(`update ${table} set session_id = ?, log_id = ?, record_offset = ? where ${key} = ?`, [
      owner.session_id,
      logId,
      owner.record_offset,
      record.record_key,
    ]);
    touched.add(holder.session_id);
    touched.add(owner.session_id);
  }
}
