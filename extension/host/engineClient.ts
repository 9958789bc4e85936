import path from 'node:path';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  type HoverParams,
  HoverRequest,
  LanguageClient,
  type LanguageClientOptions,
  ResponseError,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import * as z from 'zod';
import { type EngineOptions, engineNotifications, engineRequests, wireName } from '../../shared/contract';
import { commitUnder } from './commitIds';
import { type Engine, EngineFailure, type EngineProgress } from './engine';

/** Every message box of the base class goes through these; the log keeps the text, a person is not interrupted. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }
  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

/** Restarts of a dying engine slow down: at once, then doubling. */
const firstWaitMs = 300;
const longestWaitMs = 30_000;
const steadyMs = 60_000;

const failureSchema = z.object({ message: z.string(), next: z.string().nullable(), detail: z.string() });

/**
 * Starts the engine in a process of its own and speaks to it as a language client: hover and progress by the standard
 * messages, everything else by the contract. Loaded on first use: its library takes longer to load than activation may.
 */
export function createEngineClient(
  context: vscode.ExtensionContext,
  channel: vscode.LogOutputChannel,
  options: EngineOptions,
): Engine {
  const dataChanged = new vscode.EventEmitter<void>();
  const progress = new vscode.EventEmitter<EngineProgress | null>();
  let isDisposed = false;
  let startedAt = 0;
  let wait = firstWaitMs;

  const script = path.join(context.extensionPath, 'dist', 'engine.js');
  const environment = { ...process.env };
  // The engine must not inherit the inspector or the loader of the host.
  delete environment['NODE_OPTIONS'];
  const inspect = process.env['PACEFLOW_ENGINE_INSPECT'];
  const server: ServerOptions = {
    module: script,
    transport: TransportKind.ipc,
    options: { env: environment, execArgv: inspect ? [`--inspect=${inspect}`] : [] },
  };
  const clientOptions: LanguageClientOptions = {
    // Everywhere that a person reads commit ids; git's own documents are files.
    documentSelector: [
      'file',
      'untitled',
      'git',
      'vscode-scm',
      'output',
      'vscode-notebook-cell',
      'vscode-userdata',
    ].map((scheme) => ({ scheme })),
    outputChannel: channel,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: options,
    markdown: { isTrusted: { enabledCommands: ['paceflow.openSession', 'paceflow.explainCommit'] }, supportHtml: true },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: async () => {
        if (isDisposed) {
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        wait = Date.now() - startedAt > steadyMs ? firstWaitMs : Math.min(longestWaitMs, wait * 2);
        channel.warn(`the engine stopped; it starts again in ${wait} ms`);
        progress.fire(null);
        await new Promise((resolve) => setTimeout(resolve, wait));
        return { action: isDisposed ? CloseAction.DoNotRestart : CloseAction.Restart, handled: true };
      },
    },
    initializationFailedHandler: () => false,
    middleware: {
      // Asks only where a commit id stands, and sends it along: no document is ever synchronised.
      provideHover: async (document, position, token) => {
        const found = commitUnder(document, position);
        if (!found || client.state !== State.Running) {
          return undefined;
        }
        const params: HoverParams & { paceflow: { commit: string } } = {
          textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
          position: client.code2ProtocolConverter.asPosition(position),
          paceflow: { commit: found.commit },
        };
        const hover = client.protocol2CodeConverter.asHover(await client.sendRequest(HoverRequest.type, params, token));
        if (hover) {
          hover.range = found.range;
          for (const content of hover.contents) {
            if (content instanceof vscode.MarkdownString) {
              content.supportThemeIcons = true;
            }
          }
        }
        return hover;
      },
    },
  };
  const client = new QuietClient('paceflow', 'Paceflow', server, clientOptions);
  let isVisible = false;
  const tellVisible = () => {
    if (client.state === State.Running) {
      void client.sendNotification(wireName('visible'), { isVisible }).catch(() => undefined);
    }
  };
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) {
      startedAt = Date.now();
      // An engine that was started again knows of nobody.
      tellVisible();
    }
  });
  client.onNotification(wireName('dataChanged'), () => dataChanged.fire());
  client.onNotification(wireName('ingestProgress'), (value: unknown) =>
    progress.fire(engineNotifications.ingestProgress.catch(null).parse(value)),
  );
  const started = client.start();
  started.catch((error: unknown) => channel.error(`the engine did not start: ${String(error)}`));

  return {
    setVisible: (value) => {
      isVisible = value;
      tellVisible();
    },
    onDataChanged: dataChanged.event,
    onProgress: progress.event,
    request: async (method, params, token) => {
      try {
        await started;
        // A token that is undefined would be sent as one more parameter.
        const result: unknown = await (token
          ? client.sendRequest(wireName(method), params, token)
          : client.sendRequest(wireName(method), params));
        return engineRequests[method].result.parse(result) as never;
      } catch (error) {
        throw failureOf(error);
      }
    },
    dispose: () => {
      isDisposed = true;
      dataChanged.dispose();
      progress.dispose();
      // Stopping a client that is just starting throws; the process ends with its pipe either way.
      client.stop(2_000).catch(() => undefined);
    },
  };
}

function failureOf(error: unknown): EngineFailure {
  const sent = error instanceof ResponseError ? failureSchema.safeParse(error.data) : undefined;
  if (sent?.success) {
    const { message, next, detail } = sent.data;
    return new EngineFailure(message, next ?? 'Try again. If it stays, report it with the details.', detail);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new EngineFailure(
    message,
    'Try again. The log is under Output, Paceflow.',
    error instanceof Error ? (error.stack ?? '') : '',
  );
}
