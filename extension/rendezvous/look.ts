import net from 'node:net';
import { GreetingTimeout, type Hello, lineOf, readGreeting, type Welcome, welcomeSchema } from './greeting';
import { isElsewhere, readNote } from './note';
import type { Place } from './place';

/** What one look at a database's note and its address found. */
export type Sight =
  /** No note, or one of somebody who is gone. */
  | { kind: 'nobody' }
  | { kind: 'elsewhere'; host: string; pid: number }
  /** A run of the terminal program has the database, and serves nobody. */
  | { kind: 'terminal'; pid: number }
  /** Takes connections and does not greet. */
  | { kind: 'silent'; pid: number }
  | { kind: 'leaving'; pid: number }
  /** Speaks another protocol and is not older than we are. */
  | { kind: 'foreign'; pid: number; version: string }
  | { kind: 'greeted'; welcome: Welcome; socket: net.Socket };

/** Looks once. Never rejects. A socket that greeted is paused: see readGreeting. */
export async function look(place: Place, hello: Omit<Hello, 'token' | 'paceflow'>, patienceMs: number): Promise<Sight> {
  const found = await readNote(place.note);
  if (!found) {
    return { kind: 'nobody' };
  }
  const { note } = found;
  if (isElsewhere(found, Date.now())) {
    return { kind: 'elsewhere', host: note.host, pid: note.pid };
  }
  if (note.address === null) {
    return isAlive(note.pid) ? { kind: 'terminal', pid: note.pid } : { kind: 'nobody' };
  }
  let socket: net.Socket;
  try {
    socket = await connect(note.address);
  } catch {
    return { kind: 'nobody' };
  }
  // From here on the socket has a listener at all times: an error without one would end the process.
  socket.on('error', () => undefined);
  try {
    socket.write(lineOf({ ...hello, paceflow: 1, token: note.token }));
    const welcome = await readGreeting(socket, welcomeSchema, patienceMs);
    if (!welcome.isLeaving && welcome.protocol === hello.protocol) {
      return { kind: 'greeted', welcome, socket };
    }
    socket.destroy();
    return welcome.isLeaving
      ? { kind: 'leaving', pid: welcome.pid }
      : { kind: 'foreign', pid: welcome.pid, version: welcome.version };
  } catch (error) {
    socket.destroy();
    return error instanceof GreetingTimeout ? { kind: 'silent', pid: note.pid } : { kind: 'nobody' };
  }
}

function connect(address: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ path: address });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Whether a process of this host lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
