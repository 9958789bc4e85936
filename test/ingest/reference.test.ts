import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { factKey } from '../../extension/engine/ingest/keys';
import { type Reference, type ReferenceTokens, readClaudeCodeReference } from '../reference/claudeCodeReference';
import { fixtureFolder, makeHome, numberOf, projectRoot, readOnce } from './ingestHarness';

const shared = join(projectRoot, '..', 'shared', 'data');
const hasRealHome = existsSync(join(shared, 'home', '.claude', 'projects'));
// Sources are known by their real paths; the folder may be a link.
const realHome = hasRealHome ? realpathSync(join(shared, 'home')) : '';

/** Fixtures of well-formed records: the reference trusts its input. */
const wellFormed = ['prompts', 'queued', 'edits', 'commits', 'underreported'];
const fixtureHome = makeHome();
for (const name of wellFormed) {
  // The fixtures reuse their ids; here every record is one of its own.
  const text = readFileSync(join(fixtureFolder, `${name}.jsonl`), 'utf8');
  fixtureHome.log(`-shop/${name}.jsonl`, text.replaceAll(/"(uuid|id|tool_use_id)": "/g, `"$1": "${name}-`));
}
afterAll(() => fixtureHome.remove());

const homes: [string, string, boolean][] = [
  ['the fixtures', fixtureHome.path, true],
  ['the real home (skipped without ../shared/data/home)', realHome, hasRealHome],
];

const original = 'dcce4143-4609-43c5-a0e3-ea883f6c959b';
const fork = '493c22a8-b700-4b88-aab8-0fafb602c3be';

describe.each(homes)('the database against the reference: %s', (_, home, isThere) => {
  const given = it.skipIf(!isThere);
  let database: Database;
  let reference: Reference;
  beforeAll(async () => {
    if (!isThere) return;
    database = await readOnce({ path: home });
    reference = readClaudeCodeReference(home);
  });
  afterAll(() => database?.close());

  const tokenSums = `sum(input_tokens) as input, sum(cache_write_5m_tokens) as cacheWrite5m, sum(cache_write_1h_tokens) as cacheWrite1h,
    sum(cache_read_tokens) as cacheRead, sum(output_tokens) as output`;
  const tokensBy = (column: string, from: string) =>
    new Map(
      database
        .all<ReferenceTokens & { name: string }>(`select ${column} as name, ${tokenSums} from ${from} group by 1`)
        .map(({ name, ...tokens }) => [name, tokens]),
    );

  given('tokens by UTC day', () => {
    expect(tokensBy('day', 'event_usage where is_retracted = 0')).toEqual(reference.tokensByDay);
  });

  given('tokens by root session', () => {
    const ours = tokensBy(
      "replace(session_key, 'claude-code:', '')",
      'event_session where is_retracted = 0 and responses > 0',
    );
    const theirs = new Map(reference.tokensBySession);
    // The rule of ownership knows more than "the earliest file": the hand-off's common start is the fork's or the original's.
    expect([...ours.keys()].sort()).toEqual(
      [...theirs.keys(), ...(ours.has(fork) ? [fork, original] : [])].filter(unique).sort(),
    );
    const both = (sums: Map<string, ReferenceTokens>) =>
      [original, fork].map((id) => sums.get(id)).filter((each) => each !== undefined);
    expect(total(both(ours))).toEqual(total(both(theirs)));
    for (const sums of [ours, theirs]) for (const id of [original, fork]) sums.delete(id);
    expect(ours).toEqual(theirs);
  });

  given('output that logs do not count, by root session', () => {
    const ours = database.all<{ name: string; tokens: number }>(
      `select replace(session_key, 'claude-code:', '') as name, estimated_missing_output_tokens as tokens
       from event_session where is_retracted = 0 and estimated_missing_output_tokens > 0`,
    );
    expect(new Map(ours.map(({ name, tokens }) => [name, tokens]))).toEqual(reference.missingBySession);
    expect(ours.length).toBeGreaterThan(0);
  });

  given('money: logged tokens at their list price where no cost is recorded, nothing estimated among them', () => {
    const fromFacts = `
      select sum(coalesce(recorded_cost_usd, (
        input_tokens * input_per_million + cache_write_5m_tokens * cache_write_5m_per_million
        + cache_write_1h_tokens * cache_write_1h_per_million + cache_read_tokens * cache_read_per_million
        + output_tokens * output_per_million
      ) / 1e6 + web_searches * web_search_per_thousand / 1e3))
      from fact_session_usage inner join metadata_price using (price_id)`;
    const shown = numberOf(database, 'select sum(cost_usd) from view_usage');
    expect(shown).toBeCloseTo(numberOf(database, fromFacts), 6);
    expect(shown).toBeGreaterThan(0);
  });

  given('prompts of each file', () => {
    const held = database.all<{ path: string; prompts: number }>(`
      select real_path as path, (
        select count(*) from fact_session_message as message
        where is_human_prompt = 1 and (
          message.log_id = source.log_id
          or exists (select 1 from fact_session_copy as copy where copy.record_key = message.message_key and copy.log_id = source.log_id)
        )
      ) as prompts
      from metadata_source as source where kind in ('session', 'subagent')`);
    const ours = new Map(held.map((row) => [relative(join(home, '.claude/projects'), row.path), row.prompts]));
    expect(ours).toEqual(reference.promptsByFile);
  });

  given('tool calls by tool and outcome', () => {
    const ours = new Map(
      database
        .all<{ key: string; tool: string; outcome: string }>(
          "select hex(call_key) as key, name as tool, coalesce(outcome, 'open') as outcome from fact_session_tool_call inner join metadata_tool using (tool_id)",
        )
        .map(({ key, ...call }) => [key, call]),
    );
    expect(ours).toEqual(new Map([...reference.toolCalls].map(([id, call]) => [keyOf(id), call])));
  });

  given('edits applied, rejected and failed, and their lines', () => {
    const tools = ['Edit', 'MultiEdit', 'Write'];
    const ours = new Map(
      database
        .all<{ key: string; outcome: string; added: number; removed: number }>(
          `select hex(change.call_key) as key, coalesce(change.outcome, 'open') as outcome,
             sum(case when change.outcome = 'ok' then added_lines else 0 end) as added,
             sum(case when change.outcome = 'ok' then removed_lines else 0 end) as removed
           from fact_session_code_change as change
           inner join fact_session_tool_call using (call_key) inner join metadata_tool using (tool_id)
           where name in (${tools.map((tool) => `'${tool}'`).join()}) group by 1, 2`,
        )
        .map(({ key, ...edit }) => [key, edit]),
    );
    // Calls whose id was redacted to the same text are one call.
    const theirs = reference.edits.filter((edit) => !edit.callId.startsWith('REDACTED'));
    expect(theirs.length).toBeGreaterThan(7);
    for (const edit of theirs) {
      const { outcome, added, removed } = edit;
      expect([edit.callId, ours.get(keyOf(edit.callId))]).toEqual([edit.callId, { outcome, added, removed }]);
    }
    const outcomes = (edits: Iterable<{ outcome: string }>) =>
      [...edits].map((edit) => edit.outcome).filter((outcome) => outcome === 'rejected').length;
    expect(outcomes(ours.values())).toBe(
      new Set(theirs.filter((edit) => edit.outcome === 'rejected').map((edit) => edit.callId)).size,
    );
  });

  given('commits that sessions declare', () => {
    const ours = database
      .all<{ key: string; commit: string }>(
        'select distinct hex(call_key) as key, commit_name as "commit" from fact_session_declared_commit',
      )
      .map((row) => `${row.key} ${row.commit}`);
    const theirs = [...reference.commits].flatMap(([call, ids]) => ids.map((id) => `${keyOf(call)} ${id}`));
    expect(ours.sort()).toEqual(theirs.filter(unique).sort());
  });
});

describe.skipIf(!hasRealHome)('the database against ccusage (skipped without ../shared/data/home)', () => {
  let database: Database;
  beforeAll(async () => {
    database = await readOnce({ path: realHome });
  });
  afterAll(() => database?.close());

  const sums = `sum(input_tokens) as inputTokens, sum(cache_write_5m_tokens + cache_write_1h_tokens) as cacheCreationTokens,
    sum(cache_read_tokens) as cacheReadTokens, sum(output_tokens) as outputTokens`;
  const differences = (ours: Map<string, Sums>, theirs: Map<string, Sums>) =>
    Object.fromEntries(
      [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap((name) => {
        const difference = minus(ours.get(name) ?? none, theirs.get(name) ?? none);
        return Object.values(difference).some((value) => value !== 0) ? [[name, difference]] : [];
      }),
    );

  it('by day: differs by the -fixture project only, where ccusage counts some responses several times', () => {
    const ours = byName(`select day as name, ${sums} from event_usage where is_retracted = 0 group by 1`);
    const theirs = new Map(expected('daily').map((row) => [String(row['date']), sumsOf(row)]));
    const unique = byName(
      `select day as name, ${sums} from event_usage where is_retracted = 0 and session_key in (${fixtureSessions}) group by 1`,
    );
    const explained = differences(unique, repeatedInFixtures());
    expect(Object.keys(explained)).toEqual(['2025-09-29', '2026-02-07', '2026-02-08']);
    expect(differences(ours, theirs)).toEqual(explained);
  });

  it('by session: differs by a fork, by agent_progress and by the -fixture project', () => {
    const ours = byName(
      `select replace(session_key, 'claude-code:', '') as name, ${sums} from event_session where is_retracted = 0 and responses > 0 group by 1`,
    );
    const theirs = new Map(expected('session').map((row) => [basename(String(row['sessionId'])), sumsOf(row)]));
    expect(differences(ours, theirs)).toEqual({
      // A hand-off that copied its start: ccusage gives it to the copy, here the session that it was copied from has it.
      [original]: sum(919, 107_699, 5_916_087, 36_804),
      [fork]: sum(-919, -107_699, -5_916_087, -36_804),
      // The same in the -fixture project: c8bcb3a7 is a prefix of b02ed4d8.
      'c8bcb3a7-8728-4d76-9aae-1cbaf2350114': sum(8, 15_573, 15_542, 52),
      'b02ed4d8-1f00-45cc-949f-3ea63b2dbde2': sum(-8, -15_573, -15_542, -52),
      // Answers of sub-agents that stand in agent_progress records only: ccusage has them in its days, not in its sessions.
      '60b38d1e-f048-428b-89da-e5dca96614d4': sum(1_466, 55_420, 462_595, 28),
      '6dccd523-72ba-4cb2-b043-2422d5fa2cda': sum(142, 58_916, 689_919, 143),
      'b4dcf65c-8a8f-4be8-80c2-fcebbda55946': sum(8_539, 47_266, 128_013, 5),
    });
  });

  const fixtureFiles = join(realHome, '.claude/projects/-fixture');
  const fixtureSessions = (hasRealHome ? readdirSync(fixtureFiles) : [])
    .map((name) => `'claude-code:${basename(name, '.jsonl')}'`)
    .join();

  /** As ccusage counts: a response without a request id once per instant of its lines, but for those of sub-agents. */
  function repeatedInFixtures(): Map<string, Sums> {
    const seen = new Map<string, { day: string; sums: Sums }>();
    const files = readdirSync(fixtureFiles, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.jsonl'),
    );
    for (const file of files.sort()) {
      for (const line of readFileSync(join(fixtureFiles, file), 'utf8').split('\n')) {
        const record = line.trim() === '' ? {} : JSON.parse(line);
        const usage = record.message?.usage;
        if (record.type !== 'assistant' || !usage || record.message.model === '<synthetic>') continue;
        const key = `${record.message.id} ${record.requestId ?? (record.isSidechain ? '' : record.timestamp)}`;
        const sums = sum(
          usage.input_tokens,
          usage.cache_creation_input_tokens ?? 0,
          usage.cache_read_input_tokens ?? 0,
          usage.output_tokens,
        );
        const known = seen.get(key);
        seen.set(key, { day: known?.day ?? record.timestamp.slice(0, 10), sums });
      }
    }
    const days = new Map<string, Sums>();
    for (const { day, sums } of seen.values()) days.set(day, minus(days.get(day) ?? none, minus(none, sums)));
    return days;
  }

  function byName(sql: string): Map<string, Sums> {
    return new Map(database.all<Sums & { name: string }>(sql).map(({ name, ...rest }) => [name, rest]));
  }
});

interface Sums {
  inputTokens: number;
  cacheCreationTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
}
const sum = (
  inputTokens: number,
  cacheCreationTokens: number,
  cacheReadTokens: number,
  outputTokens: number,
): Sums => ({
  inputTokens,
  cacheCreationTokens,
  cacheReadTokens,
  outputTokens,
});
const none: Sums = { inputTokens: 0, cacheCreationTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
const minus = (a: Sums, b: Sums): Sums => ({
  inputTokens: a.inputTokens - b.inputTokens,
  cacheCreationTokens: a.cacheCreationTokens - b.cacheCreationTokens,
  cacheReadTokens: a.cacheReadTokens - b.cacheReadTokens,
  outputTokens: a.outputTokens - b.outputTokens,
});
const sumsOf = (row: Record<string, unknown>): Sums => ({
  inputTokens: Number(row['inputTokens']),
  cacheCreationTokens: Number(row['cacheCreationTokens']),
  cacheReadTokens: Number(row['cacheReadTokens']),
  outputTokens: Number(row['outputTokens']),
});

function expected(what: 'daily' | 'session'): Record<string, unknown>[] {
  const content = JSON.parse(readFileSync(join(shared, 'expected', `ccusage.claude.${what}.json`), 'utf8'));
  return content[what === 'daily' ? 'daily' : 'sessions'];
}

const keyOf = (call: string): string =>
  Buffer.from(factKey('call', 'claude-code', call))
    .toString('hex')
    .toUpperCase();
const unique = <Item>(item: Item, index: number, all: Item[]): boolean => all.indexOf(item) === index;
const total = (all: ReferenceTokens[]): number =>
  all.reduce((sum, each) => sum + Object.values(each).reduce((a: number, b: number) => a + b, 0), 0);
