import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../extension/engine/database/database';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { contentOf, makeHome, wasmFile } from '../ingest/ingestHarness';
import { copied, declaredCommit, lines, turns } from '../ingest/sampleLogs';
import { buildPrograms } from '../terminal/program';

const programs = buildPrograms();
const machine = temporaryHome();
const home = makeHome();
afterAll(() => home.remove());

describe('paceflow ingest, killed at any instant', () => {
  it('leaves a database that opens, and after one undisturbed run says what an undisturbed one says', async () => {
    const repository = makeRepository(join(machine(), 'shop'));
    const commit = repository.commit({ files: { 'cart.ts': 'one\n' }, at: Date.parse('2026-03-01T10:30:00Z') / 1000 });
    const shared = turns('s0', 2);
    for (let index = 0; index < 4; index++) {
      const session = `s${index}`;
      home.log(
        `-shop/${session}.jsonl`,
        lines([
          ...copied(shared, session),
          ...turns(session, 8, 60 + 300 * index),
          ...declaredCommit({ session, uuid: `${session}-c`, minute: 30 }, commit, repository.folder),
        ]).replaceAll('/nowhere/shop', repository.folder),
      );
    }
    const run = (database: string, killAfterMs?: number) =>
      programs.paceflow(['ingest', '--home', home.path, '--database', database, '--json'], {
        onStart: (child) => {
          if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
        },
      });
    const content = async (database: string) => {
      const opened = await openDatabase(wasmFile, readFileSync(database));
      try {
        expect(opened.get('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
        return contentOf(opened);
      } finally {
        opened.close();
      }
    };

    const undisturbed = join(machine(), 'undisturbed.db');
    const started = performance.now();
    expect((await run(undisturbed)).code).toBe(0);
    const duration = performance.now() - started;
    const expected = await content(undisturbed);
    expect(expected['event_session']).toHaveLength(4);
    expect(expected['event_commit_session']).toHaveLength(4);

    const disturbed = join(machine(), 'disturbed.db');
    let killed = 0;
    for (let round = 0; round < 30; round++) {
      const { code } = await run(disturbed, duration * 0.9 * ((round + Math.random()) / 30));
      if (code === 'SIGKILL') killed += 1;
    }
    expect(killed).toBeGreaterThan(0);
    const last = await run(disturbed);
    expect([last.code, last.stderr]).toEqual([0, '']);
    expect(await content(disturbed)).toEqual(expected);
    // Thirty processes, on whatever machine.
  }, 180_000);
});
