// Calls of tools, how they ended, and the commits that their answers name.
import { answerOf, blocksOf, type Entry, type Json, type ReferenceLog, recordId } from './logs';

export type Outcome = 'ok' | 'failed' | 'rejected' | 'open';

export interface ReferenceCall {
  id: string;
  tool: string;
  input: Json;
}

export interface ReferenceResult {
  callId: string;
  outcome: Outcome;
  /** What stands beside the message; of two answers in one record nobody can say whose it is. */
  structured: Json;
  answer: string;
}

/** The calls that a record makes. */
export function callsOf(log: ReferenceLog, entry: Entry): ReferenceCall[] {
  if (entry.record.type !== 'assistant') return [];
  return blocksOf(entry.record)
    .filter((block) => block.type === 'tool_use')
    .map((block, index) => ({
      id: block.id ?? `${recordId(log, entry)}#${index}`,
      tool: block.name,
      input: block.input ?? {},
    }))
    .filter((call) => call.tool !== undefined);
}

/** The calls that a record answers. */
export function resultsOf({ record }: Entry): ReferenceResult[] {
  if (record.type !== 'user') return [];
  const blocks = blocksOf(record).filter((block) => block.type === 'tool_result');
  return blocks.map((block) => {
    const structured = blocks.length === 1 ? record.toolUseResult : undefined;
    const answer = answerOf(block);
    return { callId: block.tool_use_id, outcome: outcomeOf(block.is_error, structured, answer), structured, answer };
  });
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
  const printed: string = structured?.stdout ?? answer;
  const line = /^\[.* ([0-9a-f]{7,40})\] .*\n(?: (?:Date|Author): .*\n)* \d+ files? changed/gm;
  const ids = [...printed.matchAll(line)].map((match) => match[1] ?? '');
  const declared: string = structured?.gitOperation?.commit?.sha?.toLowerCase() ?? '';
  return /^[0-9a-f]{7,40}$/.test(declared) && !ids.includes(declared) ? [...ids, declared] : ids;
}
