import type { Socket } from 'node:net';
import {
  CancellationTokenSource,
  createProtocolConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import * as z from 'zod';
import { type ClientOptions, engineNotifications, engineRequests, wireName } from '../../../shared/contract';
import { HumanError } from '../humanError';
import type { Progress } from '../ingest/ingest';
import type { TerminalClient } from './terminalClient';

const failureSchema = z.object({ message: z.string(), next: z.string().nullable(), detail: z.string() });

/** A client of the running engine, on a socket that has greeted. */
export async function askEngine(
  socket: Socket,
  client: ClientOptions,
  onProgress: (progress: Progress | null) => void,
): Promise<TerminalClient> {
  const connection = createProtocolConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  connection.onError(() => undefined);
  // What is asked is not answered any more: by itself the library would wait for ever.
  connection.onClose(() => connection.dispose());
  connection.onNotification(wireName('ingestProgress'), (progress: unknown) =>
    onProgress(engineNotifications.ingestProgress.catch(null).parse(progress)),
  );
  connection.listen();
  socket.resume();
  await connection
    .sendRequest('initialize', { processId: null, rootUri: null, capabilities: {}, initializationOptions: client })
    .catch((error: unknown) => {
      throw asHumanError(error);
    });
  return {
    request: async (method, params, signal) => {
      const cancel = new CancellationTokenSource();
      const onAbort = () => cancel.cancel();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const result: unknown = await connection.sendRequest(wireName(method), params, cancel.token);
        engineRequests[method].result.parse(result);
        // As it came: machines get the same text as from a run without an engine.
        return result as never;
      } catch (error) {
        throw asHumanError(error);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    close: async () => {
      connection.dispose();
      socket.destroy();
    },
  };
}

/** What the engine said of a failure; else it is the connection that failed. */
function asHumanError(error: unknown): Error {
  const sent = error instanceof ResponseError ? failureSchema.safeParse(error.data) : undefined;
  if (sent?.success) {
    return sent.data.next === null
      ? new Error(sent.data.message, { cause: sent.data.detail })
      : new HumanError(sent.data.message, sent.data.next);
  }
  return error instanceof z.ZodError
    ? new HumanError("The engine's answer can't be understood.", 'Reload the windows of VS Code, or update paceflow.')
    : new HumanError('The engine ended before it answered.', 'Run the command again.', { cause: error });
}
