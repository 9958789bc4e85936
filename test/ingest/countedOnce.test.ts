import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { emptyDatabase, fixtureFolder, type Home, makeHome, numberOf, pass } from './ingestHarness';
import { type Json, lines, prompt, response } from './sampleLogs';

async function withHome(work: (home: Home, database: Database) => Promise<void>): Promise<void> {
  const home = makeHome();
  const database = await emptyDatabase();
  try {
    await work(home, database);
  } finally {
    database.close();
    home.remove();
  }
}

const fixture = (name: string) => readFileSync(join(fixtureFolder, `${name}.jsonl`));

describe('a response', () => {
  const at = (minute: number) => ({ session: 's', uuid: 'r', minute });
  const parts: Json[] = [
    response(at(1), [], 3),
    { ...response(at(2), [], 90), uuid: 'r2' },
    // Another request replays the message, as a side conversation does.
    { ...response(at(3), [], 90), uuid: 'r3', requestId: 'another' },
    { ...response(at(4), [], 40), uuid: 'r4', requestId: undefined },
  ];

  it.each([
    ['in order', parts],
    ['backwards', [...parts].reverse()],
  ])('on several lines and under several requests counts once: %s', (_, records) =>
    withHome(async (home, database) => {
      home.log('-shop/s.jsonl', lines(records));
      await pass(database, home);
      expect(database.all('select output_tokens, at from fact_session_usage')).toEqual([
        { output_tokens: 90, at: Date.parse('2026-03-01T10:01:00Z') },
      ]);
    }),
  );
});

describe('a prompt', () => {
  it('typed while the agent worked counts once, whatever a build wrote of it', () =>
    withHome(async (home, database) => {
      home.log('-shop/s1.jsonl', fixture('queued'));
      await pass(database, home);
      expect(numberOf(database, 'select prompts from event_session where is_retracted = 0')).toBe(10);
    }));
});

describe('a call of a shell', () => {
  it('that writes one file by a here-document and another by sed changes two', () =>
    withHome(async (home, database) => {
      home.log('-shop/s1.jsonl', fixture('shell'));
      await pass(database, home);
      const changes = database.all<{ via: string; path: string }>(`
        select via, path
        from fact_session_code_change
        inner join metadata_path using (path_id)
        where call_key = (select call_key from fact_session_code_change inner join metadata_path using (path_id) where path like '%/d.ts' limit 1)
        order by ordinal`);
      expect(changes.map(({ via, path }) => `${via} ${path}`)).toEqual([
        'shell /home/mia/shop/src/d.ts',
        'opaque /home/mia/shop/src/a.ts',
        'shell /home/mia/shop/src/d.ts',
      ]);
    }));
});

describe('a batch', () => {
  it('applies the edits of its own calls, and tells nothing of those of a batch that was refused', () =>
    withHome(async (home, database) => {
      home.log('-shop/s1.jsonl', fixture('batch'));
      await pass(database, home);
      expect(
        database.all(`
          select name as tool, outcome, count(*) as calls
          from fact_session_tool_call inner join metadata_tool using (tool_id)
          group by 1, 2 order by 1, 2`),
      ).toEqual([
        { tool: 'Bash', outcome: 'ok', calls: 1 },
        { tool: 'Batch', outcome: null, calls: 1 },
        { tool: 'Batch', outcome: 'ok', calls: 1 },
        { tool: 'Batch', outcome: 'rejected', calls: 1 },
        { tool: 'Edit', outcome: null, calls: 1 },
        { tool: 'Edit', outcome: 'ok', calls: 1 },
        { tool: 'Read', outcome: 'failed', calls: 1 },
      ]);
      expect(database.all('select edits_applied, edits_rejected, lines_added from event_session')).toEqual([
        { edits_applied: 2, edits_rejected: 0, lines_added: 2 },
      ]);
    }));
});

describe('a web search', () => {
  it('costs what it costs, once, in every log that tells of it', () =>
    withHome(async (home, database) => {
      home.log('-shop/s1.jsonl', fixture('webSearches'));
      home.log('-shop/s1/subagents/agent-a1.jsonl', fixture('webSearches'));
      await pass(database, home);
      expect(
        database.all(
          `select model, sum(web_searches) as searches, sum(estimated_cost_usd) as usd, sum(unpriced_responses) as unpriced
           from event_usage where is_retracted = 0 and web_searches > 0 group by 1`,
        ),
      ).toEqual([{ model: 'web-search', searches: 4, usd: 0.04, unpriced: 0 }]);
    }));
});

describe('a sub-agent', () => {
  const reply = (stop: string | null, output: number): Json => ({
    type: 'assistant',
    uuid: 'aa1',
    timestamp: '2026-03-01T10:00:04.000Z',
    requestId: 'r9',
    message: {
      id: 'am1',
      model: 'claude-haiku-4-5',
      role: 'assistant',
      stop_reason: stop,
      usage: { input_tokens: 10, output_tokens: output },
      content: [],
    },
  });
  const ownLog = lines([
    prompt({ session: 's1', uuid: 'au1', minute: 0 }),
    { ...reply('end_turn', 50), sessionId: 's1', isSidechain: true, agentId: 'a1' },
  ]);

  it.each(['before', 'after'] as const)('whose own log is read %s its starter’s counts once', (when) =>
    withHome(async (home, database) => {
      const logs: [string, string | Uint8Array][] = [
        ['-shop/s1/subagents/agent-a1.jsonl', ownLog],
        ['-shop/s1.jsonl', fixture('agents')],
      ];
      for (const [name, content] of when === 'before' ? logs : logs.reverse()) {
        home.log(name, content);
        await pass(database, home);
      }
      expect(
        database.all(
          "select sum(responses) as n, sum(output_tokens) as output from event_usage where model like '%haiku%' and is_retracted = 0",
        ),
      ).toEqual([{ n: 1, output: 50 }]);
    }),
  );

  it('counts nothing by the totals in its call’s result, which are those of its last response', () =>
    withHome(async (home, database) => {
      home.log('-shop/s1.jsonl', fixture('agents'));
      await pass(database, home);
      expect(database.all('select sum(responses) as n, sum(output_tokens) as output from event_usage')).toEqual([
        { n: 3, output: 43 },
      ]);
    }));
});
