import type { Database } from '../database/database';

interface Prompt {
  parent: string;
  session_id: number;
  record_offset: number;
  at: number;
}

/**
 * Marks the edits that a rewind took back. A log grows at its end: where two prompts answer the same message, the
 * person went back, and all that stands between the first and the last of them was abandoned, edits of sub-agents
 * that ran meanwhile included. What it cost is still counted. Returns the sessions whose edits changed.
 */
export function settleRewinds(database: Database, logs: ReadonlySet<number>): Set<number> {
  const touched = new Set<number>();
  for (const logId of mainLogsOf(database, logs)) {
    const rewound = new Set<string>();
    for (const [first, last] of rewindsOf(database, logId)) {
      for (const key of editsBetween(database, logId, first, last)) {
        rewound.add(key);
      }
    }
    markEdits(database, logId, rewound, touched);
  }
  return touched;
}

/** The logs of the root sessions that the given logs belong to: a person's prompts stand there. */
function mainLogsOf(database: Database, logs: ReadonlySet<number>): Set<number> {
  const main = new Set<number>();
  for (const logId of logs) {
    const roots = database.all<{ log_id: number }>(
      `select main.log_id
       from metadata_source as source
       inner join metadata_session as session on session.session_id = source.session_id
       inner join metadata_source as main on main.session_id = coalesce(session.root_session_id, session.session_id)
       where source.log_id = ?`,
      [logId],
    );
    for (const root of roots) {
      main.add(root.log_id);
    }
  }
  return main;
}

/** First and last prompt of each rewind of a log. */
function rewindsOf(database: Database, logId: number): [first: Prompt, last: Prompt][] {
  const prompts = database.all<Prompt>(
    `select hex(parent_key) as parent, session_id, record_offset, at
     from fact_session_message
     where session_id = (select session_id from metadata_source where log_id = ?1) and log_id = ?1
       and prompt = 'typed' and parent_key is not null
     order by record_offset`,
    [logId],
  );
  const byParent = new Map<string, [Prompt, Prompt]>();
  for (const prompt of prompts) {
    byParent.set(prompt.parent, [byParent.get(prompt.parent)?.[0] ?? prompt, prompt]);
  }
  return [...byParent.values()].filter(([first, last]) => first !== last);
}

const family = 'select session_id from metadata_session where session_id = ?1 or root_session_id = ?1';

function editsBetween(database: Database, logId: number, first: Prompt, last: Prompt): string[] {
  return database
    .all<{ key: string }>(
      `select hex(call_key) || ordinal as key
       from fact_session_code_change
       where session_id in (${family})
         and case when log_id = ?2 then record_offset >= ?3 and record_offset < ?4 else at >= ?5 and at < ?6 end`,
      [first.session_id, logId, first.record_offset, last.record_offset, first.at, last.at],
    )
    .map((row) => row.key);
}

function markEdits(database: Database, logId: number, rewound: ReadonlySet<string>, touched: Set<number>): void {
  const session = database.get<{ session_id: number }>('select session_id from metadata_source where log_id = ?', [
    logId,
  ]);
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
    [session?.session_id ?? null],
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
