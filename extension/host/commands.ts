import * as vscode from 'vscode';
import type { Range, ScopeKind } from '../../shared/filters';
import { createFormat } from '../../shared/format';
import { oneLine } from '../../shared/markdown';
import { commitPage, type Documents, doctorPage, sessionPage } from './documents';
import { EngineFailure } from './engine';
import type { LazyEngine } from './lazyEngine';

/** What the commands do; also what the sidebar's page may ask for. */
export interface Commands {
  refresh(): Promise<void>;
  showWhatWasRead(): Promise<void>;
  showSessionForCommit(): Promise<void>;
  /** Asks first. Whether it was done. */
  clearAllData(): Promise<boolean>;
  openSession(sessionKey: string): Promise<void>;
  openCommit(commit: string): Promise<void>;
  openSql(metric: string, scope: ScopeKind, range: Range): Promise<void>;
}

const mostCommits = 200;

export function createCommands(engine: LazyEngine, documents: Documents): Commands {
  const format = createFormat(vscode.env.language);

  const openSession = async (sessionKey: string): Promise<void> => {
    const detail = await (await engine.get()).request('session', { sessionKey });
    if (!detail) {
      throw new EngineFailure('That session is not known.', 'Run "Paceflow: Refresh".', sessionKey);
    }
    await documents.showMarkdown(`Session ${sessionKey}`, sessionPage(detail, vscode.env.language));
  };

  const openCommit = async (commit: string): Promise<void> => {
    const report = await (await engine.get()).request('commit', { commit });
    if (!report) {
      throw new EngineFailure(
        `No commit, or more than one, that was read begins with ${commit}.`,
        'Run "Paceflow: Refresh", or give more digits.',
        '',
      );
    }
    await documents.showMarkdown(`Commit ${report.commit.id.slice(0, 7)}`, commitPage(report, vscode.env.language));
  };

  return {
    openSession,
    openCommit,
    refresh: async () => {
      const current = await engine.get();
      const summary = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Paceflow', cancellable: true },
        (progress, token) => {
          const shown = current.onProgress((step) => {
            if (step) {
              progress.report({ message: step.total > 1 ? `${step.text}: ${step.done} of ${step.total}` : step.text });
            }
          });
          return current.request('ingest', {}, token).finally(() => shown.dispose());
        },
      );
      const words = `${format.count(summary.read)} of ${format.count(summary.sources)} logs had something new; ${format.count(summary.sessions)} sessions known.`;
      vscode.window.setStatusBarMessage(`Paceflow: ${summary.cancelled ? 'cancelled. ' : ''}${words}`, 8_000);
    },
    showWhatWasRead: async () => {
      const report = await (await engine.get()).request('doctor', {});
      await documents.showMarkdown('What was read', doctorPage(report, vscode.env.language));
    },
    clearAllData: async () => {
      const clear = 'Clear All Data';
      const chosen = await vscode.window.showWarningMessage(
        'Clear all data of Paceflow?',
        {
          modal: true,
          detail:
            'Removes the database, its copies and what was set aside. What was counted of logs that are gone cannot be counted again. Logs and repositories are left alone; "Paceflow: Refresh", or the next window, reads them again.',
        },
        clear,
      );
      if (chosen !== clear) {
        return false;
      }
      await (await engine.get()).request('clearData', {});
      vscode.window.setStatusBarMessage('Paceflow: all data was cleared.', 8_000);
      return true;
    },
    openSql: async (metric, scope, range) => {
      const { name, text } = await (await engine.get()).request('sql', { scope, range, metric });
      await documents.showSql(name, text);
    },
    showSessionForCommit: async () => {
      const picked = await pickCommit(engine, format);
      if (!picked) {
        return;
      }
      const report = await (await engine.get()).request('commit', { commit: picked });
      const [session, ...others] = report?.sessions ?? [];
      if (session && others.length === 0) {
        await openSession(session.session_key);
      } else {
        await openCommit(picked);
      }
    },
  };
}

/** A commit out of those with a session, or one that is typed. */
async function pickCommit(engine: LazyEngine, format: ReturnType<typeof createFormat>): Promise<string | undefined> {
  const current = await engine.get();
  const commits = await current.request('commits', { scope: 'all', range: 'all', limit: mostCommits });
  const known = commits.map((commit) => ({
    label: oneLine(commit.subject ?? commit.commit_id, 120),
    description: commit.commit_id.slice(0, 7),
    detail: oneLine(`${commit.repository ?? ''} ${format.instant(commit.authored_at)}`, 200),
    commit: commit.commit_id,
  }));
  const picker = vscode.window.createQuickPick<(typeof known)[number]>();
  picker.title = 'Session for commit';
  picker.placeholder =
    known.length > 0
      ? 'Pick a commit that a session made, or type a commit id'
      : 'No commit has a session yet; type a commit id';
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = known;
  picker.onDidChangeValue((value) => {
    const id = value.trim().toLowerCase();
    const isTyped = /^[0-9a-f]{4,64}$/.test(id) && !known.some((item) => item.commit.startsWith(id));
    picker.items = isTyped ? [{ label: id, description: 'look this id up', detail: '', commit: id }, ...known] : known;
  });
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]?.commit);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}

/** Runs a command and shows a failure as a person can use it; cancelling is none. */
export async function guarded(channel: vscode.LogOutputChannel, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof EngineFailure && error.message === 'Cancelled.') {
      return;
    }
    const failure = error instanceof EngineFailure ? error : new EngineFailure(String(error), 'See the log.', '');
    channel.error(`${failure.message} ${failure.detail}`);
    const chosen = await vscode.window.showErrorMessage(`Paceflow: ${failure.message} ${failure.next}`, 'Show Log');
    if (chosen) {
      channel.show();
    }
  }
}
