import type { Database } from '../database/database';

interface Prompt {
  parent: string;
  log_id: number;
  record_offset: number;
  at: number;
}

/**
 * Marks the edits that a rewind took back. A log grows at its end: where two prompts answer the same message, the
 * person went back, and all that stands between the first and the last of them was abandoned, edits of sub-agents
 * that ran meanwhile included. What it cost is still counted. Returns the sessions whose edits changed.
 * For inSlices.
 */
export function* settleRewinds(database: Database, logs: ReadonlySet<number>): Generator<void, Set<number>> {
  const touched = new Set<number>();
  for (const rootId of rootsOf(database, logs)) {
    const rewound = new Set<string>();
    for (const [first, last] of rewindsOf(database, rootId)) {
      for (const key of editsBetween(database, rootId, first, last)) {
        rewound.add(key);
      }
    }
    markEdits(database, rootId, rewound, touched);
    yield;
  }
  return touched;
}

/** The root sessions that the given logs belong to: a person's prompts stand in theirs. */
function rootsOf(database: Database, logs: ReadonlySet<number>): number[] {
  return database
    .all<{ id: number }>(
      `select distinct coalesce(root_session_id, session_id) as id
       from metadata_source inner join metadata_session using (session_id)
       where log_id in (select value from json_each(?))`,
      [JSON.stringify([...logs])],
    )
    .map((row) => row.id);
}

/** First and last prompt of each rewind of a session. Copies that went on apart are logs of one session, too. */
function rewindsOf(database: Database, rootId: number): [first: Prompt, last: Prompt][] {
  const prompts = database.all<Prompt>(
    `select hex(parent_key) as parent, log_id, record_offset, at
     from fact_session_message
     where session_id = ? and prompt = 'typed' and parent_key is not null
     order by min(at) over (partition by log_id), record_offset`,
    [rootId],
  );
  const byParent = new Map<string, [Prompt, Prompt]>();
  for (const prompt of prompts) {
    byParent.set(prompt.parent, [byParent.get(prompt.parent)?.[0] ?? prompt, prompt]);
  }
  return [...byParent.values()].filter(([first, last]) => first !== last);
}

const family = 'select session_id from metadata_session where session_id = ?1 or root_session_id = ?1';

function editsBetween(database: Database, rootId: number, first: Prompt, last: Prompt): string[] {
  return database
    .all<{ key: string }>(
      `select hex(call_key) || ordinal as key
       from fact_session_code_change
       where session_id in (${family})
         and case
           when log_id = ?2 and log_id = ?3 then record_offset >= ?4 and record_offset < ?5
           else at >= ?6 and at < ?7
         end`,
      [rootId, first.log_id, last.log_id, first.record_offset, last.record_offset, first.at, last.at],
    )
    .map((row) => row.key);
}

function markEdits(database: Database, rootId: number, rewound: ReadonlySet<string>, touched: Set<number>): void {
  const edits = database.all<{
    call_key: Uint8Array;
    ordinal: number;
    key: string;
    session_id: number;
    is_rewound: number;
  }>(
    `select call_key, ordinal, hex(call_key) || ordinal as key, session_id, is_rewound
     from fact_session_code_change
     where session_id in (${family})`,
    [rootId],
  );
  for (const edit of edits) {
    const isRewound = rewound.has(edit.key) ? 1 : 0;
    if (isRewound !== edit.is_rewound) {
      database.run('update fact_session_code_change set is_rewound = ? where call_key = ? and ordinal = ?', [
        isRewound,
        edit.call_key,
        edit.ordinal,
      ]);
      touched.add(edit.session_id);
    }
  }
}
