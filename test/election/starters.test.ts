import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noteSchema } from '../../extension/rendezvous/note';
import { placeOf } from '../../extension/rendezvous/place';
import { projectRoot } from '../ingest/ingestHarness';

/** The count is 1,000: `PACEFLOW_ELECTION_ROUNDS=1000`, some minutes. */
const rounds = Number(process.env['PACEFLOW_ELECTION_ROUNDS'] ?? 40);
const starters = 20;

let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pf-elect-')));
  await build({
    absWorkingDir: projectRoot,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outdir: folder,
    entryPoints: ['test/election/programs/starter.ts'],
  });
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The next thing that a starter says. */
const said = (child: ChildProcess) => new Promise<unknown>((resolve) => child.once('message', resolve));

async function startStarter(): Promise<ChildProcess> {
  const child = fork(join(folder, 'starter.js'), {
    env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  await said(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  running.delete(child);
}

it(`exactly one of ${starters} starters opens the database, over what a killed one left, ${rounds} times`, async () => {
  const database = join(folder, 'paceflow.db');
  const { note } = placeOf(database);
  let children = await Promise.all(Array.from({ length: starters }, startStarter));
  for (let round = 0; round < rounds; round++) {
    const answers = children.map(said);
    for (const child of children) child.send(database);
    const outcome = await Promise.all(answers);
    expect([round, outcome.filter((answer) => answer === 'opens').length]).toEqual([round, 1]);
    expect([round, outcome.filter((answer) => answer === 'leaves').length]).toEqual([round, starters - 1]);
    const winner = children[outcome.indexOf('opens')];
    if (!winner) throw new Error('nobody won');
    const { pid, address } = noteSchema.parse(JSON.parse(readFileSync(note, 'utf8')));
    expect(pid).toBe(winner.pid);
    await kill(winner);
    // What the next round starts over: a note and a socket of a dead process.
    expect([existsSync(note), address !== null && existsSync(address)]).toEqual([true, true]);
    children = [...children.filter((child) => child !== winner), await startStarter()];
  }
}, 1_200_000);
