import * as vscode from 'vscode';
import { BlameDecorations } from './host/blame';
import { BlamedLines } from './host/blamedLines';
import { createCommands, guarded } from './host/commands';
import { Documents, scheme } from './host/documents';
import { createLazyEngine } from './host/lazyEngine';
import { Sidebar } from './host/sidebar';
import { reportVisibility } from './host/visibility';

/** The composition root: puts the rooms together, does nothing itself. Nothing here may take time. */
export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel('Paceflow', { log: true });
  const documents = new Documents();
  const blamed = new BlamedLines();
  const engine = createLazyEngine(context, channel, blamed);
  const commands = createCommands(engine, documents);
  const sidebar = new Sidebar(context, engine, commands);

  const command = (name: string, work: (argument: string) => Promise<void>) =>
    vscode.commands.registerCommand(name, (argument: unknown) => guarded(channel, () => work(String(argument))));
  context.subscriptions.push(
    channel,
    documents,
    engine,
    sidebar,
    new BlameDecorations(engine, blamed, channel),
    vscode.workspace.registerTextDocumentContentProvider(scheme, documents),
    vscode.window.registerWebviewViewProvider(Sidebar.viewId, sidebar),
    command('paceflow.refresh', commands.refresh),
    command('paceflow.showWhatWasRead', commands.showWhatWasRead),
    command('paceflow.clearAllData', async () => {
      if (await commands.clearAllData()) {
        await sidebar.forget();
      }
    }),
    command('paceflow.showSessionForCommit', commands.showSessionForCommit),
    command('paceflow.openSession', commands.openSession),
    command('paceflow.explainCommit', commands.openCommit),
    reportVisibility(engine, sidebar),
    engine.onReplaced((started) => {
      // What is new since the last time; shown in the status bar, asked for by nobody.
      started
        .request('ingest', {})
        .catch((error: unknown) => channel.warn(`reading at start failed: ${String(error)}`));
    }),
  );
  // Hovers come from the engine's client: it is started once the window has nothing better to do.
  const later = setTimeout(() => void engine.get().catch((error: unknown) => channel.error(String(error))), 500);
  context.subscriptions.push({ dispose: () => clearTimeout(later) });
}
