import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { recogniseLogs } from '../../extension/engine/ingest/discover';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import {
  contentOf,
  emptyDatabase,
  fixtureFolder,
  type Home,
  makeHome,
  numberOf,
  pass,
  readOnce,
} from './ingestHarness';
import { changedEdit, copied, firstCount, lines, turns } from './sampleLogs';

const homes: Home[] = [];
const home = (): Home => {
  const made = makeHome();
  homes.push(made);
  return made;
};
afterEach(() => {
  for (const made of homes.splice(0)) made.remove();
});

/** The fixtures reuse their ids; here every record is one of its own, and names the session that its file is named after. */
const fixture = (session: string, ...names: string[]): Buffer =>
  Buffer.concat(
    names.map((name) => {
      const text = readFileSync(join(fixtureFolder, `${name}.jsonl`), 'latin1');
      const own = text.replaceAll(/"(uuid|id|tool_use_id)": "/g, `"$1": "${name}-`);
      return Buffer.from(own.replaceAll('"sessionId": "s1"', `"sessionId": "${session}"`), 'latin1');
    }),
  );

/** Two sessions with all that a log can hold, a fork of one, a sub-agent, and a log in which bytes are lost. */
const original = [
  ...firstCount({ session: 'original', uuid: 'first', minute: 0 }),
  ...changedEdit({ session: 'original', uuid: 'changed', minute: 1 }),
  ...turns('original', 3),
];
const files: Record<string, Buffer> = {
  '-shop/everything.jsonl': fixture('everything', 'prompts', 'responses', 'edits', 'commits'),
  '-shop/rest.jsonl': fixture('rest', 'queued', 'shell', 'notes', 'malformed', 'underreported'),
  '-shop/original.jsonl': Buffer.from(lines(original)),
  '-shop/fork.jsonl': Buffer.from(lines([...copied(original.slice(0, 5), 'fork'), ...turns('fork', 2, 300)])),
  '-shop/original/subagents/agent-a1.jsonl': Buffer.from(lines(turns('original', 1, 15).slice(1))),
};
const names = Object.keys(files);

const logsOf = (of: Home, ...named: string[]) =>
  recogniseLogs(
    [claudeCode],
    { home: of.path, platform: 'linux', variables: {} },
    named.map((name) => join(of.path, '.claude', 'projects', name)),
  );

/** The cut may fall anywhere: between lines, in a line, in a character. */
const appends = fc.array(
  fc.record({
    file: fc.constantFrom(...names),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    /** Whether the pass looks at this file alone, as a live one does. */
    isNamed: fc.boolean(),
  }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

describe('a log that grows', () => {
  it('gives the same facts and events however it is split into appends, and whatever is read in between', async () => {
    const whole = home();
    for (const [name, bytes] of Object.entries(files)) whole.log(name, bytes);
    const expected = contentOf(await readOnce(whole));
    expect(expected['fact_session_usage']?.length).toBeGreaterThan(20);
    expect(expected['event_session']?.length).toBe(4);
    expect(expected['fact_session_response_part']?.length).toBeGreaterThan(10);

    await fc.assert(
      fc.asyncProperty(appends, async (steps) => {
        const growing = makeHome();
        try {
          const database = await emptyDatabase();
          const written = new Map<string, number>(names.map((name) => [name, 0]));
          const append = (name: string, to: number) => {
            const path = join(growing.path, '.claude', 'projects', name);
            mkdirSync(dirname(path), { recursive: true });
            appendFileSync(path, (files[name] ?? Buffer.alloc(0)).subarray(written.get(name) ?? 0, to));
            written.set(name, to);
          };
          for (const { file, share, isNamed } of steps) {
            const from = written.get(file) ?? 0;
            append(file, from + Math.floor(share * ((files[file]?.length ?? 0) - from)));
            const unchanged = await logsOf(growing, ...names.filter((name) => name !== file && written.get(name)));
            const only = { logs: await logsOf(growing, file), unchanged, clones: new Set<string>() };
            await pass(database, growing, isNamed ? { only } : {});
          }
          for (const name of names) append(name, files[name]?.length ?? 0);
          await pass(database, growing);
          const found = JSON.parse(JSON.stringify(contentOf(database)).replaceAll(growing.path, whole.path));
          database.close();
          expect(found).toEqual(sorted(expected));
        } finally {
          growing.remove();
        }
      }),
      { numRuns: 40, seed: 20260401 },
    );
  });

  it('cut in the middle of a character and of a line is read whole once the rest is there', async () => {
    const bytes = Buffer.from(lines(turns('s', 1)));
    const expected = makeHome();
    homes.push(expected);
    expected.log('-shop/s.jsonl', bytes);
    const once = contentOf(await readOnce(expected));
    const cut = bytes.indexOf(Buffer.from('🛒')) + 2;
    const growing = home();
    const path = growing.log('-shop/s.jsonl', bytes.subarray(0, cut));
    const database = await emptyDatabase();
    await pass(database, growing);
    expect(numberOf(database, 'select resume_offset from metadata_source')).toBe(bytes.indexOf('\n') + 1);
    appendFileSync(path, bytes.subarray(cut));
    await pass(database, growing);
    expect(JSON.parse(JSON.stringify(contentOf(database)).replaceAll(growing.path, expected.path))).toEqual(once);
    expect(numberOf(database, 'select count(*) from fact_source_problem')).toBe(0);
  });

  it('takes back the cost of a response, and of what its log misses, where a later line names a model without a price', async () => {
    const [first, second] = firstCount({ session: 's', uuid: 'guess', minute: 0 }).map((record) => lines([record]));
    const growing = home();
    const path = growing.log('-shop/s.jsonl', first ?? '');
    const database = await readOnce(growing);
    expect(numberOf(database, 'select estimated_missing_cost_usd from fact_session_usage')).toBeGreaterThan(0);
    appendFileSync(path, (second ?? '').replace('claude-opus-4-5-20251101', 'house-model'));
    await pass(database, growing);
    expect(contentOf(database)).toEqual(contentOf(await readOnce(growing)));
    expect(numberOf(database, 'select estimated_missing_output_tokens from event_session where is_retracted = 0')).toBe(
      53,
    );
  });

  it('is read alone where it is named: another one that grew as well waits for its turn', async () => {
    const two = home();
    two.log('-shop/a.jsonl', lines(turns('a', 1)));
    const database = await readOnce(two);
    appendFileSync(two.log('-shop/b.jsonl', ''), lines(turns('b', 1)));
    appendFileSync(join(two.path, '.claude/projects/-shop/a.jsonl'), lines(turns('a', 1, 60)));
    const only = { logs: await logsOf(two, '-shop/a.jsonl'), unchanged: [], clones: new Set<string>() };
    expect(await pass(database, two, { only })).toMatchObject({ sources: 1, read: 1, sessions: 1 });
    await pass(database, two);
    expect(contentOf(database)).toEqual(contentOf(await readOnce(two)));
  });

  it('costs one look when nothing is new', async () => {
    const quiet = home();
    quiet.log('-shop/s.jsonl', lines(turns('s', 1)));
    const database = await readOnce(quiet);
    const revision = numberOf(database, "select value from metadata_setting where name = 'event_rev'");
    expect(await pass(database, quiet)).toMatchObject({ read: 0, unchanged: 1, bytes: 0, records: 0 });
    expect(numberOf(database, "select value from metadata_setting where name = 'event_rev'")).toBe(revision);
  });
});

/** Paths differ between homes, and so does the order of rows that hold them. */
const sorted = (content: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(content).map(([table, rows]) => [table, [...rows].sort()]));
