import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureFolder } from '../ingest/ingestHarness';
import type { Random } from '../support/random';

/** All kinds of records that a log may hold. */
export const records: unknown[] = readdirSync(fixtureFolder)
  .filter((name) => name.endsWith('.jsonl') && name !== 'malformed.jsonl')
  .flatMap((name) => readFileSync(join(fixtureFolder, name), 'utf8').split('\n'))
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line.replace(/^\ufeff/, '')));

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const strangeTexts = [
  '',
  ...prototypeNames,
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  "'; drop table fact_session_message; --",
  '\n\r\t\u2028',
  '\u202e\u0007',
  'x'.repeat(300),
  'x'.repeat(5000),
  '../../../etc/passwd',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-13-45T99:99:99Z',
  '-271821-04-20T00:00:00.000Z',
];
/** Values as they stand in a log: what no JavaScript value can say is said here. */
const strangeValues = [
  ...['null', 'true', 'false', '0', '-1', '-0', '1.5', '1e999', '-1e999', '1e308', '9007199254740993', '1e-999'],
  ...[
    '123456789012345678901234567890',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '{"type":"tool_use"}',
    '[{"type":"tool_result"}]',
  ],
  ...['{"__proto__":{"a":1}}', '{"a":1,"a":2}', '{"length":-1}', '"\\ud800"', '"\\u0000"'],
  ...strangeTexts.map((text) => JSON.stringify(text)),
];

/**
 * Another text of a record: a member at a random place holds something else, has another name, is there twice, or not
 * at all.
 */
export function mutated(value: unknown, random: Random, depth = 0): string {
  if (typeof value !== 'object' || value === null || (depth > 0 && random.chance(0.3)))
    return random.pick(strangeValues);
  const entries = Object.entries(value);
  if (entries.length === 0) return random.pick(strangeValues);
  const chosen = random.between(0, entries.length - 1);
  const members = entries.map(([name, member], index): [string, string] => [
    name,
    index === chosen ? mutated(member, random, depth + 1) : JSON.stringify(member),
  ]);
  if (Array.isArray(value)) return `[${members.map(([, text]) => text).join(',')}]`;
  const [name = '', text = ''] = members[chosen] ?? [];
  const [, original] = entries[chosen] ?? [];
  switch (random.between(0, 9)) {
    case 0:
      members[chosen] = [random.pick([...prototypeNames, '', '\u0000']), text];
      break;
    case 1:
      members.splice(chosen, 1);
      break;
    case 2:
      // The last of two counts.
      members.splice(random.between(0, members.length), 0, [name, JSON.stringify(original)]);
      break;
    case 3:
      members.unshift([random.pick(prototypeNames), random.pick(strangeValues)]);
      break;
  }
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${member}`).join(',')}}`;
}
