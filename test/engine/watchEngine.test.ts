import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { placeOf } from '../../extension/rendezvous/place';
import { watchEngine } from '../../extension/rendezvous/watchEngine';
import { temporaryHome } from '../git/makeRepository';

// A server that takes connections and says nothing, under a note that names this very process: no engine.
const machine = temporaryHome();
let server: net.Server;
let connections: number;
const sockets = new Set<net.Socket>();

beforeEach(async () => {
  connections = 0;
  mkdirSync(join(machine(), 'data'));
  const address = join(machine(), 'e.sock');
  server = net.createServer((socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const note = { host: hostname(), pid: process.pid, role: 'engine', version: '1', address, token: 't', startedAt: 0 };
  writeFileSync(placeOf(join(machine(), 'data/paceflow.db')).note, JSON.stringify(note));
});
afterEach(() => {
  vi.useRealTimers();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** A second of the clock, and a moment of the sockets, which know no clock. */
async function passTime(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_000);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

it('looks after a silent engine only while something is asked of it, and ends no stranger', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const said: string[] = [];
  const place = placeOf(join(machine(), 'data/paceflow.db'));
  const hello = { protocol: 1, version: '1', role: 'window', pid: 1 } as const;
  const watch = watchEngine({ place, hello, log: (line) => said.push(line) });
  let answer: (value: string) => void = () => undefined;
  const asked = watch.during(new Promise<string>((resolve) => (answer = resolve)));
  while (said.length === 0) await passTime();
  expect(said).toEqual([`engine ${process.pid} does not answer: the process is another program, so it was left alone`]);
  // Three looks at least, over half a minute; each waits five seconds, and so does the pause between.
  expect(connections).toBeGreaterThanOrEqual(3);
  answer('at last');
  expect(await asked).toBe('at last');
  const before = connections;
  for (let second = 0; second < 60; second++) await passTime();
  expect(connections).toBeLessThanOrEqual(before + 1);
});
