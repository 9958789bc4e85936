import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../extension/engine/providers/claudeCode/decode';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import type { SessionFact } from '../../extension/engine/providers/facts';
import { outlineJson, parseSpan } from '../../extension/engine/providers/jsonOutline';
import { linesWithOffsets, ofType } from './readFacts';

const folder = join(import.meta.dirname, 'fixtures', 'claudeCode');
const lines = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => [...linesWithOffsets(readFileSync(join(folder, name)))].map(({ line }) => line));
const records: unknown[] = lines.flatMap((line) => {
  try {
    return [JSON.parse(line.toString('utf8'))];
  } catch {
    return [];
  }
});

const place = { offset: 7, file: { kind: 'session', nativeSessionId: 's1' } } as const;
const read = (line: Uint8Array): SessionFact[] => claudeCode.readRecord(line, place);

const strangeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '\u0000'];
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1.5, 1e308, 2 ** 53, -0, '', ...strangeNames, [], {}, [[]], [null], {
    type: 'tool_use',
  }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.constant('x'.repeat(70_000)),
);

/** Replaces the member at a random path, or names it strangely. */
function mutate(value: unknown, steps: readonly number[], replacement: unknown, name: string | undefined): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length === 0) return replacement;
  const chosen = step % entries.length;
  const changed = entries.map(([key, member], index): [string, unknown] =>
    index === chosen
      ? [rest.length === 0 && name !== undefined ? name : key, mutate(member, rest, replacement, name)]
      : [key, member],
  );
  return Array.isArray(value) ? changed.map(([, member]) => member) : Object.fromEntries(changed);
}

function expectSound(facts: readonly SessionFact[]): void {
  const recordFacts = ofType(facts, 'record');
  const problems = ofType(facts, 'problem');
  expect(recordFacts.length).toBeLessThanOrEqual(1);
  expect(recordFacts.length + problems.length).toBeGreaterThanOrEqual(1);
  for (const { tokens, webSearches } of ofType(facts, 'response')) {
    for (const tokenCount of [...Object.values(tokens), webSearches]) {
      expect(Number.isSafeInteger(tokenCount) && tokenCount >= 0).toBe(true);
    }
  }
  for (const fact of facts) {
    if ('at' in fact) expect(Number.isSafeInteger(fact.at)).toBe(true);
    if ('path' in fact) expect(fact.path).toBeTruthy();
  }
}

describe('Claude Code: damaged records', () => {
  it('yields one record fact or a problem, whatever a member holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...records),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
        strange,
        fc.option(fc.constantFrom(...strangeNames), { nil: undefined }),
        (record, steps, replacement, name) => {
          const text = JSON.stringify(mutate(record, steps, replacement, name));
          expectSound(read(Buffer.from(text)));
          claudeCode.promptText(Buffer.from(text));
        },
      ),
      { numRuns: 4000, seed: 20260301 },
    );
  });

  it('yields a fact when bytes flip, are cut or doubled', () => {
    const whole = lines.filter((line) => line.toString().trim() !== '');
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom('flip', 'cut', 'double'),
        (line, at, byte, how) => {
          const index = at % line.length;
          const damaged = Buffer.from(line);
          damaged[index] = byte;
          const bytes =
            how === 'flip' ? damaged : how === 'cut' ? line.subarray(0, index + 1) : Buffer.concat([line, line]);
          if (bytes.toString().trim() !== '') expectSound(read(bytes));
        },
      ),
      { numRuns: 4000, seed: 20260302 },
    );
  });

  it('survives nesting that would exhaust a stack', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(200_000)}1${close.repeat(200_000)}`;
      for (const line of [
        deep,
        `{"type":"user","message":${deep}}`,
        `{"type":"user","message":${open.repeat(200_000)}`,
      ]) {
        expectSound(read(Buffer.from(line)));
      }
    }
  });

  it('says the same of a record wherever its bytes lie', () => {
    for (const line of lines) {
      const padded = new Uint8Array(line.length + 9);
      padded.set(line, 5);
      expect(read(padded.subarray(5, 5 + line.length))).toEqual(read(line));
    }
  });

  it('finds the same members in a record decoded in part as in one decoded whole', () => {
    const unread = new Set(['originalFile', 'originalFileContents', 'file', 'base64', 'results', 'stderr']);
    for (const line of lines) {
      const outline = outlineJson(line);
      if (outline.kind !== 'object') continue;
      const whole = decodeRecord(line, outline.members);
      const part = decodeRecord(line, outline.members, 0);
      if (whole === undefined || part === undefined) continue;
      const without = (key: string, value: unknown) => (unread.has(key) ? undefined : value);
      const keep = (value: unknown) => JSON.parse(JSON.stringify(value, without));
      expect(keep(part)).toEqual(keep(whole));
    }
  });
});

describe('outlineJson', () => {
  it('takes the last of several members with one name, as JSON.parse does, however the name is written', () => {
    const names = ['"a"', '"\\u0061"', '"__proto__"', '"\\u005f_proto__"', '"b"', '""'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.jsonValue()), { maxLength: 8 }), (members) => {
        const bytes = Buffer.from(`{${members.map(([name, value]) => `${name}:${JSON.stringify(value)}`).join(',')}}`);
        const outline = outlineJson(bytes);
        if (outline.kind !== 'object') throw new Error(outline.kind);
        const found = [...outline.members].map(([name, span]) => [name, parseSpan(bytes, span)]);
        const parsed: Record<string, unknown> = JSON.parse(bytes.toString());
        expect(new Map(found as [string, unknown][])).toEqual(new Map(Object.entries(parsed)));
      }),
      { seed: 2 },
    );
  });

  it('finds the members that JSON.parse finds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.constantFrom(undefined, 1, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, undefined, indent);
          const bytes = Buffer.from(text);
          const outline = outlineJson(bytes);
          if (outline.kind !== 'object') throw new Error(outline.kind);
          const parsed: Record<string, unknown> = JSON.parse(text);
          expect([...outline.members.keys()].sort()).toEqual(Object.keys(parsed).sort());
          for (const [name, { start, end }] of outline.members) {
            expect(JSON.parse(bytes.toString('utf8', start, end))).toEqual(parsed[name]);
          }
        },
      ),
      { seed: 1 },
    );
  });
});
