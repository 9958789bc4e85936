import * as vscode from 'vscode';
import type { Engine } from './engine';
import type { LazyEngine } from './lazyEngine';
import type { Sidebar } from './sidebar';

/**
 * Tells the engine whether a person may be looking: the window has the focus, or the panel is open in one that was
 * used a moment ago. A panel in a window that nobody has touched for a while is read to nobody.
 */
export function reportVisibility(engine: LazyEngine, sidebar: Sidebar): vscode.Disposable {
  let current: Engine | undefined;
  const isLookedAt = () => {
    const { focused, active } = vscode.window.state;
    return focused || (active && sidebar.isVisible);
  };
  const tell = () => current?.setVisible(isLookedAt());
  return vscode.Disposable.from(
    engine.onReplaced((replacement) => {
      current = replacement;
      tell();
    }),
    vscode.window.onDidChangeWindowState(tell),
    sidebar.onDidChangeVisibility(tell),
  );
}
