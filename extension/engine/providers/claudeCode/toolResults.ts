import type { ToolOutcome } from '../facts';
import { identifier, type JsonObject, object, objects } from '../values';
import { readDeclaredCommits } from './commits';
import type { RecordContext } from './context';
import { readAppliedEdit } from './edits/appliedEdits';
import { resultText } from './resultText';

/** Answers to tool calls in a `user` record, and what its structured result says was changed or committed. */
export function readToolResults(record: JsonObject, context: RecordContext): void {
  const results = objects(object(record.message)?.content).filter((block) => block.type === 'tool_result');
  // One structured result stands beside the content: with two answers nobody can say whose it is.
  const only = results.length === 1 ? results[0] : undefined;
  for (const result of results) {
    const id = identifier(result.tool_use_id);
    if (id === undefined) continue;
    const outcome = outcomeOf(result, result === only ? record.toolUseResult : undefined);
    context.facts.push({ type: 'tool_result', id, at: context.at, outcome });
    if (result !== only) continue;
    if (outcome === 'ok') readAppliedEdit(id, object(record.toolUseResult), context);
    if (outcome !== 'rejected') readDeclaredCommits(id, result, record.toolUseResult, context);
  }
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
