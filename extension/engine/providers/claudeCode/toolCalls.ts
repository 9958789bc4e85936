import { identifier, type JsonObject, object, objects, text } from '../values';
import { batchedCalls } from './batch';
import { type RecordContext, reportBadValue } from './context';
import { readProposedEdit } from './edits/proposedEdits';
import { readShellCall, shellOf } from './edits/shellCalls';

/** Tool calls in an `assistant` record and the edits that they propose. */
export function readToolCalls(record: JsonObject, context: RecordContext): void {
  const calls = objects(object(record.message)?.content).filter((block) => block.type === 'tool_use');
  calls.forEach((call, index) => {
    readCall(identifier(call.id) ?? `${context.recordId}#${index}`, call.name, call.input, context);
  });
}

function readCall(id: string, name: unknown, input: unknown, context: RecordContext): void {
  const tool = identifier(name);
  if (tool === undefined) {
    reportBadValue(context.facts, 'tool_use without a name');
    return;
  }
  context.facts.push({ type: 'tool_call', id, at: context.at, tool });
  const parameters = object(input);
  if (parameters === undefined) return;
  const shell = shellOf(tool);
  const command = text(parameters.command);
  if (shell !== undefined && command !== undefined) readShellCall(id, shell, command, context);
  else if (tool === 'Batch') readBatch(id, parameters, context);
  else readProposedEdit(id, tool, parameters, context);
}

function readBatch(id: string, input: JsonObject, context: RecordContext): void {
  for (const call of batchedCalls(id, input)) readCall(call.id, call.content.tool, call.content.input, context);
}
