import type * as vscode from 'vscode';

/** Which commit the text behind a line names, as it is drawn now: that text has a hover like a commit id. */
export class BlamedLines {
  private readonly commits = new Map<string, ReadonlyMap<number, string>>();

  /** `commits`: by line from 0 on; of a document whose lines say nothing none are left. */
  draw(document: vscode.TextDocument, commits: ReadonlyMap<number, string>): void {
    if (commits.size > 0) {
      this.commits.set(document.uri.toString(), commits);
    } else {
      this.commits.delete(document.uri.toString());
    }
  }

  /** The commit that is named behind the line's end; undefined: the position is in the line's own text. */
  commitBehind(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { commit: string; range: vscode.Range } | undefined {
    const commit = this.commits.get(document.uri.toString())?.get(position.line);
    const { end } = document.lineAt(position.line).range;
    return commit !== undefined && position.isEqual(end)
      ? { commit, range: document.lineAt(position.line).range.with(end) }
      : undefined;
  }
}
