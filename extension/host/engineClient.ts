import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
  State,
  type StreamInfo,
} from 'vscode-languageclient/node';
import * as z from 'zod';
import {
  type ClientOptions,
  engineNotifications,
  engineProtocol,
  engineRequests,
  homeVariablesOf,
  wireName,
} from '../../shared/contract';
import { type Explanation, explain } from '../rendezvous/explain';
import { backOff, successorMs } from '../rendezvous/nextStep';
import { placeOf } from '../rendezvous/place';
import { reachEngine } from '../rendezvous/reach';
import { startEngine } from '../rendezvous/startEngine';
import { watchEngine } from '../rendezvous/watchEngine';
import type { BlamedLines } from './blamedLines';
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

const failureSchema = z.object({ message: z.string(), next: z.string().nullable(), detail: z.string() });

/** A request that an engine took along is asked again of the next one, so often. */
const mostTries = 3;

/**
 * Speaks to the one engine of the database as a language client: hover and progress by the standard messages, everything
 * else by the contract. The engine is started where there is none, and reached again where it is lost. Loaded on first
 * use: its library takes longer to load than activation may.
 */
export function createEngineClient(
  context: vscode.ExtensionContext,
  channel: vscode.LogOutputChannel,
  options: Omit<ClientOptions, 'variables'>,
  blamed: BlamedLines,
): Engine {
  const dataChanged = new vscode.EventEmitter<void>();
  const progress = new vscode.EventEmitter<EngineProgress | null>();
  const changed = new vscode.EventEmitter<void>();
  const disposal = new AbortController();
  const place = placeOf(path.join(context.globalStorageUri.fsPath, 'paceflow.db'));
  const { version }: { version: string } = context.extension.packageJSON;
  const hello = { protocol: engineProtocol, version, role: 'window', pid: process.pid } as const;
  const watch = watchEngine({ place, hello, log: (line) => channel.warn(line) });
  let client = createClient();
  let trouble: Explanation | undefined;
  let isShownAsLost = false;
  let connectedAt = 0;
  let waited = 0;
  let isSuccessorAwaited = false;
  let isVisible = false;

  /** Resolves with a socket to an engine, however long that takes: a client whose start fails is of no more use. */
  async function reach(): Promise<StreamInfo> {
    const { signal } = disposal;
    await pause(waited, undefined, { signal });
    const { socket, welcome } = await reachEngine({
      place,
      hello,
      start: () =>
        startEngine({
          place,
          script: path.join(context.extensionPath, 'dist', 'engine.js'),
          environment: process.env,
          inspect: process.env['PACEFLOW_ENGINE_INSPECT'],
          onError: (error) => channel.error(`the engine did not start: ${error.message}`),
        }),
      signal,
      patienceMs: isSuccessorAwaited ? successorMs : 0,
      onHindrance: (hindrance, why) => setTrouble(hindrance && explain(hindrance, why)),
      log: (line) => channel.info(line),
    });
    channel.info(`connected to engine ${welcome.version}, process ${welcome.pid}`);
    isSuccessorAwaited = false;
    connectedAt = Date.now();
    // The greeting left it paused, and whoever reads from it does not resume it.
    setImmediate(() => socket.resume());
    return { reader: socket, writer: socket, detached: true };
  }

  function setTrouble(next: Explanation | undefined): void {
    if (next?.message === trouble?.message) {
      return;
    }
    trouble = next;
    if (next) {
      channel.warn(`${next.message} ${next.next}`);
      showLost(next.message);
    }
    changed.fire();
  }

  function tellVisible(): void {
    if (client.state === State.Running) {
      void client.sendNotification(wireName('visible'), { isVisible }).catch(() => undefined);
    }
  }

  /** One quiet line in the sidebar; the numbers stay. */
  function showLost(text: string): void {
    isShownAsLost = true;
    progress.fire({ text, done: 0, total: 0 });
  }

  function noteLoss(): void {
    waited = backOff(waited, Date.now() - connectedAt);
    if (!disposal.signal.aborted) {
      channel.warn(`the engine is gone; looking for it again in ${waited} ms`);
      showLost('Reconnecting');
    }
  }

  function createClient(): QuietClient {
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
      initializationOptions: { ...options, variables: homeVariablesOf(process.env) } satisfies ClientOptions,
      markdown: {
        isTrusted: { enabledCommands: ['paceflow.openSession', 'paceflow.explainCommit'] },
        supportHtml: true,
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          noteLoss();
          const action = disposal.signal.aborted ? CloseAction.DoNotRestart : CloseAction.Restart;
          return { action, handled: true };
        },
      },
      initializationFailedHandler: () => false,
      middleware: { provideHover },
    };
    const created = new QuietClient('paceflow', 'Paceflow', reach, clientOptions);
    created.onDidChangeState(({ newState }) => {
      if (created !== client || disposal.signal.aborted) {
        return;
      }
      if (newState === State.Running) {
        // Another engine than before knows of nobody.
        tellVisible();
      }
      if (newState === State.Running && isShownAsLost) {
        isShownAsLost = false;
        progress.fire(null);
        // Numbers may have moved while nobody could say so.
        dataChanged.fire();
      }
      if (newState === State.StartFailed) {
        // The engine went away amid the first words: this client can't be started again.
        noteLoss();
        client = createClient();
        startClient();
      }
      changed.fire();
    });
    created.onNotification(wireName('dataChanged'), () => dataChanged.fire());
    created.onNotification(wireName('ingestProgress'), (value: unknown) =>
      progress.fire(engineNotifications.ingestProgress.catch(null).parse(value)),
    );
    created.onNotification(wireName('leaving'), (value: unknown) => {
      isSuccessorAwaited = engineNotifications.leaving.catch({ successor: false }).parse(value).successor;
    });
    return created;
  }

  /** Asks only where a commit id stands or a commit is named behind a line, and sends it along: no document is ever synchronised. */
  async function provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const found = commitUnder(document, position) ?? blamed.commitBehind(document, position);
    const asked = client;
    if (!found || asked.state !== State.Running) {
      return undefined;
    }
    const params: HoverParams & { paceflow: { commit: string } } = {
      textDocument: asked.code2ProtocolConverter.asTextDocumentIdentifier(document),
      position: asked.code2ProtocolConverter.asPosition(position),
      paceflow: { commit: found.commit },
    };
    const hover = asked.protocol2CodeConverter.asHover(await asked.sendRequest(HoverRequest.type, params, token));
    if (hover) {
      hover.range = found.range;
      for (const content of hover.contents) {
        if (content instanceof vscode.MarkdownString) {
          content.supportThemeIcons = true;
        }
      }
    }
    return hover;
  }

  function startClient(): void {
    client.start().catch((error: unknown) => {
      if (!disposal.signal.aborted) {
        channel.warn(`no connection to the engine: ${String(error)}`);
      }
    });
  }

  /** A client that runs; rejects with EngineFailure where something stands in the way that does not pass by itself. */
  function running(token: vscode.CancellationToken | undefined): Promise<QuietClient> {
    return new Promise((resolve, reject) => {
      const listeners: vscode.Disposable[] = [];
      const settle = (act: () => void) => {
        for (const listener of listeners) {
          listener.dispose();
        }
        act();
      };
      const look = () => {
        if (disposal.signal.aborted) {
          settle(() => reject(new EngineFailure('The connection was closed.', 'Try again.', '')));
        } else if (token?.isCancellationRequested) {
          settle(() => reject(new EngineFailure('Cancelled.', 'Try again.', '')));
        } else if (client.state === State.Running) {
          settle(() => resolve(client));
        } else if (trouble?.isFinal) {
          const { message, next } = trouble;
          settle(() => reject(new EngineFailure(message, next, '')));
        }
      };
      listeners.push(changed.event(look));
      if (token) {
        listeners.push(token.onCancellationRequested(look));
      }
      look();
    });
  }

  startClient();

  return {
    setVisible: (value) => {
      isVisible = value;
      tellVisible();
    },
    onDataChanged: dataChanged.event,
    onProgress: progress.event,
    request: async (method, params, token) => {
      for (let tries = 1; ; tries++) {
        const asked = await running(token);
        const askedAt = connectedAt;
        try {
          // A token that is undefined would be sent as one more parameter.
          const result: unknown = await watch.during(
            token ? asked.sendRequest(wireName(method), params, token) : asked.sendRequest(wireName(method), params),
          );
          return engineRequests[method].result.parse(result) as never;
        } catch (error) {
          const isLost = asked.state !== State.Running || asked !== client || connectedAt !== askedAt;
          if (!isLost || tries === mostTries || disposal.signal.aborted) {
            throw failureOf(error);
          }
        }
      }
    },
    dispose: () => {
      disposal.abort();
      changed.fire();
      changed.dispose();
      dataChanged.dispose();
      progress.dispose();
      // Stopping a client that is just starting throws; its socket ends with the search either way.
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
