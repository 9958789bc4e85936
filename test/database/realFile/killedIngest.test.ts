import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { nodeFileSystem } from '../../../extension/engine/database/fileVfs/fileSystem';
import { openDatabaseFile } from '../../../extension/engine/database/fileVfs/openDatabaseFile';
import { makeRepository, temporaryHome } from '../../git/makeRepository';
import { contentOf, makeHome, projectRoot, wasmFile } from '../../ingest/ingestHarness';
import { copied, declaredCommit, edit, lines, turns } from '../../ingest/sampleLogs';
import { createRandom } from '../../support/random';
import { childPrograms } from '../children';

const children = childPrograms('ingestOnce');
const machine = temporaryHome();
const home = makeHome();
afterAll(() => home.remove());

/** `PACEFLOW_KILLS=500` for the whole promise; some minutes. */
const kills = Number(process.env['PACEFLOW_KILLS'] ?? 25);
const tables = ['fact_session_message', 'fact_session_tool_call', 'fact_session_usage'];
const keys = ['message_key', 'call_key', 'response_key'];

describe('a process that is killed while it ingests into a real file', () => {
  it(
    `leaves a whole database with all that was committed, and the next one completes it (${kills} kills)`,
    async () => {
      const repository = makeRepository(join(machine(), 'shop'));
      const commit = repository.commit({
        files: { 'cart.ts': 'one\n' },
        at: Date.parse('2026-03-01T10:30:00Z') / 1000,
      });
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
      const random = createRandom(Date.now());
      const run = (database: string) =>
        children.run('ingestOnce', home.path, database, wasmFile, projectRoot, String(random.pick([4, 40, 4000])));
      const look = async <Result>(database: string, work: (opened: Database) => Result): Promise<Result> => {
        const opened = await openDatabaseFile(database, {
          ...{ wasmFile, fileSystem: nodeFileSystem, access: 'write', journal: 'wal', mayWrite: () => true },
        });
        try {
          expect(opened.get('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
          return work(opened);
        } finally {
          opened.close();
        }
      };

      const undisturbed = join(machine(), 'undisturbed.db');
      const started = performance.now();
      expect(await run(undisturbed).ended).toBe(0);
      const duration = performance.now() - started;
      const expected = await look(undisturbed, contentOf);
      expect(expected['event_commit_session']).toHaveLength(12);

      const database = join(machine(), 'paceflow.db');
      let killed = 0;
      let amid = 0;
      while (killed < kills) {
        for (const name of readdirSync(dirname(database))) {
          if (name.startsWith('paceflow.db')) rmSync(join(dirname(database), name));
        }
        let known = keys.map(() => new Set<unknown>());
        for (let isDone = false; !isDone; ) {
          const child = run(database);
          const timer = setTimeout(() => child.process.kill('SIGKILL'), random.next() * duration);
          isDone = (await child.ended) === 0;
          clearTimeout(timer);
          if (!existsSync(database)) continue;
          const found = await look(database, (opened) => {
            if (!opened.get("select 1 from sqlite_schema where name = 'fact_session_usage'"))
              return keys.map(() => new Set());
            return keys.map(
              (key, index) =>
                new Set(
                  opened
                    .all<Record<string, unknown>>(`select hex(${key}) as k from ${tables[index]}`)
                    .map((row) => row['k']),
                ),
            );
          });
          const said = child
            .output()
            .trim()
            .split('\n')
            .filter((line) => line.startsWith('committed'))
            .at(-1);
          const committed = (said ?? 'committed 0 0 0').split(' ').slice(1).map(Number);
          for (const [index, count] of committed.entries()) {
            expect(found[index]?.size).toBeGreaterThanOrEqual(count);
            expect([...(known[index] ?? [])].filter((key) => !found[index]?.has(key))).toEqual([]);
          }
          known = found;
          if (!isDone) {
            killed += 1;
            if (said !== undefined) amid += 1;
          }
        }
        expect(await look(database, contentOf)).toEqual(expected);
      }
      // Not all kills came before anything was committed.
      expect(amid).toBeGreaterThan(kills / 10);
      // A process per kill, on whatever machine.
    },
    60_000 + 5_000 * kills,
  );
});
