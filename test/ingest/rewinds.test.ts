import { appendFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { settleRewinds } from '../../extension/engine/ingest/rewinds';
import { emptyDatabase, type Home, makeHome, pass } from './ingestHarness';
import { edit, type Json, lines, prompt } from './sampleLogs';

const session = 'a0000000-0000-4000-8000-000000000001';
const at = (uuid: string, minute: number) => ({ session, uuid, minute });
const answering = (parent: string, record: Json): Json => ({ ...record, parentUuid: parent });

/** A first turn with an edit, then a second turn with another. */
const twoTurns: Json[] = [
  prompt(at('p1', 0)),
  ...edit(at('e1', 1)),
  answering('e1-result', prompt(at('p2', 5))),
  ...edit(at('e2', 6)),
];
/** The person goes back to before the second turn and asks otherwise. */
const again: Json[] = [answering('e1-result', prompt(at('p3', 10), 'Do it otherwise')), ...edit(at('e3', 11))];

const counts = (database: Database) =>
  database.all('select prompts, edits_applied, edits_rewound, responses from event_session where is_retracted = 0')[0];

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

describe('a rewind', () => {
  it('takes back the edits of the turn that was left, not its cost', () =>
    withHome(async (home, database) => {
      home.log(`-shop/${session}.jsonl`, lines([...twoTurns, ...again]));
      await pass(database, home);
      expect(counts(database)).toEqual({ prompts: 3, edits_applied: 2, edits_rewound: 1, responses: 3 });
    }));

  it('is seen when it comes later than the turn was read', () =>
    withHome(async (home, database) => {
      const file = home.log(`-shop/${session}.jsonl`, lines(twoTurns));
      await pass(database, home);
      expect(counts(database)).toMatchObject({ edits_applied: 2, edits_rewound: 0 });
      appendFileSync(file, lines(again));
      await pass(database, home);
      expect(counts(database)).toMatchObject({ edits_applied: 2, edits_rewound: 1 });
    }));

  it('to an earlier turn takes back all turns since', () =>
    withHome(async (home, database) => {
      const toTheFirst = [answering('start', prompt(at('p4', 20), 'From the start')), ...edit(at('e4', 21))];
      const first = [answering('start', prompt(at('p1', 0))), ...twoTurns.slice(1)];
      home.log(`-shop/${session}.jsonl`, lines([...first, ...toTheFirst]));
      await pass(database, home);
      expect(counts(database)).toMatchObject({ edits_applied: 1, edits_rewound: 2 });
    }));

  it('takes back what a sub-agent did meanwhile', () =>
    withHome(async (home, database) => {
      home.log(`-shop/${session}.jsonl`, lines([...twoTurns, ...again]));
      const agent = edit(at('agent', 7)).map((record) => ({ ...record, isSidechain: true, agentId: 'x' }));
      home.log(`-shop/${session}/subagents/agent-x.jsonl`, lines(agent));
      await pass(database, home);
      expect(counts(database)).toMatchObject({ edits_applied: 2, edits_rewound: 2 });
    }));

  it('is none where prompts follow each other', () =>
    withHome(async (home, database) => {
      home.log(`-shop/${session}.jsonl`, lines(twoTurns));
      await pass(database, home);
      expect(counts(database)).toMatchObject({ edits_applied: 2, edits_rewound: 0 });
    }));

  it('is no question of its own to the database: a log may hold as many as it has prompts', () =>
    withHome(async (home, database) => {
      const rewound = (index: number) => [
        answering(`start-${index}`, prompt(at(`a${index}`, 3 * index))),
        ...edit(at(`e${index}`, 3 * index + 1)),
        answering(`start-${index}`, prompt(at(`b${index}`, 3 * index + 2))),
      ];
      home.log(`-shop/${session}.jsonl`, lines(Array.from({ length: 200 }, (_, index) => rewound(index)).flat()));
      await pass(database, home);
      expect(counts(database)).toEqual({ prompts: 400, edits_applied: 0, edits_rewound: 200, responses: 200 });
      const all = vi.spyOn(database, 'all');
      settleRewinds(database, new Set([1]));
      expect(all.mock.calls.length).toBeLessThan(5);
    }));
});
