import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { snapshotFile } from '../../extension/engine/database/databaseFile';
import { HumanError } from '../../extension/engine/humanError';
import { mountSmallDisk } from '../support/disk/smallDisk';
import { childPrograms } from './children';

const children = childPrograms('database/programs/saveLoop');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paceflow-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state = (byte: number, length = 3000) => new Uint8Array(length).fill(byte);
/** Not by toEqual: the difference of megabytes takes minutes to print. */
const equals = (bytes: Uint8Array | undefined, expected: Uint8Array): boolean =>
  bytes !== undefined && Buffer.from(bytes).equals(expected);
const failure = async (work: Promise<unknown>): Promise<HumanError> => {
  const error = await work.then(
    () => new Error('it did not fail'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(HumanError);
  if (!(error instanceof HumanError)) throw error;
  expect(error.next.length).toBeGreaterThan(10);
  return error;
};

describe('a database file', () => {
  it('is replaced whole, for its owner only; its version moves with every save', async () => {
    const file = snapshotFile(join(folder, 'paceflow.db'));
    expect([await file.version(), await file.load()]).toEqual([undefined, undefined]);
    await file.save(state(1));
    const version = await file.version();
    await file.save(state(2));
    expect(await file.version()).not.toBe(version);
    expect(equals(await file.load(), state(2))).toBe(true);
    expect(readdirSync(folder)).toEqual(['paceflow.db']);
    if (process.platform !== 'win32') expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('holds one whole state whenever its writer is killed', async () => {
    const path = join(folder, 'paceflow.db');
    const bytes = 3_000_000;
    const states = new Set<number>();
    for (let round = 0; round < 30; round++) {
      const child = children.run('saveLoop', path, String(bytes));
      // After any number of saves, and at any instant of the next.
      await child.printed('saved\n'.repeat(1 + (round % 3)));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
      child.process.kill('SIGKILL');
      await child.ended;
      const content = readFileSync(path);
      expect(content.length).toBe(bytes);
      expect(content.equals(Buffer.alloc(bytes, content[0]))).toBe(true);
      states.add(content[0] ?? 0);
    }
    // A killed writer's half of a file goes with the next lock; what is not one stays.
    writeFileSync(`${path}.notes.new`, 'mine');
    writeFileSync(`${path}.123456789.new`, 'half');
    const lock = await snapshotFile(path).lock(new AbortController().signal, () => undefined);
    expect(readdirSync(folder).sort()).toEqual(['paceflow.db', 'paceflow.db.lock', 'paceflow.db.notes.new']);
    await lock.release();
    // The kills fell into different states: not all before the second save.
    expect(states.size).toBeGreaterThan(1);
  });

  it('kept aside has a name that says when, and outlives what is saved over the file', async () => {
    const file = snapshotFile(join(folder, 'paceflow.db'));
    await file.save(state(1));
    const kept = await file.keepAside();
    expect(kept).toMatch(/paceflow\.db\.damaged-\d{4}-\d\d-\d\dT[\d-]+Z$/);
    await file.save(state(2));
    expect([equals(readFileSync(file.path), state(2)), equals(readFileSync(kept), state(1))]).toEqual([true, true]);
  });

  it('in a place that can not be: what is wrong and what to do', async () => {
    writeFileSync(join(folder, 'a-file'), 'x');
    const file = snapshotFile(join(folder, 'a-file', 'paceflow.db'));
    expect((await failure(file.lock(new AbortController().signal, () => undefined))).message).toContain(
      "can't be made",
    );
    expect((await failure(file.save(state(1)))).message).toContain("can't be written");
    expect(readFileSync(join(folder, 'a-file'), 'utf8')).toBe('x');
  });

  it('that is a folder: what is wrong and what to do', async () => {
    const file = snapshotFile(folder);
    expect((await failure(file.load())).message).toContain('is no file');
    expect((await failure(file.save(state(1)))).message).toContain("can't be written");
    expect(existsSync(folder)).toBe(true);
  });

  it('on a full disk: the old state is unharmed, nothing is left behind', async (context) => {
    const mount = mountSmallDisk(folder, 'size=1m');
    if (!mount) return context.skip('no right to mount a small disk');
    try {
      const file = snapshotFile(join(mount.path, 'paceflow.db'));
      await file.save(state(1, 300_000));
      expect((await failure(file.save(state(2, 3_000_000)))).message).toMatch(/ENOSPC|no space/);
      expect(equals(await file.load(), state(1, 300_000))).toBe(true);
      expect(readdirSync(mount.path)).toEqual(['paceflow.db']);
    } finally {
      mount.end();
    }
  });

  it('on a disk that became read-only: readable, and neither save nor lock is a bug', async (context) => {
    const mount = mountSmallDisk(folder, 'size=1m');
    if (!mount) return context.skip('no right to mount a small disk');
    try {
      const file = snapshotFile(join(mount.path, 'paceflow.db'));
      await file.save(state(1));
      execFileSync('mount', ['-o', 'remount,ro', mount.path]);
      expect((await failure(file.save(state(2)))).message).toMatch(/EROFS|read-only/);
      expect((await failure(file.lock(new AbortController().signal, () => undefined))).message).toMatch(
        /EROFS|read-only/,
      );
      expect(equals(await file.load(), state(1))).toBe(true);
    } finally {
      mount.end();
    }
  });

  it('whose waiting is cancelled rejects with the reason of the signal', async () => {
    const file = snapshotFile(join(folder, 'paceflow.db'));
    const held = await file.lock(new AbortController().signal, () => undefined);
    const reason = new HumanError('Cancelled.', 'Go on later.');
    const cancel = new AbortController();
    await expect(file.lock(cancel.signal, () => cancel.abort(reason))).rejects.toBe(reason);
    await held.release();
  });
});
