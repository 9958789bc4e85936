import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';

/** Text of all hovers at a place. */
async function hoverText(document: vscode.TextDocument, line: number, character: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    new vscode.Position(line, character),
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

describe('the hover on a commit id', () => {
  let commits: string[] = [];

  before(async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(folder, 'a folder is open');
    commits = execFileSync('git', ['log', '--all', '--format=%H'], { cwd: folder, encoding: 'utf8' })
      .trim()
      .split('\n');
    await vscode.extensions.getExtension('paceflow.paceflow')?.activate();
    await vscode.commands.executeCommand('paceflow.refresh');
  });

  it('tells sessions from commits without one, in a document that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ content: commits.join('\n'), language: 'plaintext' });
    await vscode.window.showTextDocument(document);
    const texts = await Promise.all(commits.slice(0, 40).map((_, line) => hoverText(document, line, 3)));
    assert.ok(texts.some((text) => text.includes('Claude Code') && text.includes('command:paceflow.openSession')));
    assert.ok(texts.some((text) => text.includes('No line of a session was found in this commit')));
  });

  it('asks nothing where no known commit stands', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'feedbed 0123456789abcdef no commit here' });
    await vscode.window.showTextDocument(document);
    assert.equal(await hoverText(document, 0, 2), '');
    assert.equal(await hoverText(document, 0, 12), '');
    assert.equal(await hoverText(document, 0, 26), '');
  });
});
