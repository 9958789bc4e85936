import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { choiceOf, type Range, ranges, type ScopeKind, scopeKinds } from '../../shared/choices';
import type { ViewMethod, ViewParams, ViewResult } from '../../shared/contract';
import type { SidebarState } from '../../shared/sidebar';
import type { FromView, ToView } from '../../shared/viewMessages';
import { EngineFailure, type EngineProgress } from './engine';
import type { LazyEngine } from './lazyEngine';

/** What the page asks for beyond the engine's answers. */
export interface SidebarActions {
  refresh(): Promise<void>;
  openSession(sessionKey: string): Promise<void>;
  openCommit(commit: string): Promise<void>;
  openSql(metric: string, scope: ScopeKind, range: Range): Promise<void>;
  showWhatWasRead(): Promise<void>;
}

type Handlers = { [M in ViewMethod]: (params: ViewParams<M>) => Promise<ViewResult<M>> };

/** The metrics panel. It keeps what the person looks at (scope, range) per workspace; numbers are asked for anew. */
export class Sidebar implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly viewId = 'paceflow.metrics';

  private view: vscode.WebviewView | undefined;
  private isReading = false;
  private progress: EngineProgress | null = null;
  private hasNumbers = false;
  private asked = 0;
  private isFollowing = false;
  private isBehind = false;
  private readonly visibilityChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.visibilityChanged.event;
  private readonly disposables: vscode.Disposable[] = [];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly engine: LazyEngine,
    private readonly actions: SidebarActions,
  ) {
    this.disposables.push(
      engine.onReplaced((replacement) => {
        this.disposables.push(
          replacement.onDataChanged(() => void this.follow()),
          replacement.onProgress((progress) => this.showProgress(progress)),
        );
      }),
    );
  }

  get isVisible(): boolean {
    return this.view?.visible === true;
  }

  get scope(): ScopeKind {
    const stored = choiceOf(scopeKinds, this.context.workspaceState.get('sidebar.scope'));
    return stored ?? (vscode.workspace.workspaceFolders ? 'workspace' : 'all');
  }

  get range(): Range {
    return choiceOf(ranges, this.context.workspaceState.get('sidebar.range')) ?? 30;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const pages = vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'webview');
    view.webview.options = { enableScripts: true, localResourceRoots: [pages] };
    view.webview.onDidReceiveMessage((message: unknown) => void this.receive(message), undefined, this.disposables);
    this.visibilityChanged.fire();
    view.onDidChangeVisibility(() => {
      this.visibilityChanged.fire();
      if (view.visible) {
        void this.update();
      }
    });
    view.onDidDispose(() => {
      this.view = undefined;
      this.hasNumbers = false;
      this.visibilityChanged.fire();
    });
    view.webview.html = page(view.webview, pages);
  }

  /** Looks at what a new installation would look at. */
  async forget(): Promise<void> {
    await this.context.workspaceState.update('sidebar.scope', undefined);
    await this.context.workspaceState.update('sidebar.range', undefined);
    await this.update();
  }

  dispose(): void {
    this.visibilityChanged.dispose();
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  /** Draws what changed: not while nobody sees it, and never a second time before the first answer is there. */
  private async follow(): Promise<void> {
    if (!this.isVisible || this.isFollowing) {
      this.isBehind = this.isVisible;
      return;
    }
    this.isFollowing = true;
    do {
      this.isBehind = false;
      await this.update();
    } while (this.isBehind);
    this.isFollowing = false;
  }

  /** Asks for the numbers and draws them; an older answer never overtakes a newer question. */
  async update(): Promise<void> {
    if (!this.view) {
      return;
    }
    const asked = ++this.asked;
    let state: SidebarState;
    try {
      const engine = await this.engine.get();
      state = await engine.request('sidebar', { scope: this.scope, range: this.range });
      // While the first reading goes on, nothing found yet is not "nothing there".
      if (state.state === 'empty' && this.isReading) {
        state = { state: 'loading', progress: this.progress };
      }
    } catch (error) {
      const failure = asFailure(error);
      state = { state: 'error', message: failure.message, next: failure.next, detail: failure.detail };
    }
    if (asked === this.asked) {
      this.hasNumbers = state.state === 'ready';
      this.post({ type: 'state', state, locale: vscode.env.language });
    }
  }

  private showProgress(progress: EngineProgress | null): void {
    this.isReading = progress !== null;
    this.progress = progress;
    if (this.hasNumbers || progress === null) {
      this.post({ type: 'progress', progress });
    } else {
      this.post({ type: 'state', state: { state: 'loading', progress }, locale: vscode.env.language });
    }
  }

  private async receive(message: unknown): Promise<void> {
    const { fromViewSchema } = await loadSchemas();
    const parsed = fromViewSchema.safeParse(message);
    if (!parsed.success) {
      return;
    }
    if (parsed.data.type === 'ready') {
      this.post({ type: 'state', state: { state: 'loading', progress: this.progress }, locale: vscode.env.language });
      await this.update();
      return;
    }
    await this.answer(parsed.data);
  }

  /** A failing handler always answers. */
  private async answer({ id, method, params }: Extract<FromView, { type: 'request' }>): Promise<void> {
    try {
      this.post({ type: 'response', id, result: await this.dispatch(method, params) });
    } catch (error) {
      const failure = asFailure(error);
      this.post({ type: 'failure', id, message: failure.message, next: failure.next });
    }
  }

  private async dispatch(method: string, params: unknown): Promise<ViewResult<ViewMethod>> {
    const { viewRequests } = await loadSchemas();
    const isKnown = (name: string): name is ViewMethod => Object.hasOwn(viewRequests, name);
    if (!isKnown(method)) {
      throw new EngineFailure(`There is no request "${method}".`, 'Reload the window.', '');
    }
    const handler: (params: never) => Promise<ViewResult<ViewMethod>> = this.handlers[method];
    return handler(viewRequests[method].params.parse(params) as never);
  }

  private readonly handlers: Handlers = {
    rows: async (params) => (await this.engine.get()).request('rows', params),
    refresh: async () => {
      await this.actions.refresh();
      return {};
    },
    setScope: async ({ scope, range }) => {
      await this.context.workspaceState.update('sidebar.scope', scope);
      await this.context.workspaceState.update('sidebar.range', range);
      await this.update();
      return {};
    },
    openSql: async ({ metric }) => {
      await this.actions.openSql(metric, this.scope, this.range);
      return {};
    },
    openSession: async ({ sessionKey }) => {
      await this.actions.openSession(sessionKey);
      return {};
    },
    openCommit: async ({ commit }) => {
      await this.actions.openCommit(commit);
      return {};
    },
    showWhatWasRead: async () => {
      await this.actions.showWhatWasRead();
      return {};
    },
    copyText: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return {};
    },
  };

  private post(message: ToView): void {
    void this.view?.webview.postMessage(message);
  }
}

/** With the page's first message: activation must not wait for zod, which takes longer to load than all the rest. */
async function loadSchemas() {
  const [{ viewRequests }, { fromViewSchema }] = await Promise.all([
    import('../../shared/contract'),
    import('../../shared/viewMessages'),
  ]);
  return { viewRequests, fromViewSchema };
}

export function asFailure(error: unknown): EngineFailure {
  if (error instanceof EngineFailure) {
    return error;
  }
  return new EngineFailure(
    error instanceof Error ? error.message : String(error),
    'Try again. The log is under Output, Paceflow.',
    error instanceof Error ? (error.stack ?? '') : '',
  );
}

function page(webview: vscode.Webview, pages: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(pages, 'sidebar.js'));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(pages, 'sidebar.css'));
  const policy = `default-src 'none'; style-src ${webview.cspSource}; img-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Paceflow metrics</title>
</head>
<body class="sidebar">
<div id="root"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
