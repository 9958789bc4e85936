import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { nodeFileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { openDatabaseFile } from '../../../extension/engine/database/fileVfs/openDatabaseFile';
import { makeRepository, temporaryHome } from '../../git/makeRepository';
import { contentOf, makeHome, projectRoot, wasmFile } from '../../ingest/ingestHarness';
import { copied, declaredCommit, edit, lines, turns } from '../../ingest/sampleLogs';
import { createRandom } from '../../support/random';
import { childPrograms } from '../children';

const children = childPrograms('database/programs/ingestOnce');
const machine = temporaryHome();
const home = makeHome();
afterAll(() => home.remove());

/** `PACEFLOW_KILLS=500` for the whole promise; some minutes. */
const kills = Number(process.env['PACEFLOW_KILLS'] ?? 15);
const random = createRandom(Date.now());

/** Keys that a fact has for good, whoever owns it. */
const keys = {
  fact_session_message: 'message_key',
  fact_session_tool_call: 'call_key',
  fact_session_usage: 'response_key',
};

function writeLogs(): void {
  const repository = makeRepository(join(machine(), 'shop'));
  const commit = repository.commit({ files: { 'cart.ts': 'one\n' }, at: Date.parse('2026-03-01T10:30:00Z') / 1000 });
  const shared = turns('s0', 2);
  for (let index = 0; index < 12; index++) {
    const session = `s${index}`;
    const records = [
      ...copied(shared, session),
      ...turns(session, 40, 60 + 300 * index),
      ...edit({ session, uuid: `${session}-e`, minute: 20 }),
      ...declaredCommit({ session, uuid: `${session}-c`, minute: 30 }, commit, repository.folder),
    ];
    home.log(`-shop/${session}.jsonl`, lines(records).replaceAll('/nowhere/shop', repository.folder));
  }
}

/**
 * One pass in a process of its own, killed so long after it began where that is said; what it said it had committed.
 */
async function ingest(database: string, killAfterMs?: number) {
  const pages = String(random.pick([4, 40, 4000]));
  const child = children.run('ingestOnce', home.path, database, wasmFile, projectRoot, pages);
  await child.printed('begun');
  const begun = performance.now();
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.process.kill('SIGKILL'), killAfterMs);
  const end = await child.ended;
  clearTimeout(timer);
  expect([0, 'SIGKILL']).toContain(end);
  const said = child.output().match(/(?<=committed )[\d ]+(?=\n)/g);
  return {
    isKilled: end !== 0,
    durationMs: performance.now() - begun,
    committed: said?.at(-1)?.split(' ').map(Number),
  };
}

async function look<Result>(database: string, work: (opened: Database) => Result): Promise<Result> {
  const opened = await openDatabaseFile(database, {
    ...{ wasmFile, fileSystem: nodeFileSystem, access: 'write', journal: 'wal', mayWrite: () => true },
  });
  try {
    expect(opened.get('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
    return work(opened);
  } finally {
    opened.close();
  }
}
const factsOf = (opened: Database) =>
  Object.entries(keys).map(
    ([table, key]) => new Set(opened.all<{ k: string }>(`select hex(${key}) as k from ${table}`).map(({ k }) => k)),
  );

describe('a process that is killed while it ingests into a real file', () => {
  it(
    `leaves a whole database with all that was committed, and the next one completes it (${kills} kills)`,
    async () => {
      writeLogs();
      const undisturbed = join(machine(), 'undisturbed.db');
      const { durationMs } = await ingest(undisturbed);
      const expected = await look(undisturbed, contentOf);
      expect(expected['event_commit_session']).toHaveLength(12);

      let killed = 0;
      let amid = 0;
      while (killed < kills) {
        const database = join(machine(), 'paceflow.db');
        for (const name of readdirSync(machine())) {
          if (name.startsWith('paceflow.db')) rmSync(join(machine(), name));
        }
        let known = Object.keys(keys).map(() => new Set<string>());
        for (let isKilled = true; isKilled; ) {
          const pass = await ingest(database, random.next() * durationMs);
          isKilled = pass.isKilled;
          const found = await look(database, factsOf);
          for (const [index, facts] of found.entries()) {
            expect(facts.size).toBeGreaterThanOrEqual(pass.committed?.[index] ?? 0);
            expect([...(known[index] ?? [])].filter((key) => !facts.has(key))).toEqual([]);
          }
          known = found;
          killed += isKilled ? 1 : 0;
          amid += isKilled && pass.committed ? 1 : 0;
        }
        expect(await look(database, contentOf)).toEqual(expected);
      }
      // Not all kills came before anything was committed.
      expect(amid).toBeGreaterThan(kills / 10);
      // A process per kill, on whatever machine.
    },
    60_000 + 20_000 * kills,
  );
});
