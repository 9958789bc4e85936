import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock } from '../../extension/engine/database/lock';
import { childPrograms } from './children';

const children = childPrograms('database/programs/holdLock');
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paceflow-lock-'));
  file = join(folder, 'paceflow.db.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const nobody = () => undefined;
const hoursAgo = (path: string) => utimesSync(path, new Date(Date.now() - 7_200_000), new Date(Date.now() - 7_200_000));

describe('the lock of a database', () => {
  it('is held by one of twenty processes at a time', async () => {
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const all = Array.from({ length: 20 }, () => children.run('holdLock', file, counter, '2'));
    expect(await Promise.all(all.map((child) => child.ended))).toEqual(Array(20).fill(0));
    expect(all.map((child) => child.output()).join('')).toBe('');
    expect(readFileSync(counter, 'utf8')).toBe('40');
    expect(existsSync(file)).toBe(false);
  });

  it('of a process that was killed is taken over by one of many', async () => {
    const dead = children.run('holdLock', file, 'forever');
    await dead.printed('held');
    dead.process.kill('SIGKILL');
    await dead.ended;
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const all = Array.from({ length: 8 }, () => children.run('holdLock', file, counter, '2'));
    await Promise.all(all.map((child) => child.ended));
    expect(readFileSync(counter, 'utf8')).toBe('16');
  });

  it('of a dead process goes to one of those who find it at once', async () => {
    const places = Array.from({ length: 40 }, (_, index) => join(folder, `${index}.lock`));
    let most = 0;
    await Promise.all(
      places.flatMap((place) => {
        writeFileSync(place, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'dead' }));
        let inside = 0;
        return [1, 2, 3, 4].map(async () => {
          const lock = await acquireLock(place, never, nobody);
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setTimeout(resolve, 20));
          expect(lock.isHeld()).toBe(true);
          inside -= 1;
          await lock.release();
        });
      }),
    );
    expect(most).toBe(1);
  });

  it('of a process that lives is waited for, however long it sleeps; the waiting can be ended', async () => {
    const holder = children.run('holdLock', file, 'forever');
    await holder.printed('held');
    hoursAgo(file);
    const cancel = new AbortController();
    const waitedFor: number[] = [];
    const waiting = acquireLock(file, cancel.signal, (pid) => {
      waitedFor.push(pid);
      setTimeout(() => cancel.abort(new Error('enough')), 250);
    });
    await expect(waiting).rejects.toThrow('enough');
    expect(waitedFor).toEqual([holder.process.pid]);
    expect(existsSync(file)).toBe(true);

    const patient = acquireLock(file, never, nobody);
    holder.process.kill('SIGKILL');
    expect((await patient).isHeld()).toBe(true);
  });

  it('is not asked for once the signal is aborted', async () => {
    await expect(acquireLock(file, AbortSignal.abort(new Error('no')), nobody)).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['half written by a process that crashed', '{"pid":', ''],
    ['empty', '', ''],
    ['of another machine that went silent', JSON.stringify({ pid: 1, host: 'elsewhere', token: 'x' }), ''],
    ['with a takeover that crashed', JSON.stringify({ pid: 2 ** 22 + 1, host: 'elsewhere', token: 'x' }), 'gone'],
  ])('%s is taken over', async (_, content, takeover) => {
    writeFileSync(file, content);
    hoursAgo(file);
    if (takeover !== '') {
      writeFileSync(`${file}.takeover`, takeover);
      hoursAgo(`${file}.takeover`);
    }
    const lock = await acquireLock(file, AbortSignal.timeout(20_000), nobody);
    expect(lock.isHeld()).toBe(true);
    await lock.release();
    expect([existsSync(file), existsSync(`${file}.takeover`)]).toEqual([false, false]);
  });

  it('of another thread of this process is waited for as long as one may take to end, then taken over', async () => {
    const holder = { pid: process.pid, host: hostname(), thread: threadId + 1, token: 'dead thread' };
    writeFileSync(file, JSON.stringify(holder));
    await expect(acquireLock(file, AbortSignal.timeout(500), nobody)).rejects.toThrow(/timeout/i);
    const lock = await acquireLock(file, AbortSignal.timeout(20_000), nobody);
    expect(lock.isHeld()).toBe(true);
    await lock.release();
  });

  it('of this thread is waited for', async () => {
    const lock = await acquireLock(file, never, nobody);
    await expect(acquireLock(file, AbortSignal.timeout(2_500), nobody)).rejects.toThrow(/timeout/i);
    await lock.release();
  });

  it('of another machine that is heard of is waited for', async () => {
    writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'x' }));
    const cancel = new AbortController();
    const waiting = acquireLock(file, cancel.signal, () => cancel.abort(new Error('waits')));
    await expect(waiting).rejects.toThrow('waits');
  });

  it('that another process took meanwhile is no longer held, and its release leaves the other’s alone', async () => {
    const lock = await acquireLock(file, never, nobody);
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: 'elsewhere', token: 'other' }));
    expect(lock.isHeld()).toBe(false);
    await lock.release();
    expect(existsSync(file)).toBe(true);
  });
});
