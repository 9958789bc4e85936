// Calls of tools, how they ended, and the commits that their answers name.
import { answerOf, blocksOf, type Entry, type Json, recordId } from './logs';

export type Outcome = 'ok' | 'failed' | 'rejected' | 'open';

export interface ReferenceCall {
  id: string;
  tool: string;
  input: Json;
}

export interface ReferenceResult {
  callId: string;
  at: number;
  outcome: Outcome;
  /** What stands beside the message; of two answers in one record nobody can say whose it is. */
  structured: Json;
  answer: string;
}

/** The calls that a record makes. */
export function callsOf(entry: Entry): ReferenceCall[] {
  if (entry.record.type !== 'assistant') return [];
  return blocksOf(entry.record)
    .filter((block) => block.type === 'tool_use')
    .map((block, index) => ({
      id: block.id ?? `${recordId(entry)}#${index}`,
      tool: block.name,
      input: block.input ?? {},
    }))
    .flatMap((call) => [call, ...callsInBatch(call)])
    .filter((call) => typeof call.tool === 'string');
}

/** The tool `Batch` of 0.2 ran calls that have no ids: each is called by its place. */
function callsInBatch({ id, tool, input }: ReferenceCall): ReferenceCall[] {
  if (tool !== 'Batch' || !Array.isArray(input.invocations)) return [];
  return input.invocations.map((inner: Json, index: number) => ({
    id: `${id}#${index}`,
    tool: inner.tool_name,
    input: inner.input ?? {},
  }));
}

/** The calls that a record answers. */
export function resultsOf({ record, at }: Entry): ReferenceResult[] {
  if (record.type !== 'user') return [];
  const blocks = blocksOf(record).filter((block) => block.type === 'tool_result');
  const structured = blocks.length === 1 ? record.toolUseResult : undefined;
  return blocks.flatMap((block) => resultsIn(block.tool_use_id, block, structured, at));
}

/** An answer, and behind that of a `Batch` which ran the answers to its calls: each a whole record. */
function resultsIn(callId: string, block: Json, structured: Json, at: number): ReferenceResult[] {
  const answer = answerOf(block);
  const outcome = outcomeOf(block.is_error, structured, answer);
  const records: Json[] = outcome === 'ok' ? (structured?.orderedToolResults ?? []) : [];
  const inner = records.flatMap(({ message }, index) => {
    const saidAt = Date.parse(message.timestamp);
    const [answered] = message.message.content;
    return resultsIn(`${callId}#${index}`, answered, message.toolUseResult, Number.isNaN(saidAt) ? at : saidAt);
  });
  return [{ callId, at, outcome, structured, answer }, ...inner];
}

function outcomeOf(isError: unknown, structured: Json, answer: string): Outcome {
  if (isError !== true) return 'ok';
  const no = /^The user doesn't want to (proceed with this tool use|take this action right now)/;
  return structured === 'User rejected tool use' || no.test(answer) ? 'rejected' : 'failed';
}

/** Of several answers to one call the worst counts. */
export const worst = (outcomes: Outcome[]): Outcome =>
  (['rejected', 'failed', 'ok'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'open';

/** The commits that the answer to a `git commit` names. */
export function commitsOf(command: string, { structured, answer, outcome }: ReferenceResult): string[] {
  if (outcome === 'rejected' || !/\bgit\b[\s\S]*\bcommit\b/.test(command)) return [];
  const printed: string = (structured?.stdout ?? answer).replaceAll('\r\n', '\n');
  const line = /^\[.* ([0-9a-f]{7,40})\] .*\n(?: (?:Date|Author): .*\n)* \d+ files? changed/gm;
  const ids = [...printed.matchAll(line)].map((match) => match[1] ?? '');
  const declared: string = structured?.gitOperation?.commit?.sha?.toLowerCase() ?? '';
  return /^[0-9a-f]{7,40}$/.test(declared) && !ids.includes(declared) ? [...ids, declared] : ids;
}
