import { identifier, type JsonObject, object, objects, text } from '../values';
import { type RecordContext, reportBadValue } from './context';
import { readProposedEdit } from './edits/proposedEdits';
import { readShellCall } from './edits/shellCalls';

/** Tool calls in an `assistant` record and the edits that they propose. */
export function readToolCalls(record: JsonObject, context: RecordContext): void {
  const calls = objects(object(record.message)?.content).filter((block) => block.type === 'tool_use');
  calls.forEach((call, index) => {
    const id = identifier(call.id) ?? `${context.recordId}#${index}`;
    const tool = identifier(call.name);
    if (tool === undefined) {
      reportBadValue(context.facts, 'tool_use without a name');
      return;
    }
    context.facts.push({ type: 'tool_call', id, at: context.at, tool });
    const input = object(call.input);
    if (input === undefined) return;
    const command = tool === 'Bash' ? text(input.command) : undefined;
    if (command !== undefined) readShellCall(id, command, context);
    else readProposedEdit(id, tool, input, context);
  });
}
