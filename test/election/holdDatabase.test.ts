import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshAddress } from '../../extension/engine/election/address';
import { claimNote } from '../../extension/engine/election/claimNote';
import { type HoldOptions, holdDatabase } from '../../extension/engine/election/holdDatabase';
import { takeKernelLock } from '../../extension/engine/election/kernelLock';
import { look } from '../../extension/rendezvous/look';
import { heartbeatMs, type Note, readNote, silentMs } from '../../extension/rendezvous/note';
import { type Place, placeOf } from '../../extension/rendezvous/place';

let folder: string;
let place: Place;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pf-hold-')));
  place = placeOf(join(folder, 'data/paceflow.db'));
  mkdirSync(join(folder, 'data'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const note: Note = {
  ...{ host: hostname(), pid: 999_999_999, role: 'engine', version: '1.0.0' },
  ...{ address: '/nowhere.sock', token: 'old', startedAt: 1 },
};
const elsewhere: Note = { ...note, host: 'elsewhere' };
const write = (content: unknown, ageMs = 0) => {
  writeFileSync(place.note, typeof content === 'string' ? content : JSON.stringify(content));
  const at = new Date(Date.now() - ageMs);
  utimesSync(place.note, at, at);
};
const options = (changes: Partial<HoldOptions> = {}): HoldOptions => ({
  ...{ role: 'engine', version: '1.0.0', purpose: 'write', listen: async () => null, onLost: () => undefined },
  ...changes,
});
const hello = { protocol: 1, version: '1.0.0', role: 'window', pid: 1 } as const;

describe('the kernel’s lock', () => {
  it('is had once, and again when it was released', async () => {
    const first = await takeKernelLock(place);
    expect(first?.kind).toBe('abstract socket');
    expect(await takeKernelLock(place)).toBeUndefined();
    const other = await takeKernelLock(placeOf(join(folder, 'other.db')));
    expect(other).toBeDefined();
    other?.release();
    first?.release();
    const second = await takeKernelLock(place);
    expect(second).toBeDefined();
    second?.release();
  });
});

describe('the note', () => {
  it('is written over one of a dead process of this host, and taken away in the end', async () => {
    write(note);
    writeFileSync(`${place.note}.${hostname()}-999999999`, 'of one that was killed amid its claim');
    const claimed = await claimNote(place, { ...note, token: 'new' });
    expect((await readNote(place.note))?.note.token).toBe('new');
    expect(statSync(place.note).mode & 0o077).toBe(0);
    await claimed.release();
    expect(readdirSync(join(folder, 'data'))).toEqual([]);
  });

  it.each(['', 'no json', '{"host":1}', `${JSON.stringify(note).slice(0, 40)}`])('is written over %j', async (text) => {
    write(text);
    await claimNote(place, { ...note, token: 'new' });
    expect((await readNote(place.note))?.note.token).toBe('new');
    expect(readdirSync(join(folder, 'data'))).toEqual(['paceflow.db.engine']);
  });

  it('of another host that lives is left alone, and nothing is opened', async () => {
    write(elsewhere);
    await expect(claimNote(place, note)).rejects.toMatchObject({
      message: `The database ${place.database} is in use on elsewhere (process 999999999).`,
      next: expect.stringContaining('Close VS Code'),
    });
    expect(await look(place, hello, 100)).toEqual({ kind: 'elsewhere', host: 'elsewhere', pid: 999_999_999 });
    expect((await readNote(place.note))?.note).toEqual(elsewhere);
    expect(readdirSync(join(folder, 'data'))).toEqual(['paceflow.db.engine']);
    await expect(holdDatabase(place, options())).rejects.toThrow('is in use on elsewhere');
    // The lock of this host was given back.
    (await takeKernelLock(place))?.release();
  });

  it('of another host that is silent for a minute is taken over', async () => {
    write(elsewhere, silentMs + 5_000);
    await claimNote(place, { ...note, token: 'new' });
    expect((await readNote(place.note))?.note.token).toBe('new');
    expect(readdirSync(join(folder, 'data'))).toEqual(['paceflow.db.engine']);
  });

  it('is touched, and says so where it names another by now', async () => {
    const claimed = await claimNote(place, { ...note, token: 'new' });
    const old = new Date(Date.now() - 100_000);
    utimesSync(place.note, old, old);
    const content = readFileSync(place.note, 'utf8');
    expect(await claimed.touch()).toBe(true);
    expect(statSync(place.note).mtimeMs).toBeGreaterThan(old.getTime() + 50_000);
    expect(readFileSync(place.note, 'utf8')).toBe(content);
    write(elsewhere);
    expect(await claimed.touch()).toBe(false);
    await claimed.release();
    expect((await readNote(place.note))?.note).toEqual(elsewhere);
  });
});

describe('a database is held', () => {
  it('once on this host: note and address say where', async () => {
    const listened = vi.fn(async (token: string) => `/run/${token.length}.sock`);
    const hold = await holdDatabase(place, options({ listen: listened }));
    expect(hold?.note).toMatchObject({ host: hostname(), pid: process.pid, role: 'engine', address: '/run/32.sock' });
    expect((await readNote(place.note))?.note).toEqual(hold?.note);
    expect(await holdDatabase(place, options({ listen: listened }))).toBeUndefined();
    expect(listened).toHaveBeenCalledTimes(1);
    await hold?.release();
    expect(existsSync(place.note)).toBe(false);
    await (await holdDatabase(place, options()))?.release();
  });

  it('by a terminal, whom others see and wait for', async () => {
    const hold = await holdDatabase(place, options({ role: 'terminal' }));
    expect(await look(place, hello, 100)).toEqual({ kind: 'terminal', pid: process.pid });
    await hold?.release();
    expect(await look(place, hello, 100)).toEqual({ kind: 'nobody' });
    // One that was killed left its note.
    write({ ...note, role: 'terminal', address: null });
    expect(await look(place, hello, 100)).toEqual({ kind: 'nobody' });
  });

  it('for reading where no note can be written, and without making a folder', async () => {
    const nowhere = placeOf(join(folder, 'none/paceflow.db'));
    const hold = await holdDatabase(nowhere, options({ purpose: 'read' }));
    expect([hold !== undefined, existsSync(join(folder, 'none'))]).toEqual([true, false]);
    await hold?.release();
    writeFileSync(join(folder, 'file'), '');
    const blocked = placeOf(join(folder, 'file/paceflow.db'));
    await expect(holdDatabase(blocked, options())).rejects.toMatchObject({
      next: expect.stringContaining('permissions'),
    });
  });

  it('no longer where the note is gone: whoever holds it hears', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lost = vi.fn();
    const hold = await holdDatabase(place, options({ onLost: lost }));
    const old = new Date(1_000_000);
    utimesSync(place.note, old, old);
    vi.advanceTimersByTime(heartbeatMs);
    await vi.waitFor(() => expect(statSync(place.note).mtimeMs).toBeGreaterThan(old.getTime()));
    expect(lost).not.toHaveBeenCalled();
    rmSync(place.note);
    vi.advanceTimersByTime(heartbeatMs);
    await vi.waitFor(() => expect(lost).toHaveBeenCalledTimes(1));
    await hold?.release();
  });
});

describe('an address', () => {
  it('is new each time, short, in a folder of this person alone, without what dead engines left', async () => {
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    const first = await freshAddress(place);
    expect(first.startsWith(join(folder, 'paceflow'))).toBe(true);
    expect(statSync(join(folder, 'paceflow')).mode & 0o777).toBe(0o700);
    writeFileSync(first, '');
    const foreign = join(folder, 'paceflow', 'other-1.sock');
    writeFileSync(foreign, '');
    const second = await freshAddress(place);
    expect(second).not.toBe(first);
    expect([existsSync(first), existsSync(foreign)]).toEqual([false, true]);
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(second, resolve));
    server.close();
  });

  it.each([
    ['others may look into', () => mkdirSync(join(folder, 'paceflow'), { mode: 0o755 })],
    ['is a file', () => writeFileSync(join(folder, 'paceflow'), '')],
  ])('is elsewhere where its folder %s', async (_, make) => {
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    vi.stubEnv('TMPDIR', join(folder, 'data'));
    make();
    expect((await freshAddress(place)).startsWith(join(folder, 'data', 'paceflow-'))).toBe(true);
  });

  it('is elsewhere where it would be too long, and missing where all are', async () => {
    const long = join(folder, 'x'.repeat(90));
    mkdirSync(long);
    vi.stubEnv('XDG_RUNTIME_DIR', long);
    vi.stubEnv('TMPDIR', join(folder, 'data'));
    expect((await freshAddress(place)).startsWith(join(folder, 'data'))).toBe(true);
    vi.stubEnv('TMPDIR', long);
    vi.stubEnv('HOME', long);
    await expect(freshAddress(place)).rejects.toMatchObject({ next: expect.stringContaining('XDG_RUNTIME_DIR') });
  });
});
