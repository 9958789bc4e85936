import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import {
  type EngineMethod,
  type EngineOptions,
  type EngineParams,
  type EngineResult,
  engineRequests,
  wireName,
} from '../../shared/contract';

/** An engine in a process of its own, and an editor that speaks to it over its standard streams. */
export interface EngineProcess {
  process: ChildProcess;
  connection: MessageConnection;
  /** Notifications in their order: name and content. */
  heard: [string, unknown][];
  initialize(capabilities?: object): Promise<unknown>;
  /** Checked by the schema of the contract. */
  request<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<EngineResult<M>>;
  stderr(): string;
  /** Exit code or signal. */
  ended: Promise<number | string>;
}

export function startEngine(root: string, emptyHome: string, options: Omit<EngineOptions, 'root'>): EngineProcess {
  const child = spawn(process.execPath, [join(root, 'dist/engine.js'), '--stdio'], {
    env: { PATH: process.env['PATH'], HOME: emptyHome, TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const heard: [string, unknown][] = [];
  connection.onNotification((method, params) => void heard.push([method, params]));
  for (const name of ['ingestProgress', 'dataChanged'] as const) {
    connection.onNotification(wireName(name), (content: unknown) => void heard.push([wireName(name), content]));
  }
  connection.onUnhandledProgress((progress) => void heard.push(['$/progress', progress]));
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onError(() => undefined);
  connection.listen();
  return {
    process: child,
    connection,
    heard,
    initialize: async (capabilities = {}) => {
      const result = await connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities,
        locale: 'en',
        initializationOptions: { ...options, root },
      });
      await connection.sendNotification('initialized', {});
      return result;
    },
    request: async (method, params) => {
      const result = await connection.sendRequest(wireName(method), params);
      return engineRequests[method].result.parse(result) as EngineResult<typeof method>;
    },
    stderr: () => stderr,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))),
  };
}
