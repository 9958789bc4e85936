import os from 'node:os';
import * as vscode from 'vscode';
import type { ClientOptions } from '../../shared/contract';
import type { BlamedLines } from './blamedLines';
import type { Engine } from './engine';

/** The engine, reached when it is first asked for, and anew where what this window told it has changed. */
export interface LazyEngine extends vscode.Disposable {
  get(): Promise<Engine>;
  /** The engine that `get` gave is another one now: subscribe again. */
  onReplaced: vscode.Event<Engine>;
}

/** What the engine is told when it is reached: it has to be told anew. */
const toldSettings = ['paceflow.home', 'paceflow.identities', 'paceflow.prices'];

export function createLazyEngine(
  context: vscode.ExtensionContext,
  channel: vscode.LogOutputChannel,
  blamed: BlamedLines,
): LazyEngine {
  const replaced = new vscode.EventEmitter<Engine>();
  let current: Promise<Engine> | undefined;

  const start = async (): Promise<Engine> => {
    await vscode.workspace.fs.createDirectory(context.globalStorageUri);
    // A bundle of its own, read when needed: see scripts/build.mjs.
    const { createEngineClient } = await import('./engineClient.js');
    const engine = createEngineClient(context, channel, await clientOptions(), blamed);
    replaced.fire(engine);
    return engine;
  };
  const restart = () => {
    // Whoever asks meanwhile gets the next one: a client that nobody has is disposed by nobody.
    current = current
      ?.catch(() => undefined)
      .then((old) => old?.dispose())
      .then(start);
  };
  const listeners = [
    vscode.workspace.onDidChangeWorkspaceFolders(restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (toldSettings.some((name) => change.affectsConfiguration(name))) {
        restart();
      }
    }),
  ];
  return {
    onReplaced: replaced.event,
    get: () => {
      current ??= start();
      return current;
    },
    dispose: () => {
      for (const listener of listeners) {
        listener.dispose();
      }
      replaced.dispose();
      void current?.then((engine) => engine.dispose()).catch(() => undefined);
    },
  };
}

async function clientOptions(): Promise<Omit<ClientOptions, 'variables'>> {
  const settings = vscode.workspace.getConfiguration('paceflow');
  return {
    // The variable serves development and tests; '' is the person's own home.
    home: process.env['PACEFLOW_HOME'] || settings.get<string>('home', '').replace(/^~(?=$|[/\\])/, os.homedir()),
    folders: (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === 'file')
      .map((folder) => folder.uri.fsPath),
    isTrusted: vscode.workspace.isTrusted,
    richHover: true,
    identities: settings.get<string[]>('identities', []),
    prices: await ownPrices(settings),
  };
}

/** The prices of the settings; null where the person set none, so that the terminal's hold. */
async function ownPrices(settings: vscode.WorkspaceConfiguration): Promise<ClientOptions['prices']> {
  const value: unknown = settings.inspect('prices')?.globalValue;
  if (value === undefined) {
    return null;
  }
  const { ownPricesSchema } = await import('../../shared/prices');
  const parsed = ownPricesSchema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  void vscode.window.showWarningMessage(
    `Paceflow: the setting paceflow.prices can't be used: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. Prices stay as they were.`,
  );
  return null;
}
