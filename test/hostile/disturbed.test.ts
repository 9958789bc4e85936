import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../extension/engine/database/database';
import { costReportSchema, doctorReportSchema, ingestSummarySchema, sessionReportSchema } from '../../shared/report';
import { contentOf, wasmFile } from '../ingest/ingestHarness';
import { buildPrograms, type Outcome } from '../terminal/program';
import { hostileHome } from './hostileHome';

const programs = buildPrograms();
const home = hostileHome(1);
// Beside the logs, where nothing looks for any.
const databaseFile = (name: string): string => join(home.path, `${name}.db`);
afterAll(() => home.remove());

const ingest = (database: string, killAfterMs?: number): Promise<Outcome> =>
  programs.paceflow(['ingest', '--home', home.path, '--database', database, '--json'], {
    onStart: (child) => {
      if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    },
  });

async function content(database: string): Promise<Record<string, string[]>> {
  const opened = await openDatabase(wasmFile, readFileSync(database));
  try {
    expect(opened.get('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
    return contentOf(opened);
  } finally {
    opened.close();
  }
}

describe('paceflow on a hostile home', () => {
  let undisturbed: string;
  let expected: Record<string, string[]>;
  let durationMs: number;
  beforeAll(async () => {
    undisturbed = databaseFile('undisturbed');
    const started = performance.now();
    const { code, stdout, stderr } = await ingest(undisturbed);
    durationMs = performance.now() - started;
    expect([code, stderr]).toEqual([0, '']);
    expect(ingestSummarySchema.parse(JSON.parse(stdout)).problems).toBeGreaterThan(3000);
    expected = await content(undisturbed);
  });

  it.each([
    ['session', sessionReportSchema],
    ['cost', costReportSchema],
    ['doctor', doctorReportSchema],
  ] as const)('reports: %s, as plain text and as JSON that keeps its word', async (command, schema) => {
    const here = [command, '--home', home.path, '--database', undisturbed];
    const text = await programs.paceflow(here);
    expect([text.code, text.stderr]).toEqual([0, '']);
    // Nothing from a log moves the cursor or turns the text around.
    expect(text.stdout).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e]/u);
    schema.parse(JSON.parse((await programs.paceflow([...here, '--json'])).stdout));
  });

  it('killed at any instant: one undisturbed run later it says the same', async () => {
    const database = databaseFile('killed');
    let killed = 0;
    for (let round = 0; round < 8; round++) {
      const { code } = await ingest(database, durationMs * 0.9 * ((round + Math.random()) / 8));
      if (code === 'SIGKILL') killed += 1;
    }
    expect(killed).toBeGreaterThan(0);
    const last = await ingest(database);
    expect([last.code, last.stderr]).toEqual([0, '']);
    expect(await content(database)).toEqual(expected);
  }, 180_000);

  it('read by two programs at once into one database, one of them killed or not: the same', async () => {
    for (const killAfterMs of [undefined, durationMs * 0.7]) {
      const database = databaseFile(`both-${killAfterMs ?? ''}`);
      const [one, other] = await Promise.all([ingest(database), ingest(database, killAfterMs)]);
      expect([one.code, one.stderr]).toEqual([0, '']);
      expect([0, 'SIGKILL']).toContain(other.code);
      expect(await content(database)).toEqual(expected);
    }
  }, 180_000);
});
