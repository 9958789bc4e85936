import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { contentOf, emptyDatabase, type Home, makeHome, pass } from '../ingest/ingestHarness';
import { prompt, response } from '../ingest/sampleLogs';
import { createRandom } from '../support/random';
import { catalogue } from '../support/schema';
import { undamaged } from './damage';
import { differences } from './expected';
import { mutated, records } from './mutation';
import { seeds } from './seeds';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

describe('a home of mutated records: all are counted, nothing is lost beside them', () => {
  const perLog = 100;

  it.each(seeds(10))('seed %i', async (seed) => {
    const random = createRandom(seed);
    const logs = Array.from({ length: 10 }, (_, index) => {
      const kept = JSON.stringify({ ...(random.pick(records) as object), uuid: `kept-${index}` });
      const lines = Array.from({ length: perLog }, (_, line) =>
        line % 10 === 5 ? kept : mutated(random.pick(records), random),
      );
      const name = `s${index}`;
      const log = undamaged(lines);
      return { name, log, path: home.log(`-shop/${name}.jsonl`, log.bytes) };
    });
    const database = await emptyDatabase();
    const summary = await pass(database, home);
    expect(summary.records).toBe(10 * perLog);
    const wrong = logs.flatMap(({ name, path, log }) =>
      differences(database, claudeCode, path, { kind: 'session', nativeSessionId: name }, log).map(
        (difference) => `${name}: ${difference}`,
      ),
    );
    expect(wrong).toEqual([]);
    expect(catalogue.checks.flatMap((check) => database.all(check.text))).toEqual([]);
    const before = contentOf(database);
    expect(await pass(database, home)).toMatchObject({ read: 0 });
    expect(contentOf(database)).toEqual(before);
    database.close();
  });
});

const place = { offset: 7, file: { kind: 'session', nativeSessionId: 's1' } } as const;
const read = (record: unknown) => claudeCode.readRecord(Buffer.from(JSON.stringify(record)), place);

/** How many facts there are of a kind; prompts apart from other messages. */
function kindsOf(record: unknown): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const fact of read(record)) {
    const kind = fact.type === 'message' && fact.prompt !== 'none' ? 'prompt' : fact.type;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}

function* pathsIn(value: unknown, path: string[] = []): Generator<string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* pathsIn(member, [...path, name]);
}

const memberOf = (value: unknown, name: string): unknown => Object(value)[name];

function withValueAt(record: unknown, path: readonly string[], value: unknown): unknown {
  const changed: unknown = structuredClone(record);
  const holder = path.slice(0, -1).reduce(memberOf, changed);
  Object.assign(Object(holder), { [path.at(-1) ?? '']: value });
  return changed;
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);

describe('a value of another type than the one that a fact is read from', () => {
  it('costs no fact that is not counted as a problem', () => {
    const silent = new Set<string>();
    let tried = 0;
    for (const record of records) {
      const before = kindsOf(record);
      for (const path of pathsIn(record)) {
        const original = path.reduce(memberOf, record);
        for (const value of [5, true, {}, [], 'x']) {
          const where = path.map((name) => (/^\d+$/.test(name) ? '#' : name)).join('.');
          if (kindOf(original) === kindOf(value) || mayAlsoBe.has(`${where} ${kindOf(value)}`)) continue;
          tried += 1;
          const after = kindsOf(withValueAt(record, path, value));
          const isLost = [...before].some(([kind, count]) => kind !== 'problem' && (after.get(kind) ?? 0) < count);
          if (isLost && !after.has('problem')) silent.add(`${where} ${kindOf(value)}`);
        }
      }
    }
    expect(tried).toBeGreaterThan(5000);
    expect([...silent].sort()).toEqual([]);
  });
});

/** What is of another type and still right, or is counted as a record of an unknown type. */
const mayAlsoBe = new Set([
  ...['number', 'boolean', 'object', 'list'].flatMap((kind) => [
    `type ${kind}`,
    `data.type ${kind}`,
    `attachment.type ${kind}`,
  ]),
  ...['message.content', 'data.message.message.content', 'attachment.prompt'].map((path) => `${path} string`),
  ...['message.content list', 'attachment.prompt list', 'message.content.#.content list'],
  ...['', 'data.message.', 'toolUseResult.orderedToolResults.#.message.'].flatMap((path) =>
    ['string', 'list', 'object'].map((kind) => `${path}toolUseResult ${kind}`),
  ),
  // null says that there is none yet.
  ...['message.stop_reason', 'data.message.message.stop_reason'].map((path) => `${path} string`),
]);

describe('numbers that no sum can hold', () => {
  it.each([2 ** 53 - 1, 1e9 + 1])('%d tokens and dollars are no count', (number) => {
    const usage = { input_tokens: number, output_tokens: 7 };
    const facts = read({
      ...response({ session: 's', uuid: 'u', minute: 1 }),
      costUSD: number,
      message: { id: 'm', model: 'claude-opus-4-5', content: [], usage },
    });
    expect(facts.find((fact) => fact.type === 'response')).toMatchObject({ tokens: { input: 0, output: 7 } });
    expect(facts.filter((fact) => fact.type === 'problem').map((fact) => fact.detail)).toEqual([
      'costUSD is no amount',
      'usage input_tokens is no count',
    ]);
  });
});

describe('half a character', () => {
  it('is stored as a text that finds its row again', async () => {
    const half = {
      ...prompt({ session: 's', uuid: 'u', minute: 1 }),
      cwd: '/nowhere/\ud800shop',
    };
    const titled = { type: 'custom-title', customTitle: `${'x'.repeat(499)}🛒`, sessionId: 's' };
    home.log('-s/s.jsonl', `${JSON.stringify(half)}\n${JSON.stringify(titled)}\n`);
    const database = await emptyDatabase();
    await pass(database, home);
    expect(database.get('select cwd, title, resolved_by from metadata_session')).toEqual({
      cwd: '/nowhere/\ufffdshop',
      title: `${'x'.repeat(499)}\ufffd`,
      resolved_by: 'folder_only',
    });
    database.close();
  });
});

describe('a session of more permission modes than any agent has', () => {
  it('keeps twenty, the same in whatever order they are read', async () => {
    const modes = Array.from({ length: 50 }, (_, index) => ({
      ...prompt({ session: 's', uuid: `u${index}`, minute: index }),
      permissionMode: `mode-${(index * 7) % 50}`,
    }));
    const kept = async (records: readonly object[]) => {
      home.log('-s/s.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      const database = await emptyDatabase();
      await pass(database, home);
      return database.get<{ permission_modes: string }>('select permission_modes from metadata_session')
        ?.permission_modes;
    };
    const first = await kept(modes);
    expect(JSON.parse(first ?? '')).toHaveLength(20);
    expect(await kept([...modes].reverse())).toBe(first);
  });
});
