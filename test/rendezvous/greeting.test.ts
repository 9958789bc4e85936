import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  compareVersions,
  GreetingTimeout,
  type Hello,
  helloSchema,
  judge,
  lineOf,
  readGreeting,
} from '../../extension/rendezvous/greeting';

const hello: Hello = { paceflow: 1, protocol: 1, version: '1.0.0', role: 'window', pid: 1, token: 't' };

describe('versions', () => {
  it('are in the order of Semantic Versioning', () => {
    const ordered = ['0.9.9', '0.10.0', '1.0.0-alpha', '1.0.0-beta', '1.0.0', '1.0.1', '1.2.0', '10.0.0'];
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
    expect(compareVersions('1.0.0+build', '1.0.0')).toBe(0);
    expect(compareVersions('no version', '0.0.0')).toBe(0);
  });

  it.each([
    ['window', 1, '1.0.0', 'serve'],
    ['window', 1, '0.9.0', 'serve'],
    ['window', 1, '1.0.1', 'leave'],
    ['window', 2, '1.0.1', 'leave'],
    ['window', 0, '0.9.0', 'refuse'],
    // A terminal is served where it can be, and makes nobody leave.
    ['terminal', 1, '9.0.0', 'serve'],
    ['terminal', 2, '9.0.0', 'refuse'],
  ] as const)('a %s of protocol %i and version %s: %s', (role, protocol, version, expected) => {
    expect(judge({ role, protocol, version }, { protocol: 1, version: '1.0.0' })).toBe(expected);
  });

  it('never send each other away in turn', () => {
    const known = ['0.9.0', '1.0.0', '1.0.1-beta', '1.0.1'].flatMap((version) =>
      [1, 2].map((protocol) => ({ version, protocol })),
    );
    for (const one of known)
      for (const other of known) {
        const bothLeave = [judge({ ...one, role: 'window' }, other), judge({ ...other, role: 'window' }, one)];
        expect(bothLeave.filter((verdict) => verdict === 'leave').length).toBeLessThan(2);
      }
  });
});

describe('the first line of a stream', () => {
  let server: net.Server;
  let sent: net.Socket;
  let read: net.Socket;

  beforeEach(async () => {
    server = net.createServer();
    await new Promise<void>((resolve) => server.listen(`\0paceflow-test-${process.pid}`, resolve));
    const accepted = new Promise<net.Socket>((resolve) => server.once('connection', resolve));
    sent = net.connect({ path: `\0paceflow-test-${process.pid}` });
    read = await accepted;
    for (const socket of [sent, read]) socket.on('error', () => undefined);
  });
  afterEach(() => {
    sent.destroy();
    read.destroy();
    server.close();
  });

  it('is read also in pieces, and the rest is left for the next reader', async () => {
    const line = lineOf(hello);
    const greeting = readGreeting(read, helloSchema, 5_000);
    sent.write(line.slice(0, 10));
    await new Promise((resolve) => setImmediate(resolve));
    sent.write(`${line.slice(10)}Content-Length: 2\r\n\r\n{}`);
    expect(await greeting).toEqual(hello);
    const rest = new Promise((resolve) => read.once('data', (chunk) => resolve(chunk.toString())));
    read.resume();
    expect(await rest).toBe('Content-Length: 2\r\n\r\n{}');
  });

  it.each([
    ['no JSON', 'GET / HTTP/1.1\r\n'],
    ['another shape', '{"paceflow":1}\n'],
    ['no line at all', 'x'.repeat(5_000)],
    ['bytes that are no text', '\u0000\u00ff\n'],
  ])('that is %s is refused', async (_, text) => {
    const greeting = readGreeting(read, helloSchema, 5_000);
    sent.write(text);
    await expect(greeting).rejects.toThrow('something else');
  });

  it('that never comes is told from an end', async () => {
    await expect(readGreeting(read, helloSchema, 30)).rejects.toThrow(GreetingTimeout);
    const ended = readGreeting(read, helloSchema, 5_000);
    sent.destroy();
    await expect(ended).rejects.toThrow('closed before the greeting');
  });
});
