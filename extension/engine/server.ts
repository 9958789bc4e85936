import path from 'node:path';
import {
  type CancellationToken,
  type Connection,
  createConnection,
  type Hover,
  type HoverParams,
  LogMessageNotification,
  MarkupKind,
  MessageType,
  ProposedFeatures,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  type WorkDoneProgressServerReporter,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import * as z from 'zod';
import { commitIdAt } from '../../shared/commitIds';
import {
  clientNotifications,
  type EngineMethod,
  type EngineOptions,
  type EngineParams,
  engineOptionsSchema,
  engineRequests,
  wireName,
} from '../../shared/contract';
import { createDatabaseClient, type DatabaseClient, DatabaseFailure } from './databaseClient';
import { commitHover } from './hover';
import type { Progress } from './ingest/ingest';
import type { LogLevel } from './log';
import { version } from './version';

/** Clients that know the word under the pointer send it along: then no document need ever be sent. */
const hoverWord = z.object({ paceflow: z.object({ commit: z.string() }) });

/** JSON-RPC's range for errors of the server's own. */
const failureCode = -32_000;

/** The engine's first face: a language server for one client. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  let database: DatabaseClient | undefined;
  let options: EngineOptions | undefined;
  let locale = 'en';
  let drawsProgress = false;
  let shown: Promise<WorkDoneProgressServerReporter> | undefined;

  /** Reading is shown by the client's own means: in VS Code, in the status bar. */
  const showProgress = (progress: Progress | null) => {
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
    void shown.then((reporter) =>
      reporter.report(
        percentage,
        progress.total > 1 ? `${progress.text} (${progress.done} of ${progress.total})` : progress.text,
      ),
    );
  };

  connection.onInitialize((params) => {
    options = engineOptionsSchema.parse(params.initializationOptions);
    locale = params.locale ?? 'en';
    drawsProgress = params.capabilities.window?.workDoneProgress === true;
    database = createDatabaseClient(
      path.join(__dirname, 'databaseWorker.js'),
      { ...options, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
      {
        onProgress: showProgress,
        onDataChanged: (dataVersion) => void connection.sendNotification(wireName('dataChanged'), { dataVersion }),
        onLog: (level, text) => logTo(connection, level, text),
      },
    );
    return {
      serverInfo: { name: 'Paceflow', version },
      capabilities: {
        hoverProvider: true,
        // A client that sends the word needs no synchronisation; for others the document is the only place to read it.
        textDocumentSync: options.richHover ? TextDocumentSyncKind.None : TextDocumentSyncKind.Incremental,
      },
    };
  });

  const request = async <M extends EngineMethod>(method: M, params: EngineParams<M>, token: CancellationToken) => {
    if (!database) {
      throw new ResponseError(failureCode, 'The engine is not initialised.');
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
    connection.onRequest(
      wireName(method),
      (params: EngineParams<typeof method>, token: CancellationToken): Promise<unknown> =>
        request(method, params, token),
    );
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
    return {
      contents: {
        kind: MarkupKind.Markdown,
        value: commitHover(report, { locale, isRich: options?.richHover ?? false }),
      },
    };
  });

  connection.onShutdown(async () => {
    await database?.close();
  });
  documents.listen(connection);
  connection.listen();
}

/** By the protocol's own message: in VS Code, a line of the log channel at this level. */
function logTo(connection: Connection, level: LogLevel, text: string): void {
  const types: Record<LogLevel, MessageType> = {
    error: MessageType.Error,
    warn: MessageType.Warning,
    info: MessageType.Info,
    debug: MessageType.Debug,
  };
  void connection.sendNotification(LogMessageNotification.type, { type: types[level], message: text });
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

process.on('unhandledRejection', (error) => {
  // A client that just went away: never a reason to stop.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
});
serve(createConnection(ProposedFeatures.all));
