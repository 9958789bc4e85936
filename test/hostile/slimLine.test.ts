import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findHeavyValues, type HeavyValue } from '../../extension/engine/ingest/lines/heavyValues';
import { slimLine } from '../../extension/engine/ingest/lines/slimLine';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'paceflow-slim-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const name = fc.constantFrom('a', 'message', 'ö', '"', '\\', 'a\nb', 'x'.repeat(70));
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('"\\'.repeat(30), '🛒'.repeat(40)),
);
const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
  object: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 1.5e300, ''),
    text,
    fc.array(tie('value'), { maxLength: 6 }),
    tie('object'),
  ),
}));

async function* piecesOf(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (let index = 1; index < places.length; index++) yield bytes.subarray(places[index - 1], places[index]);
}

/** Bytes of all values and names of members, as JSON.stringify writes them. */
function* weightsIn(value: unknown): Generator<number> {
  yield Buffer.byteLength(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (!Array.isArray(value)) yield Buffer.byteLength(JSON.stringify(key));
    yield* weightsIn(member);
  }
}

const heavy = 40;

describe('findHeavyValues', () => {
  it('finds what is heavy and nothing else, however the text is cut into pieces', () =>
    fc.assert(
      fc.asyncProperty(object, fc.array(fc.nat(), { maxLength: 8 }), async (value, cuts) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const found = (await findHeavyValues(piecesOf(bytes, cuts), heavy)) ?? [];
        const isHeavyScalar = ({ kind }: HeavyValue) => kind === 'text';
        expect(found.map(({ start, end }) => end - start).sort()).toEqual(
          [...weightsIn(value)].filter((weight) => weight >= heavy).sort(),
        );
        for (const each of found) {
          const parsed: unknown = JSON.parse(bytes.toString('utf8', each.start, each.end));
          expect(isHeavyScalar(each)).toBe(typeof parsed === 'string');
          expect(each.parent === undefined).toBe(each.start === 0);
        }
      }),
      { numRuns: 1000, seed: 1 },
    ));

  it('names the members that lead to a value', async () => {
    const long = 'x'.repeat(heavy);
    const value = { a: [{ b: 1, c: [[long]] }], d: { e: long, f: 1 }, 'g\n': long };
    const found = await findHeavyValues(piecesOf(Buffer.from(JSON.stringify(value)), []), heavy);
    expect(found?.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      ...['text a.c', 'list a.c', 'list a.c', 'object a', 'list a'],
      ...['text d.e', 'object d', 'text g\n', 'object '],
    ]);
  });

  it.each([
    ...['', '[]', '"a"', '{', '{}{}', '{}]', '{"a":"', '"a"{}'].map((line) => [line, line]),
    ['nesting', `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`],
  ])('finds nothing in what is no whole object: %s', async (_, line) => {
    expect(await findHeavyValues(piecesOf(Buffer.from(line ?? ''), []), heavy)).toBeUndefined();
  });
});

/** Whether a value says less of the same: a text may have lost its end, a list or object all that was in it. */
function isLess(left: unknown, value: unknown): boolean {
  // A character may have lost its second half.
  if (typeof value === 'string') return value.startsWith(String(left).replace(/\ufffd+$/, ''));
  if (typeof value !== 'object' || value === null) return left === value;
  const members = Object.entries(Object(left));
  if (Array.isArray(left) !== Array.isArray(value)) return false;
  if (members.length === 0) return true;
  return (
    members.length === Object.keys(value).length && members.every(([key, member]) => isLess(member, Object(value)[key]))
  );
}

describe('slimLine', () => {
  it('leaves a whole object that says less of the same, or says that it can’t', () =>
    fc.assert(
      fc.asyncProperty(object, fc.integer({ min: 2, max: 2000 }), async (value, most) => {
        const line = Buffer.from(JSON.stringify(value));
        const file = join(folder, 'line');
        writeFileSync(file, `before\n${line}\nafter`);
        const handle = await open(file, 'r');
        const slim = await slimLine(handle, 'before\n'.length, line.length, { most, heavy: 80, kept: 20 });
        await handle.close();
        if (line.length <= most) {
          expect(slim).toEqual({ bytes: line, cut: [] });
        } else if (slim) {
          expect(slim.bytes.length).toBeLessThanOrEqual(most);
          expect(slim.cut.length).toBeGreaterThan(0);
          expect(isLess(JSON.parse(slim.bytes.toString('utf8')), JSON.parse(line.toString('utf8')))).toBe(true);
        }
      }),
      { numRuns: 1000, seed: 2 },
    ));

  it('cuts the heaviest first, and a list or object only once what is heavy in it is cut', async () => {
    const text = 'x'.repeat(100);
    const value = { small: 'kept', big: text + text, list: [text, text], id: 7 };
    const file = join(folder, 'line');
    writeFileSync(file, JSON.stringify(value));
    const slimmed = async (most: number) => {
      const handle = await open(file, 'r');
      const slim = await slimLine(handle, 0, JSON.stringify(value).length, { most, heavy: 80, kept: 5 });
      await handle.close();
      return slim && [JSON.parse(slim.bytes.toString()), slim.cut];
    };
    const head = 'xxxxx';
    expect(await slimmed(300)).toEqual([{ ...value, big: head }, ['big']]);
    expect(await slimmed(200)).toEqual([{ ...value, big: head, list: [head, text] }, ['big', 'list']]);
    expect(await slimmed(65)).toEqual([{ ...value, big: head, list: [head, head] }, ['big', 'list']]);
    expect(await slimmed(55)).toEqual([{ ...value, big: head, list: [] }, ['big', 'list']]);
    expect(await slimmed(40)).toBeUndefined();
  });
});
