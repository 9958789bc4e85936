import type { ToolOutcome } from '../facts';
import { identifier, type JsonObject, object, objects } from '../values';
import { batchedResults } from './batch';
import { readDeclaredCommits } from './commits';
import type { RecordContext } from './context';
import { readAppliedEdit } from './edits/appliedEdits';
import { resultText } from './resultText';
import { readWebSearches } from './webSearches';

/** Answers to tool calls in a `user` record, and what its structured result says was changed, committed or searched. */
export function readToolResults(record: JsonObject, context: RecordContext): void {
  const results = objects(object(record.message)?.content).filter((block) => block.type === 'tool_result');
  const [only] = results;
  const onlyId = results.length === 1 ? identifier(only?.tool_use_id) : undefined;
  if (only !== undefined && onlyId !== undefined) {
    readResult(onlyId, only, record.toolUseResult, context);
    return;
  }
  // One structured result stands beside the content: with two answers nobody can say whose it is.
  for (const result of results) {
    const id = identifier(result.tool_use_id);
    if (id !== undefined) pushOutcome(id, outcomeOf(result, undefined), context);
  }
}

function readResult(id: string, result: JsonObject, structured: unknown, context: RecordContext): void {
  const outcome = outcomeOf(result, structured);
  pushOutcome(id, outcome, context);
  if (outcome !== 'rejected') readDeclaredCommits(id, result, structured, context);
  if (outcome !== 'ok') return;
  readAppliedEdit(id, object(structured), context);
  readWebSearches(id, object(structured), context);
  for (const { id: innerId, content } of batchedResults(id, structured)) {
    readResult(innerId, content.result, content.structured, { ...context, at: content.at ?? context.at });
  }
}

function pushOutcome(id: string, outcome: ToolOutcome, context: RecordContext): void {
  context.facts.push({ type: 'tool_result', id, at: context.at, outcome });
}

const rejections = [
  "The user doesn't want to proceed with this tool use",
  "The user doesn't want to take this action right now",
];

/** A person's no is `rejected`; rules, hooks, interrupts and errors are `failed`. */
function outcomeOf(result: JsonObject, structured: unknown): ToolOutcome {
  if (result.is_error !== true) return 'ok';
  if (structured === 'User rejected tool use') return 'rejected';
  const answer = resultText(result);
  return rejections.some((start) => answer.startsWith(start)) ? 'rejected' : 'failed';
}
