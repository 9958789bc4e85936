import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { engineProtocol } from '../../shared/contract';
import { noteError, trimErrors } from '../rendezvous/engineErrors';
import { type Hello, helloSchema, judge, lineOf, readGreeting } from '../rendezvous/greeting';
import { type Place, placeOf } from '../rendezvous/place';
import { type ClientConnection, serveClient } from './clientConnection';
import { createDatabaseClient } from './databaseClient';
import { freshAddress } from './election/address';
import { type Hold, holdDatabase } from './election/holdDatabase';
import { HumanError } from './humanError';
import { type LogLevel, withoutPaths } from './log';
import { version } from './version';

// One engine for all windows of a database: a process of its own that the first window starts and nobody owns.

/** After the last client has gone. On Windows an updater of VS Code waits for every program of its folder. */
const idleMs = Number(process.env['PACEFLOW_ENGINE_IDLE_MS'] ?? (process.platform === 'win32' ? 5_000 : 60_000));
/** A client that says nothing is none. */
const helloPatienceMs = 5_000;
/** Leaving may wait for a disk that is gone: after this it ends whatever happens. */
const leavingMs = 5_000;
const farewellMs = 200;

interface Client {
  hello: Hello;
  socket: net.Socket;
  connection: ClientConnection;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { database: { type: 'string' } } });
  if (values.database === undefined) {
    throw new HumanError('An engine needs a database.', 'engine.js --database FILE');
  }
  const place = placeOf(values.database);
  process.on('uncaughtException', (error) => void endFatally(place, error));
  // A write to a client that just died: never a reason to take every window down.
  process.on('unhandledRejection', (error) => void report(place, error, 'goes on'));
  try {
    await serve(place);
  } catch (error) {
    await endFatally(place, error);
  }
}

async function serve(place: Place): Promise<void> {
  const clients = new Set<Client>();
  const server = net.createServer({ pauseOnConnect: true });
  let hold: Hold | undefined;
  let token = '';
  let greeting = 0;
  let isLeaving = false;
  let idle: NodeJS.Timeout | undefined;

  /** Into the log channel of every window. */
  const log = (level: LogLevel, text: string) => {
    for (const { connection } of clients) connection.log(level, text);
  };
  const database = createDatabaseClient(
    path.join(__dirname, 'databaseWorker.js'),
    {
      database: place.database,
      root: path.resolve(__dirname, '..'),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    {
      onProgress: (progress) => {
        for (const { connection } of clients) connection.showProgress(progress);
      },
      onDataChanged: (dataVersion) => {
        for (const { connection } of clients) connection.dataChanged(dataVersion);
      },
      onLog: (level, text) => {
        log(level, text);
        if (level === 'error') void report(place, new Error(text), 'goes on');
      },
      onLost: (detail) => {
        log('error', `the database worker stopped: ${withoutPaths(detail.split('\n')[0] ?? '')}`);
        void report(place, new Error(`The database worker stopped: ${detail}`), 'goes on');
      },
    },
  );

  /** Closes the database, then the door: whoever finds the door closed may open the database. */
  const leave = async (successor: 'awaited' | 'none') => {
    if (isLeaving) {
      return;
    }
    isLeaving = true;
    setTimeout(() => process.exit(1), leavingMs).unref();
    const farewells = [...clients].map(({ connection }) => connection.leaving(successor === 'awaited'));
    await Promise.race([Promise.allSettled(farewells), pause(farewellMs)]);
    await database.close();
    server.close();
    await hold?.release();
    process.exit(0);
  };
  const settle = () => {
    clearTimeout(idle);
    if (clients.size === 0 && greeting === 0) {
      idle = setTimeout(() => void leave('none'), idleMs);
    }
  };

  const greet = async (socket: net.Socket) => {
    const hello = await readGreeting(socket, helloSchema, helloPatienceMs);
    if (hello.token !== token) {
      throw new Error('a stranger');
    }
    const verdict = isLeaving ? 'leave' : judge(hello, { protocol: engineProtocol, version });
    socket.write(
      lineOf({
        paceflow: 1,
        protocol: engineProtocol,
        version,
        pid: process.pid,
        database: place.database,
        startedAt: hold?.note.startedAt ?? 0,
        isLeaving: verdict === 'leave',
      }),
    );
    if (verdict !== 'serve') {
      socket.end();
      if (verdict === 'leave') void leave('awaited');
      return;
    }
    const client: Client = { hello, socket, connection: serveClient(socket, { database, describeEngine }) };
    clients.add(client);
    socket.once('close', () => {
      clients.delete(client);
      settle();
    });
  };
  const describeEngine = () =>
    hold?.note.address
      ? {
          pid: process.pid,
          version,
          started_at: new Date(hold.note.startedAt).toISOString(),
          address: hold.note.address,
          lock: hold.lock,
          connections: [...clients].map(({ hello }) => ({ role: hello.role, version: hello.version, pid: hello.pid })),
        }
      : null;

  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    greeting += 1;
    clearTimeout(idle);
    greet(socket)
      .catch(() => socket.destroy())
      .finally(() => {
        greeting -= 1;
        settle();
      });
  });

  hold = await holdDatabase(place, {
    role: 'engine',
    version,
    purpose: 'write',
    listen: async (given) => {
      token = given;
      const address = await freshAddress(place);
      await listen(server, address);
      return address;
    },
    onLost: () => void leave('none'),
  });
  if (!hold) {
    // Another engine was quicker: the one that started us finds it.
    process.exit(0);
  }
  await trimErrors(place.errors);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void leave('none'));
  }
  // The terminal or the remote shell went away; the windows did not.
  process.on('SIGHUP', () => undefined);
  settle();
}

const listen = (server: net.Server, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Errors since the start: an engine that lives long must not fill the disk with them. */
let reported = 0;

async function report(place: Place, error: unknown, then: 'ends' | 'goes on'): Promise<void> {
  await noteError(place.errors, {
    at: Date.now(),
    pid: process.pid,
    message: error instanceof Error ? error.message : String(error),
    next: error instanceof HumanError ? error.next : null,
    detail: error instanceof Error ? (error.stack ?? '') : '',
    isFatal: then === 'ends',
  });
  reported += 1;
  if (reported % 100 === 0) {
    await trimErrors(place.errors);
  }
}

async function endFatally(place: Place, error: unknown): Promise<void> {
  await report(place, error, 'ends');
  process.exit(1);
}

void main();
