import { identifier, instant, type JsonObject, object, objects } from '../values';

/** A call inside a call of `Batch`, or its answer. */
interface Batched<Content> {
  /** Made of the outer call's id and the place in it: a call stands there without one. */
  id: string;
  content: Content;
}

/** One answer inside the answer to a `Batch`. */
interface BatchedResult {
  at: number | undefined;
  /** The `tool_result` block. */
  result: JsonObject;
  structured: unknown;
}

/**
 * The calls that one call of the old `Batch` tool (0.2) runs. A batch that fails or is refused has no answers of its
 * own for them: then what became of each is told by nobody.
 */
export function batchedCalls(callId: string, input: JsonObject): Batched<{ tool: unknown; input: unknown }>[] {
  return objects(input.invocations).map((invocation, index) => ({
    id: batchedId(callId, index),
    content: { tool: invocation.tool_name, input: invocation.input },
  }));
}

/** The answers in the structured result of a `Batch`: whole `user` records, in the order of the calls. */
export function batchedResults(callId: string, structured: unknown): Batched<BatchedResult>[] {
  return objects(object(structured)?.orderedToolResults).flatMap((entry, index) => {
    const record = object(entry.message);
    const [result] = objects(object(record?.message)?.content).filter((block) => block.type === 'tool_result');
    if (record === undefined || result === undefined || identifier(result.tool_use_id) === undefined) return [];
    const content = { at: instant(record.timestamp), result, structured: record.toolUseResult };
    return [{ id: batchedId(callId, index), content }];
  });
}

function batchedId(callId: string, index: number): string {
  return `${callId}#${index}`;
}
