import { packLines } from '../attribution/lines';
import type { Database } from '../database/database';
import type {
  DeclaredCommitFact,
  EditFact,
  MessageFact,
  ProblemFact,
  ResponseFact,
  SessionFact,
  ShellWriteFact,
  ToolCallFact,
  ToolResultFact,
} from '../providers/facts';
import type { Dictionary } from './dictionary';
import { factKey } from './keys';
import { createRecordCounts } from './recordCounts';
import { createSessionNotes } from './sessionNotes';

/** The log whose records are being written. */
export interface LogContext {
  provider: string;
  logId: number;
  sessionId: number;
}

/** Writes facts so that the result depends neither on the order of records nor on how often one is written. */
export interface FactWriter {
  write(fact: SessionFact, offset: number): void;
  /** To be called once after the records of a transaction: writes what was summed, gives edits their calls' outcome. */
  settle(): void;
  /** Sessions whose facts changed. */
  readonly touched: Set<number>;
}

export function createFactWriter(
  database: Database,
  dictionary: Dictionary,
  log: LogContext,
  seenAt: number,
): FactWriter {
  const touched = new Set<number>();
  const openCalls = new Map<string, Uint8Array>();

  /** Where another log holds the record by now, both are noted as holders of a copy. */
  const noteCopy = (kind: keyof typeof holderOf, key: Uint8Array, offset: number, at: number): void => {
    const holder = database.get<Holder>(holderOf[kind], [key]);
    if (!holder || holder.log_id === log.logId) {
      return;
    }
    const insert =
      'insert or ignore into fact_session_copy (record_key, log_id, kind, record_offset, at) values (?, ?, ?, ?, ?)';
    database.run(insert, [key, holder.log_id, kind, holder.record_offset, holder.at]);
    database.run(insert, [key, log.logId, kind, offset, at]);
    touched.add(holder.session_id);
  };

  const writeMessage = (fact: MessageFact, offset: number): void => {
    const key = factKey('message', log.provider, fact.id ?? `${log.logId}:${offset}`);
    noteCopy('message', key, offset, fact.at);
    database.run(upsert.message, [
      key,
      log.sessionId,
      log.logId,
      offset,
      fact.at,
      fact.role,
      fact.prompt,
      fact.prompt === 'none' ? 0 : 1,
      fact.words,
      fact.parent === undefined ? null : factKey('message', log.provider, fact.parent),
    ]);
  };

  const writeResponse = (fact: ResponseFact, offset: number): void => {
    const key = factKey('response', log.provider, fact.id);
    noteCopy('response', key, offset, fact.at);
    const { tokens } = fact;
    database.run(upsert.response, [
      key,
      log.sessionId,
      log.logId,
      offset,
      fact.at,
      dictionary.model(log.provider, fact.model),
      tokens.input,
      tokens.cacheWrite5m,
      tokens.cacheWrite1h,
      tokens.cacheRead,
      tokens.output,
      tokens.reasoning,
      fact.webSearches,
      fact.speed ?? 'standard',
      fact.recordedCostUsd ?? null,
      fact.isOutputUnderreported ? 1 : 0,
    ]);
  };

  const writeCall = (fact: ToolCallFact, offset: number): void => {
    const key = factKey('call', log.provider, fact.id);
    noteCopy('call', key, offset, fact.at);
    database.run(upsert.call, [key, log.sessionId, log.logId, offset, dictionary.tool(fact.tool), fact.at]);
  };

  const writeResult = (fact: ToolResultFact, offset: number): void => {
    const key = factKey('call', log.provider, fact.id);
    openCalls.set(hex(key), key);
    database.run(upsert.result, [key, log.sessionId, log.logId, offset, fact.at, fact.outcome]);
  };

  const writeEdit = (fact: EditFact, offset: number): void => {
    const key = factKey('call', log.provider, fact.callId);
    openCalls.set(hex(key), key);
    database.run(upsert.change, [
      ...[
        key,
        fact.ordinal,
        log.sessionId,
        log.logId,
        offset,
        fact.at,
        dictionary.path(fact.path),
        fact.stage,
        fact.via,
      ],
      ...[
        fact.isUserModified ? 1 : 0,
        fact.isBeforeKnown ? 1 : 0,
        fact.added.length,
        fact.removed.length,
        packLines(fact.added),
        packLines(fact.removed),
      ],
    ]);
  };

  const writeShellWrite = (fact: ShellWriteFact, offset: number): void => {
    const key = factKey('call', log.provider, fact.callId);
    openCalls.set(hex(key), key);
    const path = fact.path === undefined ? null : dictionary.path(fact.path);
    database.run(upsert.change, [
      key,
      fact.ordinal,
      log.sessionId,
      log.logId,
      offset,
      fact.at,
      path,
      'proposed',
      'opaque',
      0,
      0,
      0,
      0,
      empty,
      empty,
    ]);
  };

  const writeDeclaredCommit = (fact: DeclaredCommitFact, offset: number): void => {
    const key = factKey('call', log.provider, fact.callId);
    database.run(upsert.declaredCommit, [log.sessionId, fact.commit, log.logId, offset, key, fact.at, fact.how]);
  };

  const notes = createSessionNotes(database, log);
  const counts = createRecordCounts(database, log.logId);

  const writeProblem = (fact: ProblemFact, offset: number): void => {
    database.run(upsert.problem, [log.logId, offset, fact.reason, fact.detail, seenAt]);
  };

  return {
    touched,
    write: (fact, offset) => {
      touched.add(log.sessionId);
      switch (fact.type) {
        case 'message':
          return writeMessage(fact, offset);
        case 'response':
          return writeResponse(fact, offset);
        case 'tool_call':
          return writeCall(fact, offset);
        case 'tool_result':
          return writeResult(fact, offset);
        case 'edit':
          return writeEdit(fact, offset);
        case 'shell_write':
          return writeShellWrite(fact, offset);
        case 'declared_commit':
          return writeDeclaredCommit(fact, offset);
        case 'session':
          return notes.add(fact);
        case 'record':
          return counts.add(fact);
        case 'problem':
          return writeProblem(fact, offset);
      }
    },
    settle: () => {
      for (const key of openCalls.values()) {
        database.run(
          'update fact_session_code_change set outcome = (select outcome from fact_session_tool_call where call_key = ?1) where call_key = ?1',
          [key],
        );
      }
      openCalls.clear();
      notes.flush();
      counts.flush();
    },
  };
}

interface Holder {
  session_id: number;
  log_id: number;
  record_offset: number;
  at: number;
}

const empty = new Uint8Array();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const holderOf = {
  message: 'select session_id, log_id, record_offset, at from fact_session_message where message_key = ?',
  response: 'select session_id, log_id, record_offset, at from fact_session_usage where response_key = ?',
  call: 'select session_id, log_id, record_offset, coalesce(started_at, ended_at) as at from fact_session_tool_call where call_key = ?',
};

/**
 * Of two records of one response the larger counts: Claude Code writes a line per content block and the count grows.
 * Ties are broken by the columns, so that the order of reading decides nothing.
 */
const isLarger = `(
  excluded.input_tokens + excluded.cache_write_5m_tokens + excluded.cache_write_1h_tokens + excluded.cache_read_tokens + excluded.output_tokens,
  excluded.output_tokens, excluded.input_tokens, excluded.cache_write_1h_tokens, excluded.cache_read_tokens, excluded.reasoning_tokens
) > (
  input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens + output_tokens,
  output_tokens, input_tokens, cache_write_1h_tokens, cache_read_tokens, reasoning_tokens
)`;
const larger = (column: string) => `${column} = case when ${isLarger} then excluded.${column} else ${column} end`;

/** Where a record stands first in the log that owns it. */
const earliestPlace =
  'record_offset = case when excluded.log_id = log_id then min(record_offset, excluded.record_offset) else record_offset end';

const ofResult = (column: string) =>
  `${column} = case when excluded.stage = 'applied' then excluded.${column} else ${column} end`;

const upsert = {
  message: `
    insert into fact_session_message (message_key, session_id, log_id, record_offset, at, role, prompt, is_human_prompt, words, parent_key)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (message_key) do update set
      ${earliestPlace},
      at = min(at, excluded.at)`,
  response: `
    insert into fact_session_usage (
      response_key, session_id, log_id, record_offset, at, model_id, input_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      cache_read_tokens, output_tokens, reasoning_tokens, web_searches, speed, recorded_cost_usd, is_output_underreported)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (response_key) do update set
      ${earliestPlace},
      at = min(at, excluded.at),
      ${['input_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'cache_read_tokens', 'output_tokens', 'reasoning_tokens', 'model_id'].map(larger).join(',\n      ')},
      web_searches = max(web_searches, excluded.web_searches),
      speed = case when excluded.speed = 'fast' then 'fast' else speed end,
      recorded_cost_usd = coalesce(max(recorded_cost_usd, excluded.recorded_cost_usd), recorded_cost_usd, excluded.recorded_cost_usd),
      is_output_underreported = min(is_output_underreported, excluded.is_output_underreported),
      price_id = null,
      estimated_cost_usd = null`,
  call: `
    insert into fact_session_tool_call (call_key, session_id, log_id, record_offset, tool_id, started_at)
    values (?, ?, ?, ?, ?, ?)
    on conflict (call_key) do update set
      tool_id = excluded.tool_id,
      ${earliestPlace},
      started_at = min(coalesce(started_at, excluded.started_at), excluded.started_at)`,
  // Several results of one call: a failure of the tool says less than the person's no, and an answer less than either.
  result: `
    insert into fact_session_tool_call (call_key, session_id, log_id, record_offset, ended_at, outcome)
    values (?, ?, ?, ?, ?, ?)
    on conflict (call_key) do update set
      ended_at = min(coalesce(ended_at, excluded.ended_at), excluded.ended_at),
      outcome = case
        when 'rejected' in (outcome, excluded.outcome) then 'rejected'
        when 'failed' in (outcome, excluded.outcome) then 'failed'
        else excluded.outcome
      end`,
  // The result's lines ("applied") win over the proposal's, whichever is read first.
  change: `
    insert into fact_session_code_change (
      call_key, ordinal, session_id, log_id, record_offset, at, path_id, stage, via,
      is_user_modified, is_before_known, added_lines, removed_lines, added, removed)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (call_key, ordinal) do update set
      ${['at', 'path_id', 'via', 'is_before_known', 'added_lines', 'removed_lines', 'added', 'removed', 'stage'].map(ofResult).join(',\n      ')},
      is_user_modified = max(is_user_modified, excluded.is_user_modified)`,
  declaredCommit: `
    insert into fact_session_declared_commit (session_id, commit_name, log_id, record_offset, call_key, at, how)
    values (?, ?, ?, ?, ?, ?, ?)
    on conflict (session_id, commit_name) do update set
      call_key = case when excluded.at < at then excluded.call_key else call_key end,
      at = min(at, excluded.at),
      how = min(how, excluded.how)`,
  problem: `
    insert into fact_source_problem (log_id, place, reason, detail, seen_at) values (?, ?, ?, ?, ?)
    on conflict (log_id, place, reason) do update set detail = excluded.detail`,
} satisfies Record<string, string>;
