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
    markEdits(database, rootId, rewindsOf(database, rootId), touched);
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

interface Edit {
  call_key: Uint8Array;
  ordinal: number;
  session_id: number;
  log_id: number;
  record_offset: number;
  at: number;
  is_rewound: number;
}

/** Of a root session and its sub-agents. */
function editsOf(database: Database, rootId: number): Edit[] {
  return database.all<Edit>(
    `select call_key, ordinal, session_id, log_id, record_offset, at, is_rewound
     from fact_session_code_change
     where session_id in (select session_id from metadata_session where session_id = ?1 or root_session_id = ?1)`,
    [rootId],
  );
}

type Rewind = readonly [first: Prompt, last: Prompt];

function markEdits(database: Database, rootId: number, rewinds: readonly Rewind[], touched: Set<number>): void {
  const isTakenBack = coverOf(rewinds);
  for (const edit of editsOf(database, rootId)) {
    const isRewound = isTakenBack(edit);
    if (isRewound !== (edit.is_rewound === 1)) {
      database.run('update fact_session_code_change set is_rewound = ? where call_key = ? and ordinal = ?', [
        isRewound ? 1 : 0,
        edit.call_key,
        edit.ordinal,
      ]);
      touched.add(edit.session_id);
    }
  }
}

/** What stands in the log of both prompts is told by its place, what stands in another (a sub-agent's) by its time. */
function coverOf(rewinds: readonly Rewind[]): (edit: Edit) => boolean {
  const covers = new Map<number, (edit: Edit) => boolean>();
  const coverIn = (logId: number): ((edit: Edit) => boolean) => {
    const isWithin = ([first, last]: Rewind) => first.log_id === logId && last.log_id === logId;
    const places = createStretches(
      rewinds.filter(isWithin).map(([first, last]) => [first.record_offset, last.record_offset]),
    );
    const times = createStretches(
      rewinds.filter((rewind) => !isWithin(rewind)).map(([first, last]) => [first.at, last.at]),
    );
    return (edit) => places.cover(edit.record_offset) || times.cover(edit.at);
  };
  return (edit) => {
    const cover = covers.get(edit.log_id) ?? coverIn(edit.log_id);
    covers.set(edit.log_id, cover);
    return cover(edit);
  };
}

/** Half-open stretches of a line of numbers, joined where they overlap: a log may hold as many as it has prompts. */
function createStretches(pairs: [from: number, to: number][]): { cover(value: number): boolean } {
  const joined: [from: number, to: number][] = [];
  for (const [from, to] of pairs.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return {
    cover: (value) => {
      let low = 0;
      let high = joined.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((joined[middle]?.[0] ?? 0) <= value) low = middle + 1;
        else high = middle;
      }
      const before = joined[low - 1];
      return before !== undefined && value < before[1];
    },
  };
}
