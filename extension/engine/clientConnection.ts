import type { Socket } from 'node:net';
import {
  type CancellationToken,
  type Connection,
  createConnection,
  type Hover,
  type HoverParams,
  LogMessageNotification,
  MarkupKind,
  MessageType,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  type WorkDoneProgressServerReporter,
} from 'vscode-languageserver';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import * as z from 'zod';
import { commitIdAt } from '../../shared/commitIds';
import {
  clientNotifications,
  clientOptionsSchema,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  engineRequests,
  wireName,
} from '../../shared/contract';
import type { DoctorReport } from '../../shared/report';
import { type DatabaseClient, type DatabaseConnection, DatabaseFailure } from './databaseClient';
import { commitHover } from './hover';
import type { Progress } from './ingest/ingest';
import type { LogLevel } from './log';
import { version } from './version';

/** One client of the engine, a window or a terminal. */
export interface ClientConnection {
  showProgress(progress: Progress | null): void;
  dataChanged(dataVersion: number): void;
  /** By the protocol's own message: in VS Code, a line of the log channel at this level. */
  log(level: LogLevel, text: string): void;
  /** Resolves once the message is written. */
  leaving(successor: boolean): Promise<void>;
}

export interface ClientConnectionOptions {
  database: DatabaseClient;
  /** What the database's thread can't know. */
  describeEngine(): DoctorReport['engine'];
}

/** Clients that know the word under the pointer send it along: then no document need ever be sent. */
const hoverWord = z.object({ paceflow: z.object({ commit: z.string() }) });

const messageTypes: Record<LogLevel, MessageType> = {
  error: MessageType.Error,
  warn: MessageType.Warning,
  info: MessageType.Info,
  debug: MessageType.Debug,
};

/** JSON-RPC's range for errors of the server's own. */
const failureCode = -32_000;

/** A language server for one client, on a socket that has greeted. It ends with its socket, and the engine stays. */
export function serveClient(socket: Socket, options: ClientConnectionOptions): ClientConnection {
  const connection = connectionOn(socket);
  const documents = new TextDocuments(TextDocument);
  let database: DatabaseConnection | undefined;
  let isRich = false;
  let locale = 'en';
  let drawsProgress = false;
  let isGone = false;
  let shown: Promise<WorkDoneProgressServerReporter> | undefined;

  connection.onInitialize((params) => {
    const { richHover, ...asker } = clientOptionsSchema.parse(params.initializationOptions);
    isRich = richHover;
    locale = params.locale ?? 'en';
    drawsProgress = params.capabilities.window?.workDoneProgress === true;
    database ??= options.database.connect(asker);
    return {
      serverInfo: { name: 'Paceflow', version },
      capabilities: {
        hoverProvider: true,
        // A client that sends the word needs no synchronisation; for others the document is the only place to read it.
        textDocumentSync: richHover ? TextDocumentSyncKind.None : TextDocumentSyncKind.Incremental,
      },
    };
  });

  const request = async <M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    token: CancellationToken,
  ): Promise<EngineResult<M>> => {
    if (!database) {
      throw new ResponseError(failureCode, 'The client is not initialised.');
    }
    try {
      return await database.request(method, params, (cancel) => token.onCancellationRequested(cancel));
    } catch (error) {
      if (error instanceof DatabaseFailure) {
        throw new ResponseError(failureCode, error.failure.message, error.failure);
      }
      throw error;
    }
  };
  for (const method of methodsOf(engineRequests)) {
    connection.onRequest(wireName(method), async (params: EngineParams<typeof method>, token): Promise<unknown> => {
      const result = await request(method, params, token);
      return method === 'doctor' ? { ...result, engine: options.describeEngine() } : result;
    });
  }

  connection.onNotification(wireName('visible'), (params: unknown) => {
    const sent = clientNotifications.visible.safeParse(params);
    if (sent.success) {
      database?.setVisible(sent.data.isVisible);
    }
  });

  connection.onHover(async (params, token): Promise<Hover | null> => {
    const commit = commitUnder(params, documents);
    const report = commit && (await request('commit', { commit }, token));
    if (!report || token.isCancellationRequested) {
      return null;
    }
    return { contents: { kind: MarkupKind.Markdown, value: commitHover(report, { locale, isRich }) } };
  });
  documents.listen(connection);
  connection.listen();
  socket.once('close', () => {
    isGone = true;
    database?.leave();
    connection.dispose();
  });
  // The greeting left it paused.
  socket.resume();

  return {
    showProgress: (progress) => {
      // Before it is initialised, and after it is gone, a client hears nothing.
      if (!database || isGone) {
        return;
      }
      void connection.sendNotification(wireName('ingestProgress'), progress);
      if (!drawsProgress) {
        return;
      }
      if (!progress) {
        void shown?.then((reporter) => reporter.done());
        shown = undefined;
        return;
      }
      shown ??= connection.window.createWorkDoneProgress().then((reporter) => {
        reporter.begin('Paceflow', 0, progress.text, false);
        return reporter;
      });
      const percentage = progress.total > 0 ? Math.floor((100 * progress.done) / progress.total) : 0;
      const amount = progress.total > 1 ? ` (${progress.done} of ${progress.total})` : '';
      void shown.then((reporter) => reporter.report(percentage, `${progress.text}${amount}`));
    },
    dataChanged: (dataVersion) => {
      if (database && !isGone) {
        void connection.sendNotification(wireName('dataChanged'), { dataVersion });
      }
    },
    log: (level, text) => {
      if (database && !isGone) {
        void connection.sendNotification(LogMessageNotification.type, { type: messageTypes[level], message: text });
      }
    },
    leaving: async (successor) => {
      if (!isGone) {
        await connection.sendNotification(wireName('leaving'), { successor });
      }
      socket.end();
    },
  };
}

/**
 * The common `createConnection` with a watchdog of our own: that of `vscode-languageserver/node` ends the process when
 * its client says `exit` or dies. Here only the socket ends.
 */
function connectionOn(socket: Socket): Connection {
  return createConnection(
    (logger) => createProtocolConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket), logger),
    { shutdownReceived: false, initialize: () => undefined, exit: () => socket.end() },
  );
}

function commitUnder(params: HoverParams, documents: TextDocuments<TextDocument>): string | undefined {
  const sent = hoverWord.safeParse(params);
  if (sent.success) {
    return sent.data.paceflow.commit;
  }
  const { line, character } = params.position;
  const text =
    documents
      .get(params.textDocument.uri)
      ?.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }) ?? '';
  return commitIdAt(text, character)?.commit;
}

const methodsOf = <Requests extends object>(requests: Requests) =>
  Object.keys(requests) as (keyof Requests & EngineMethod)[];
