import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { Welcome } from '../../extension/rendezvous/greeting';
import { look, type Sight } from '../../extension/rendezvous/look';
import { placeOf } from '../../extension/rendezvous/place';
import {
  type ClientOptions,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  engineProtocol,
  engineRequests,
  wireName,
} from '../../shared/contract';

/** An engine in a process of its own. */
export interface EngineProcess {
  process: ChildProcess;
  /** Exit code or signal. */
  ended: Promise<number | string>;
}

/** A client of the engine: what an editor, or a window, is to it. */
export interface EngineClient {
  welcome: Welcome;
  connection: MessageConnection;
  /** Notifications in their order: name and content. */
  heard: [string, unknown][];
  initialize(capabilities?: object): Promise<unknown>;
  /** Checked by the schema of the contract. */
  request<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<EngineResult<M>>;
  /** Resolves when the engine has closed the connection. */
  closed: Promise<void>;
  close(): void;
}

export interface StartOptions {
  root: string;
  emptyHome: string;
  database: string;
  environment?: Record<string, string>;
}

/** As a window starts it, but as a child: tests end what they start. */
export function startEngine({ root, emptyHome, database, environment = {} }: StartOptions): EngineProcess {
  const child = spawn(process.execPath, [join(root, 'dist/engine.js'), '--database', database], {
    env: { PATH: process.env['PATH'], HOME: emptyHome, TZ: 'UTC', ...environment },
    stdio: 'ignore',
  });
  return {
    process: child,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))),
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a client of this version sees that looks for the engine now. */
export const lookAt = (database: string, hello: Partial<Parameters<typeof look>[1]> = {}): Promise<Sight> =>
  look(
    placeOf(database),
    { protocol: engineProtocol, version: '1.2.3-test', role: 'window', pid: process.pid, ...hello },
    5_000,
  );

/** Waits for the engine to greet. */
export async function connectTo(
  database: string,
  options: ClientOptions,
  hello: Parameters<typeof lookAt>[1] = {},
): Promise<EngineClient> {
  for (;;) {
    const sight = await lookAt(database, hello);
    if (sight.kind === 'greeted') {
      return clientOn(sight, options);
    }
    await pause(20);
  }
}

function clientOn({ socket, welcome }: Extract<Sight, { kind: 'greeted' }>, options: ClientOptions): EngineClient {
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  const heard: [string, unknown][] = [];
  connection.onNotification((method, params) => void heard.push([method, params]));
  for (const name of ['ingestProgress', 'dataChanged', 'leaving'] as const) {
    connection.onNotification(wireName(name), (content: unknown) => void heard.push([wireName(name), content]));
  }
  connection.onUnhandledProgress((progress) => void heard.push(['$/progress', progress]));
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onError(() => undefined);
  connection.onClose(() => connection.dispose());
  connection.listen();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  return {
    welcome,
    connection,
    heard,
    closed,
    close: () => {
      connection.dispose();
      socket.destroy();
    },
    initialize: async (capabilities = {}) => {
      const result = await connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities,
        locale: 'en',
        initializationOptions: options,
      });
      await connection.sendNotification('initialized', {});
      return result;
    },
    request: async (method, params) => {
      const result = await connection.sendRequest(wireName(method), params);
      return engineRequests[method].result.parse(result) as EngineResult<typeof method>;
    },
  };
}
