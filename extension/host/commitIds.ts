import * as vscode from 'vscode';
import { commitIdAt } from '../../shared/commitIds';

/** An id has 40 digits at most: more of a long line need not be looked at. */
const around = 64;

/** The commit id at a position of a document, if one may stand there. */
export function commitUnder(
  document: vscode.TextDocument,
  position: vscode.Position,
): { commit: string; range: vscode.Range } | undefined {
  const from = Math.max(0, position.character - around);
  const line = document.lineAt(position.line).text.slice(from, position.character + around);
  const found = commitIdAt(line, position.character - from);
  return (
    found && {
      commit: found.commit,
      range: new vscode.Range(position.line, from + found.start, position.line, from + found.end),
    }
  );
}
