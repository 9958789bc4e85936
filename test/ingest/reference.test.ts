import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
// @ts-expect-error The generator is plain JavaScript: it runs without a build.
import { generate } from '../bench/generate.mjs';
import { type Reference, type ReferenceTokens, readClaudeCodeReference } from '../reference/claudeCodeReference';
import { fixtureFolder, projectRoot, readOnce } from './ingestHarness';
import { forksAndRewinds, lines } from './sampleLogs';

interface GivenHome {
  name: string;
  /** Makes the folder, where it is not there already. */
  path: () => string;
  isThere: boolean;
}

const made = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-reference-')));
afterAll(() => rmSync(made, { recursive: true }));

/** A home below `made` with these logs in one project. */
function homeOf(name: string, logs: readonly (readonly [file: string, content: string])[]): string {
  for (const [file, content] of logs) {
    const path = join(made, name, '.claude/projects/-shop', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return join(made, name);
}

/** Every fixture of the goldens; they reuse their ids, here every record is one of its own. */
const homeOfFixtures = () =>
  homeOf(
    'fixtures',
    readdirSync(fixtureFolder)
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => {
        const text = readFileSync(join(fixtureFolder, file), 'utf8');
        const own = text.replaceAll(/"(uuid|id|tool_use_id)": "/g, `"$1": "${file}-`);
        return [file, own.replaceAll('"sessionId": "s1"', `"sessionId": "${file.replace('.jsonl', '')}"`)];
      }),
  );

const homeOfForksAndRewinds = () =>
  homeOf(
    'forks',
    Object.entries(forksAndRewinds).map(([name, records]) => [`${name}.jsonl`, lines(records)]),
  );

const realHome = join(projectRoot, '..', 'shared', 'data', 'home');
/** More forks and rewinds than people make: few files must do. */
const generatedHome = (seed: number): GivenHome => ({
  name: `generated logs, seed ${seed}`,
  path: () => {
    const out = join(made, String(seed));
    generate({ out, bytes: 3e6, files: 30, seed, forks: 0.3, rewinds: 0.4 });
    return out;
  },
  isThere: true,
});

function homeOfSample(): string {
  const out = join(made, 'sample');
  execFileSync(process.execPath, [join(projectRoot, 'scripts/sample.mjs'), '--out', out, '--today', '2026-06-10']);
  return join(out, 'home');
}

const homes: GivenHome[] = [
  { name: 'the fixtures of the goldens', path: homeOfFixtures, isThere: true },
  { name: 'forks and rewinds', path: homeOfForksAndRewinds, isThere: true },
  { name: 'the sample', path: homeOfSample, isThere: true },
  ...[1, 2, 3, 4].map(generatedHome),
  {
    name: 'the real home (skipped without ../shared/data/home)',
    // Sources are known by their real paths; the folder may be a link.
    path: () => realpathSync(realHome),
    isThere: existsSync(join(realHome, '.claude', 'projects')),
  },
];

const references: Reference[] = [];

describe.each(homes.map((home) => [home.name, home] as const))(
  'the database against the reference: %s',
  (_, { path, isThere }) => {
    const given = it.skipIf(!isThere);
    let home: string;
    let database: Database;
    let reference: Reference;
    beforeAll(async () => {
      if (!isThere) return;
      home = path();
      database = await readOnce({ path: home });
      reference = readClaudeCodeReference(home);
      references.push(reference);
    });
    afterAll(() => database?.close());

    /** Rows as texts, in an order of their own: lists of thousands that differ show the rows that do. */
    const rows = <Row extends object>(all: Iterable<Row>): string[] =>
      [...all].map((row) => JSON.stringify(row)).sort();
    const query = (sql: string) =>
      rows(
        database.all<Record<string, unknown>>(sql).map((row) => ({
          ...row,
          ...('owner' in row && { owner: relative(join(home, '.claude/projects'), String(row['owner'])) }),
        })),
      );

    given('messages, prompts and their owners', () => {
      const ours = query(`select real_path as owner, at, role, prompt, words
      from fact_session_message inner join metadata_source using (log_id)`);
      const theirs = [...reference.messages.values()];
      expect(ours).toEqual(
        rows(theirs.map(({ owner, at, role, prompt, words }) => ({ owner, at, role, prompt, words }))),
      );
    });

    given('responses, their tokens and owners', () => {
      const ours = query(`select hex(response_key) as id, real_path as owner, at, metadata_model.name as model,
        json_array(
          input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, output_tokens) as tokens,
        web_searches as searches, speed, recorded_cost_usd as recorded
      from fact_session_usage inner join metadata_source using (log_id) inner join metadata_model using (model_id)`);
      const theirs = [...reference.responses.values()].map(
        ({ id, owner, at, model, tokens, searches, isFast, recordedUsd }) => ({
          ...{ id: hexKey('response', id), owner, at, model, tokens: JSON.stringify(Object.values(tokens)), searches },
          ...{ speed: isFast ? 'fast' : 'standard', recorded: recordedUsd },
        }),
      );
      expect(ours).toEqual(rows(theirs));
    });

    const tokensBy = (column: string, from: string) =>
      new Map(
        database
          .all<ReferenceTokens & { name: string }>(
            `select ${column} as name, sum(input_tokens) as input, sum(cache_write_5m_tokens) as cacheWrite5m,
             sum(cache_write_1h_tokens) as cacheWrite1h, sum(cache_read_tokens) as cacheRead,
             sum(output_tokens) as output
           from ${from} where is_retracted = 0 group by 1`,
          )
          .map(({ name, ...tokens }) => [name, tokens]),
      );

    given('tokens by UTC day and by root session', () => {
      expect(tokensBy('day', 'event_usage')).toEqual(reference.tokensByDay);
      expect(tokensBy("replace(session_key, 'claude-code:', '')", 'event_usage')).toEqual(reference.tokensBySession);
    });

    given('output that logs do not count, by root session', () => {
      const ours = database.all<{ name: string; tokens: number }>(
        `select replace(session_key, 'claude-code:', '') as name, estimated_missing_output_tokens as tokens
         from event_session where is_retracted = 0 and estimated_missing_output_tokens > 0`,
      );
      expect(new Map(ours.map(({ name, tokens }) => [name, tokens]))).toEqual(reference.missingBySession);
    });

    given('tool calls, their outcomes and owners', () => {
      const ours =
        query(`select hex(call_key) as id, real_path as owner, name as tool, coalesce(outcome, 'open') as outcome
      from fact_session_tool_call inner join metadata_source using (log_id) left join metadata_tool using (tool_id)`);
      const theirs = [...reference.toolCalls].map(([id, { owner, tool, outcome }]) => ({
        ...{ id: hexKey('call', id), owner, tool: tool ?? null, outcome },
      }));
      expect(ours).toEqual(rows(theirs));
    });

    given('edits and shell writes: lines, outcomes, owners, and what a rewind took back', () => {
      const ours =
        query(`select hex(call_key) as id, real_path as owner, path, via, coalesce(outcome, 'open') as outcome,
        added_lines as added, removed_lines as removed, is_rewound as rewound
      from fact_session_code_change inner join metadata_source using (log_id) left join metadata_path using (path_id)`);
      const theirs = reference.edits.map(({ callId, owner, path, via, outcome, added, removed, isRewound }) => ({
        ...{ id: hexKey('call', callId), owner, path: path ?? null, via, outcome, added, removed },
        rewound: isRewound ? 1 : 0,
      }));
      expect(ours).toEqual(rows(theirs));
    });

    given('commits that sessions declare', () => {
      const ours = query(`select distinct native_id as session, hex(call_key) as call, commit_name as "commit"
      from fact_session_declared_commit inner join metadata_session using (session_id)`);
      const theirs = reference.commits.map(({ session, callId, commit }) => ({
        ...{ session, call: hexKey('call', callId), commit },
      }));
      expect(ours).toEqual([...new Set(rows(theirs))]);
    });
  },
);

describe('what was compared', () => {
  const count = <Item>(items: (reference: Reference) => Iterable<Item>, isOne: (item: Item) => boolean) =>
    references.flatMap((reference) => [...items(reference)]).filter(isOne).length;

  it.each(['typed', 'queued', 'command', 'shell'])('has prompts of kind %s', (kind) => {
    expect(
      count(
        (reference) => reference.messages.values(),
        ({ prompt }) => prompt === kind,
      ),
    ).toBeGreaterThan(0);
  });

  it.each(['ok', 'failed', 'rejected', 'open'])('has calls and edits that ended as %s', (end) => {
    expect(
      count(
        (reference) => reference.toolCalls.values(),
        ({ outcome }) => outcome === end,
      ),
    ).toBeGreaterThan(0);
    expect(
      count(
        (reference) => reference.edits,
        ({ outcome }) => outcome === end,
      ),
    ).toBeGreaterThan(0);
  });

  it.each(['edit', 'overwrite', 'shell', 'opaque'])('has edits via %s, some taken back by a rewind', (how) => {
    expect(
      count(
        (reference) => reference.edits,
        ({ via }) => via === how,
      ),
    ).toBeGreaterThan(10);
    expect(
      count(
        (reference) => reference.edits,
        ({ via, isRewound }) => isRewound && via === how,
      ),
    ).toBeGreaterThan(0);
  });

  it('has output that logs do not count', () => {
    expect(references.some((reference) => reference.missingBySession.size > 0)).toBe(true);
  });

  it('has searches, calls in a batch, and writes of PowerShell', () => {
    expect(
      count(
        (reference) => reference.responses.values(),
        ({ model }) => model === 'web-search',
      ),
    ).toBeGreaterThan(1);
    expect(
      count(
        (reference) => reference.toolCalls.keys(),
        (id) => id.includes('#'),
      ),
    ).toBeGreaterThan(3);
    const isByPowerShell = (reference: Reference) =>
      reference.edits.filter(({ callId }) => reference.toolCalls.get(callId)?.tool === 'PowerShell');
    for (const how of ['shell', 'opaque']) expect(count(isByPowerShell, ({ via }) => via === how)).toBeGreaterThan(1);
  });

  it('has copies, sub-agents and declared commits', () => {
    const prompts = count(
      (reference) => reference.messages.values(),
      ({ prompt }) => prompt !== 'none',
    );
    const byFile = references.flatMap((reference) => [...reference.promptsByFile.values()]);
    expect(byFile.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(prompts + 40);
    const isSubagent = ({ owner }: { owner: string }) => owner.includes('/agent-');
    expect(count((reference) => reference.responses.values(), isSubagent)).toBeGreaterThan(40);
    expect(
      count(
        (reference) => reference.edits,
        (edit) => edit.isRewound && isSubagent(edit),
      ),
    ).toBeGreaterThan(0);
    expect(
      count(
        (reference) => reference.commits,
        () => true,
      ),
    ).toBeGreaterThan(20);
  });
});

/** Keys as the tables' comments say them; made here, so that a key which is made wrong is seen. */
const hexKey = (kind: 'response' | 'call', id: string): string =>
  createHash('sha256').update(`${kind}\0claude-code\0${id}`).digest('hex').slice(0, 24).toUpperCase();
