import * as vscode from 'vscode';

/** 7 to 40 hex digits with no word character beside them; at least one digit, or "feedbed" and "defaced" would be asked for. */
const pattern = /(?<![0-9A-Za-z_])(?=[0-9a-f]*\d)[0-9a-f]{7,40}(?![0-9A-Za-z_])/gi;

/** The commit id at a position, if one may stand there. Long lines are looked at around the position only. */
export function commitUnder(
  document: vscode.TextDocument,
  position: vscode.Position,
): { commit: string; range: vscode.Range } | undefined {
  const from = Math.max(0, position.character - 64);
  const text = document.lineAt(position.line).text.slice(from, position.character + 64);
  for (const found of text.matchAll(pattern)) {
    const start = from + found.index;
    const end = start + found[0].length;
    if (start <= position.character && position.character <= end) {
      return { commit: found[0].toLowerCase(), range: new vscode.Range(position.line, start, position.line, end) };
    }
  }
  return undefined;
}
