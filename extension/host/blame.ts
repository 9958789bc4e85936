import * as vscode from 'vscode';
import { blamedRange, blameWords } from '../../shared/blameWords';
import { createFormat } from '../../shared/format';
import type { BlameReport } from '../../shared/report';
import type { BlamedLines } from './blamedLines';
import type { LazyEngine } from './lazyEngine';

/** The pause after which a person is taken to look at a line. */
const restMs = 250;
/** Text over this many characters is not sent to be blamed; the engine leaves such files out, too. */
const mostCharacters = 1 << 20;
const mostLines = 20_000;

interface Blamed {
  version: number;
  isDirty: boolean;
  report: BlameReport;
}

type Mode = 'currentLine' | 'off' | 'always';

const modeNow = (): Mode => vscode.workspace.getConfiguration('paceflow').get<Mode>('blame', 'currentLine');

/**
 * Draws behind the current line, or behind all visible ones, who wrote it. Asked for when the person rests on a line:
 * one question per version of a document, ended by the next change of it.
 */
export class BlameDecorations implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  private readonly format = createFormat(vscode.env.language);
  private readonly known = new Map<string, Blamed>();
  private readonly disposables: vscode.Disposable[] = [];
  private asked: vscode.CancellationTokenSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly engine: LazyEngine,
    private readonly lines: BlamedLines,
    private readonly channel: vscode.LogOutputChannel,
  ) {
    const { window, workspace } = vscode;
    this.disposables.push(
      this.decoration,
      window.onDidChangeActiveTextEditor(() => this.later()),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.clearMoved(textEditor);
        this.later();
      }),
      window.onDidChangeTextEditorVisibleRanges(() => modeNow() === 'always' && this.later()),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          this.clear(document);
          this.later();
        }
      }),
      workspace.onDidSaveTextDocument((document) => {
        this.known.delete(document.uri.toString());
        this.later();
      }),
      workspace.onDidCloseTextDocument((document) => this.known.delete(document.uri.toString())),
      workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('paceflow.blame') && this.redraw()),
      engine.onReplaced((replacement) => {
        this.disposables.push(replacement.onDataChanged(() => this.forget()));
        this.forget();
      }),
    );
    this.later();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asked?.cancel();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.update().catch((error: unknown) => this.channel.debug(`lines were not blamed: ${String(error)}`));
    }, restMs);
  }

  /** A commit or a session more may change whose a line is. */
  private forget(): void {
    this.known.clear();
    this.later();
  }

  private redraw(): void {
    for (const { document } of vscode.window.visibleTextEditors) this.clear(document);
    this.later();
  }

  /** Asks for the editors that are looked at, and draws. */
  private async update(): Promise<void> {
    this.asked?.cancel();
    const mode = modeNow();
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const editors = mode === 'always' ? visibleTextEditors : activeTextEditor ? [activeTextEditor] : [];
    if (mode === 'off' || !vscode.workspace.isTrusted) {
      return;
    }
    const asked = new vscode.CancellationTokenSource();
    this.asked = asked;
    for (const editor of editors.filter(({ document }) => canBeBlamed(document))) {
      const { version } = editor.document;
      const report = await this.reportFor(editor.document, asked.token);
      if (asked.token.isCancellationRequested) {
        return;
      }
      if (report && editor.document.version === version) {
        this.draw(editor, report, mode);
      }
    }
  }

  private async reportFor(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<BlameReport | undefined> {
    const key = document.uri.toString();
    const known = this.known.get(key);
    const { version, isDirty } = document;
    // What cannot be blamed cannot be blamed while it is typed, either.
    if (known && (known.report.reason !== null || (known.version === version && known.isDirty === isDirty))) {
      return known.report;
    }
    const contents = isDirty ? document.getText() : null;
    if (contents !== null && contents.length > mostCharacters) {
      return undefined;
    }
    const engine = await this.engine.get();
    const report = await engine.request('blame', { path: document.uri.fsPath, contents }, token);
    this.known.set(key, { version, isDirty, report });
    return report;
  }

  private draw(editor: vscode.TextEditor, report: BlameReport, mode: Mode): void {
    const drawn = new Map<number, string>();
    const decorations = linesOf(editor, mode).flatMap((line): vscode.DecorationOptions[] => {
      const range = blamedRange(report, line + 1);
      const words = range ? blameWords(report, range, this.format) : '';
      if (!range?.commit || words === '') {
        return [];
      }
      drawn.set(line, range.commit);
      return [{ range: endOf(editor.document, line), renderOptions: { after: after(words) } }];
    });
    editor.setDecorations(this.decoration, decorations);
    this.lines.draw(editor.document, drawn);
  }

  private clear(document: vscode.TextDocument): void {
    this.lines.draw(document, new Map());
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) editor.setDecorations(this.decoration, []);
    }
  }

  /** The text behind a line that the cursor has left goes at once; the next one comes when it rests. */
  private clearMoved(editor: vscode.TextEditor): void {
    const isDrawn = this.lines.commitBehind(editor.document, endOf(editor.document, editor.selection.active.line).end);
    if (modeNow() === 'currentLine' && !isDrawn) this.clear(editor.document);
  }
}

const canBeBlamed = ({ uri, lineCount }: vscode.TextDocument): boolean =>
  uri.scheme === 'file' && lineCount <= mostLines;

function linesOf(editor: vscode.TextEditor, mode: Mode): number[] {
  if (mode === 'currentLine') {
    return [editor.selection.active.line];
  }
  const lines = editor.visibleRanges.flatMap(({ start, end }) =>
    Array.from({ length: end.line - start.line + 1 }, (_, offset) => start.line + offset),
  );
  return [...new Set(lines)];
}

function endOf(document: vscode.TextDocument, line: number): vscode.Range {
  const { end } = document.lineAt(line).range;
  return new vscode.Range(end, end);
}

const after = (contentText: string): vscode.ThemableDecorationAttachmentRenderOptions => ({
  contentText,
  color: new vscode.ThemeColor('editorCodeLens.foreground'),
  margin: '0 0 0 3em',
});
