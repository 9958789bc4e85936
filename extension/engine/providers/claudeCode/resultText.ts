import { type JsonObject, objects, text } from '../values';

/** The text of a `tool_result`. */
export function resultText(result: JsonObject): string {
  if (typeof result.content === 'string') return result.content;
  return objects(result.content)
    .map((block) => text(block.text) ?? '')
    .join('');
}
