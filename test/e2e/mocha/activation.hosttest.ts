import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('activation', () => {
  it('activates in a real extension host', async () => {
    const extension = vscode.extensions.getExtension('paceflow.paceflow');
    assert.ok(extension, 'paceflow.paceflow is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers its commands', async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const command of ['paceflow.refresh', 'paceflow.showWhatWasRead', 'paceflow.showSessionForCommit']) {
      assert.ok(commands.includes(command), `${command} is missing`);
    }
  });
});
