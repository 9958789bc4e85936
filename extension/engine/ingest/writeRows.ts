import type { Database, SqlValue } from '../database/database';
import type { Dictionary } from './dictionary';
import type { CallRow, ChangeRow, DeclaredCommitRow, LogRows, MessageRow, ResponseRow } from './logRows';
import type { Pricer } from './priceResponses';
import { noteProblems } from './problemNotes';
import { noteSession } from './sessionNotes';
import type { Source } from './sources';

/**
 * Writes the rows of a log so that the result depends neither on their order nor on how often one is written. To be
 * called in a transaction. `seenAt`: when problems were met. Returns the sessions whose facts changed.
 */
export function writeRows(
  database: Database,
  dictionary: Dictionary,
  pricer: Pricer,
  log: Source & { provider: string },
  rows: LogRows,
  seenAt: number,
): ReadonlySet<number> {
  const touched = new Set([log.sessionId]);

  /**
   * Most records are new. Of the others that another log holds by now, both are noted as holders of a copy.
   * Returns whether it is new.
   */
  const write = (kind: Kind, key: Uint8Array, offset: number, at: number, row: readonly SqlValue[]): boolean => {
    if (database.run(statements[kind].insert, row) === 1) {
      return true;
    }
    const holder = database.get<Holder>(statements[kind].holder, [key]);
    if (holder && holder.log_id !== log.logId) {
      database.run(upsert.copy, [key, holder.log_id, kind, holder.record_offset, holder.at]);
      database.run(upsert.copy, [key, log.logId, kind, offset, at]);
      touched.add(holder.session_id);
    }
    database.run(statements[kind].merge, row);
    return false;
  };

  const writeMessage = ({ key, offset, at, role, prompt, words, parentKey }: MessageRow): void => {
    const isPrompt = prompt === 'none' ? 0 : 1;
    const row = [key, log.sessionId, log.logId, offset, at, role, prompt, isPrompt, words, parentKey ?? null];
    write('message', key, offset, at, row);
  };

  const writeResponse = (row: ResponseRow): void => {
    const { key, offset, at, tokens, model, speed = 'standard' } = row;
    const { priceId, costUsd } = row.isOutputUnderreported
      ? unpriced
      : pricer.price(log.provider, model, at, speed, {
          inputTokens: tokens.input,
          cacheWrite5mTokens: tokens.cacheWrite5m,
          cacheWrite1hTokens: tokens.cacheWrite1h,
          cacheReadTokens: tokens.cacheRead,
          outputTokens: tokens.output,
          webSearches: row.webSearches,
        });
    write('response', key, offset, at, [
      ...[key, log.sessionId, log.logId, offset, at, dictionary.model(log.provider, model)],
      ...[tokens.input, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheRead, tokens.output, tokens.reasoning],
      ...[row.webSearches, speed, row.recordedCostUsd ?? null, row.isOutputUnderreported ? 1 : 0, priceId, costUsd],
    ]);
  };

  const writeCall = ({ key, offset, tool, startedAt, endedAt, outcome }: CallRow): void => {
    const toolId = tool === undefined ? null : dictionary.tool(tool);
    const row = [key, log.sessionId, log.logId, offset, toolId, startedAt ?? null, endedAt ?? null, outcome ?? null];
    if (!write('call', key, offset, startedAt ?? endedAt ?? 0, row)) {
      // An earlier part or another log may hold what it changed.
      database.run(upsert.outcome, [key]);
    }
  };

  const writeChange = (row: ChangeRow): void => {
    const pathId = row.path === undefined ? null : dictionary.path(row.path);
    database.run(upsert.change, [
      ...[row.key, row.ordinal, log.sessionId, log.logId, row.offset, row.at, pathId, row.stage, row.via],
      ...[row.isUserModified ? 1 : 0, row.isBeforeKnown ? 1 : 0],
      ...[row.addedLines, row.removedLines, row.added, row.removed, row.proposedAdded ?? null],
    ]);
  };

  const writeCommit = ({ callKey, offset, at, commit, how }: DeclaredCommitRow): void => {
    database.run(upsert.declaredCommit, [log.sessionId, commit, log.logId, offset, callKey, at, how]);
  };

  rows.messages.forEach(writeMessage);
  rows.responses.forEach(writeResponse);
  for (const { responseKey, recordKey, characters } of rows.responseParts) {
    database.run(upsert.responsePart, [responseKey, recordKey, characters]);
  }
  // Calls before changes: a change takes its outcome from its call.
  rows.calls.forEach(writeCall);
  rows.changes.forEach(writeChange);
  rows.commits.forEach(writeCommit);
  noteProblems(database, log.logId, rows.problems, seenAt);
  for (const row of rows.recordCounts) {
    const { quarterAt, recordType, clientVersion, isKnown, records } = row;
    database.run(upsert.recordCount, [log.logId, quarterAt, recordType, clientVersion, isKnown ? 1 : 0, records]);
  }
  for (const { recordType, field, clientVersion, records } of rows.unknownFields) {
    database.run(upsert.unknownField, [log.logId, recordType, field, clientVersion, records]);
  }
  noteSession(database, log, rows.session);
  return touched;
}

/** Its price hangs on all of its parts: priceResponses knows them. */
const unpriced = { priceId: null, costUsd: null };

interface Holder {
  session_id: number;
  log_id: number;
  record_offset: number;
  at: number;
}

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

/** What was proposed of a change that the person changed, whichever of call and result is read first. */
const proposal = `case
        when max(is_user_modified, excluded.is_user_modified) = 0 then null
        when stage = 'proposed' and excluded.stage = 'applied' then added
        when stage = 'applied' and excluded.stage = 'proposed' then excluded.added
        else coalesce(proposed_added, excluded.proposed_added)
      end`;

const earlier = (column: string) =>
  `min(coalesce(${column}, excluded.${column}), coalesce(excluded.${column}, ${column}))`;

/** Of one kind of record: an insert that leaves a row alone that is there, one that merges into it, and who holds it. */
function keyed(
  table: string,
  columns: string,
  merge: string,
  at = 'at',
): Record<'insert' | 'merge' | 'holder', string> {
  const values = columns.split(',').map(() => '?');
  const insert = `into ${table} (${columns}) values (${values.join(', ')})`;
  const [key] = columns.split(',');
  return {
    insert: `insert or ignore ${insert}`,
    merge: `insert ${insert} on conflict (${key}) do update set ${earliestPlace}, ${merge}`,
    holder: `select session_id, log_id, record_offset, ${at} as at from ${table} where ${key} = ?`,
  };
}

type Kind = 'message' | 'response' | 'call';

const statements = {
  message: keyed(
    'fact_session_message',
    'message_key, session_id, log_id, record_offset, at, role, prompt, is_human_prompt, words, parent_key',
    'at = min(at, excluded.at)',
  ),
  // What was merged has to be priced anew: priceResponses does.
  response: keyed(
    'fact_session_usage',
    `response_key, session_id, log_id, record_offset, at, model_id, input_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
     cache_read_tokens, output_tokens, reasoning_tokens, web_searches, speed, recorded_cost_usd, is_output_underreported,
     price_id, estimated_cost_usd`,
    `at = min(at, excluded.at),
     ${['input_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'cache_read_tokens', 'output_tokens', 'reasoning_tokens', 'model_id'].map(larger).join(', ')},
     web_searches = max(web_searches, excluded.web_searches),
     speed = case when excluded.speed = 'fast' then 'fast' else speed end,
     recorded_cost_usd = coalesce(max(recorded_cost_usd, excluded.recorded_cost_usd), recorded_cost_usd, excluded.recorded_cost_usd),
     is_output_underreported = min(is_output_underreported, excluded.is_output_underreported),
     price_id = null,
     estimated_cost_usd = null,
     estimated_missing_cost_usd = null`,
  ),
  // Several results of one call: a failure of the tool says less than the person's no, and an answer less than either.
  call: keyed(
    'fact_session_tool_call',
    'call_key, session_id, log_id, record_offset, tool_id, started_at, ended_at, outcome',
    `tool_id = coalesce(excluded.tool_id, tool_id),
     started_at = ${earlier('started_at')},
     ended_at = ${earlier('ended_at')},
     outcome = case
       when 'rejected' in (outcome, excluded.outcome) then 'rejected'
       when 'failed' in (outcome, excluded.outcome) then 'failed'
       else coalesce(excluded.outcome, outcome)
     end`,
    'coalesce(started_at, ended_at)',
  ),
} satisfies Record<Kind, unknown>;

const upsert = {
  // A record that says something else the second time (its bytes were damaged) counts with the longer text.
  responsePart: `
    insert into fact_session_response_part (response_key, record_key, characters) values (?, ?, ?)
    on conflict (response_key, record_key) do update set characters = max(characters, excluded.characters)`,
  // The result's lines ("applied") win over the proposal's, whichever is read first.
  change: `
    insert into fact_session_code_change (
      call_key, ordinal, session_id, log_id, record_offset, at, path_id, stage, via,
      is_user_modified, is_before_known, added_lines, removed_lines, added, removed, proposed_added, outcome)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
      (select outcome from fact_session_tool_call where call_key = ?1))
    on conflict (call_key, ordinal) do update set
      ${['at', 'path_id', 'via', 'is_before_known', 'added_lines', 'removed_lines', 'added', 'removed', 'stage'].map(ofResult).join(',\n      ')},
      is_user_modified = max(is_user_modified, excluded.is_user_modified),
      proposed_added = ${proposal},
      outcome = excluded.outcome`,
  outcome: `
    update fact_session_code_change
    set outcome = (select outcome from fact_session_tool_call where call_key = ?1)
    where call_key = ?1`,
  declaredCommit: `
    insert into fact_session_declared_commit (session_id, commit_name, log_id, record_offset, call_key, at, how)
    values (?, ?, ?, ?, ?, ?, ?)
    on conflict (session_id, commit_name) do update set
      call_key = case when excluded.at < at then excluded.call_key else call_key end,
      at = min(at, excluded.at),
      how = min(how, excluded.how)`,
  recordCount: `
    insert into fact_source_record (log_id, quarter_at, record_type, client_version, is_known, records)
    values (?, ?, ?, ?, ?, ?)
    on conflict (log_id, quarter_at, record_type, client_version) do update set records = records + excluded.records`,
  unknownField: `
    insert into fact_source_unknown_field (log_id, record_type, field, client_version, records)
    values (?, ?, ?, ?, ?)
    on conflict (log_id, record_type, field, client_version) do update set records = records + excluded.records`,
  copy: `
    insert or ignore into fact_session_copy (record_key, log_id, kind, record_offset, at) values (?, ?, ?, ?, ?)`,
} satisfies Record<string, string>;
