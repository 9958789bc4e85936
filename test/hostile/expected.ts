import type { Database } from '../../extension/engine/database/database';
import { factKey } from '../../extension/engine/ingest/keys';
import { decodedWhole } from '../../extension/engine/providers/claudeCode/decode';
import type { SessionFact } from '../../extension/engine/providers/facts';
import { outlineJson, parseText, type Span } from '../../extension/engine/providers/jsonOutline';
import type { LogFile, Provider } from '../../extension/engine/providers/provider';
import { linesWithOffsets } from '../providers/readFacts';
import type { DamagedLog } from './damage';

/** What is wrong with a line as a whole; `record`: nothing. */
type Verdict = 'blank' | 'record' | 'not_json' | 'not_an_object' | 'too_deep';

/** What a line is, told by JSON.parse, which knows nothing of the reader that is tested. */
function verdictOf(line: Buffer): Verdict {
  const text = line.toString('utf8').replace(/^\ufeff/, '');
  if (/^[ \t\r]*$/.test(text)) return 'blank';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_an_object';
    // A small record is decoded whole: its depth harms nobody.
    return line.length > decodedWhole && depthOf(text) > 513 ? 'too_deep' : 'record';
  } catch {
    return 'not_json';
  }
}

/** How many brackets of a JSON text are open at once. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth);
    if (sign === '}' || sign === ']') depth--;
  }
  return deepest;
}

const decoded = new Set(['user', 'assistant']);

/** Values of records that say nothing are checked for balance only. */
function isUndecodedRecord(line: Buffer): boolean {
  const outline = outlineJson(line);
  return outline.kind === 'object' && !decoded.has(parseText(line, outline.members.get('type')) ?? '');
}

/** What differs between what a damaged log holds and what the database says of it; nothing, if all is well. */
export function differences(database: Database, provider: Provider, path: string, file: LogFile, log: DamagedLog) {
  const source = database.get<{ log_id: number }>(
    'select log_id from metadata_source where provider = ? and real_path = ?',
    [provider.id, path],
  );
  const logId = source?.log_id ?? -1;
  const wrong: string[] = source ? [] : ['the log is not known'];
  const rows = database.all<{ place: number; reason: string; problems: number }>(
    "select place, reason, problems from fact_source_problem where log_id = ? and reason <> 'bad_value'",
    [logId],
  );
  const further = rows.find(({ reason }) => reason === 'further')?.problems ?? 0;
  const problems = new Map(
    rows.filter(({ reason }) => reason !== 'further').map(({ place, reason }) => [place, reason]),
  );
  const lastListed = further === 0 ? Number.POSITIVE_INFINITY : Math.max(...problems.keys());
  let unlisted = 0;
  let records = 0;
  for (const { line, offset } of linesWithOffsets(log.bytes)) {
    const verdict = verdictOf(line);
    // A whole object needs no newline.
    const isTorn = offset + line.length === log.bytes.length && verdict !== 'record' && verdict !== 'too_deep';
    const problem = problems.get(offset);
    problems.delete(offset);
    if (verdict === 'record') records += 1;
    const expected = isTorn || verdict === 'blank' || verdict === 'record' ? undefined : verdict;
    if (problem === expected) continue;
    // What does not even end may be called either.
    if (expected === 'not_json' && problem === 'too_deep') continue;
    if (expected === 'not_json' && problem === undefined && isUndecodedRecord(line)) continue;
    if (problem === undefined && offset > lastListed) unlisted += 1;
    else wrong.push(`line at ${offset} is ${verdict}, the database says ${problem ?? 'nothing'}`);
  }
  wrong.push(...[...problems].map(([place, reason]) => `${reason} at ${place}, where nothing is wrong`));
  if (unlisted > further) wrong.push(`${unlisted} lines beyond the listed ones are damaged, ${further} were counted`);
  const counted = database.get<{ n: number }>(
    'select coalesce(sum(records), 0) as n from fact_source_record where log_id = ?',
    [logId],
  )?.n;
  if ((counted ?? 0) < records) wrong.push(`${counted} of ${records} records were counted`);
  for (const span of log.intact.filter((record) => isPromised(log, record))) {
    const facts = provider.readRecord(log.bytes.subarray(span.start, span.end), { offset: span.start, file });
    for (const fact of facts) {
      if (!isThere(database, provider.id, `${logId}:${span.start}`, fact)) {
        wrong.push(`the ${fact.type} of the intact record at ${span.start} is not there`);
      }
    }
  }
  return wrong;
}

/** The last line is not yet written while it has no end, but for a whole record. */
function isPromised(log: DamagedLog, { start, end }: Span): boolean {
  const lineStart = start === 0 ? 0 : log.bytes.lastIndexOf(10, start - 1) + 1;
  const lineEnd = log.bytes.indexOf(10, end);
  if (lineEnd === -1) return verdictOf(log.bytes.subarray(lineStart)) === 'record';
  // Looking for records in a damaged line is bounded work: nesting beside them may take all of it.
  return !deepNesting.test(log.bytes.subarray(lineStart, lineEnd).toString('latin1'));
}

const deepNesting = /(?:\[|\{"a":){30}/;

function isThere(database: Database, provider: string, place: string, fact: SessionFact): boolean {
  const has = (table: string, column: string, key: Uint8Array | string): boolean =>
    database.get(`select 1 from ${table} where ${column} = ?`, [key]) !== undefined;
  switch (fact.type) {
    case 'message':
      return has('fact_session_message', 'message_key', factKey('message', provider, fact.id ?? place));
    case 'response':
      return has('fact_session_usage', 'response_key', factKey('response', provider, fact.id));
    case 'tool_call':
    case 'tool_result':
      return has('fact_session_tool_call', 'call_key', factKey('call', provider, fact.id));
    case 'edit':
    case 'shell_write':
      return has('fact_session_code_change', 'call_key', factKey('call', provider, fact.callId));
    case 'declared_commit':
      // Of several calls that name it, the earliest has it.
      return has('fact_session_declared_commit', 'commit_name', fact.commit);
    default:
      return true;
  }
}
