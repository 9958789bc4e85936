import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commitReportSchema } from '../../../shared/report';
import { type Host, root, type Theme } from '../host';
import type { Scenario } from '../scenario';

/** Commits of the workspace's repository, newest first. */
function commitsOf(folder: string): string[] {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return execFileSync('git', ['log', '--all', '--format=%H'], { cwd: folder, encoding: 'utf8', env })
    .trim()
    .split('\n');
}

const terminalCommit = (host: Host, home: string, commit: string) => {
  const words = ['commit', commit, '--json', '--home', home, '--database', path.join(host.storage, 'paceflow.db')];
  const text = execFileSync(process.execPath, [path.join(root, 'dist/paceflow.js'), ...words], { encoding: 'utf8' });
  return commitReportSchema.parse(JSON.parse(text));
};

/** The newest commit with a session and the newest without, as the terminal tells them. */
function chosenCommits(host: Host, home: string) {
  // The newest ones: what lies more than 30 days before the first session was not read.
  const reports = commitsOf(host.folder)
    .slice(0, 15)
    .map((commit) => terminalCommit(host, home, commit));
  const linked = reports.find(({ sessions }) => sessions.length > 0 && (sessions[0]?.first_prompt ?? '').length > 20);
  const unlinked = reports.find(({ sessions }) => sessions.length === 0);
  assert.ok(linked && unlinked, 'the sample has commits with and without a session');
  return { linked, unlinked };
}

const looks: [Theme, string][] = [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
  ['Default High Contrast', 'hc'],
];

/** A note in the workspace that names commits, removed afterwards. */
async function withNote(folder: string, text: string, work: (name: string) => Promise<void>): Promise<void> {
  const name = 'paceflow-e2e-note.md';
  writeFileSync(path.join(folder, name), text);
  try {
    await work(name);
  } finally {
    rmSync(path.join(folder, name), { force: true });
  }
}

export const scenarios: Scenario[] = [
  ...looks.map(
    ([theme, name]): Scenario => ({
      name: `a commit id shows the session behind it, in ${theme}`,
      async run({
        openWorkbench,
        openSidebar,
        openFile,
        hoverWord,
        runCommand,
        screenshot,
        dismiss,
        host,
        sampleHome,
      }) {
        assert.ok(sampleHome);
        await openWorkbench(theme);
        const page = await openSidebar();
        await page.locator('.group, .empty').first().waitFor({ timeout: 60_000 });
        await runCommand('Paceflow: Refresh');
        await page
          .getByText(/read just now|read .* ago/)
          .first()
          .waitFor({ timeout: 60_000 });
        const { linked, unlinked } = chosenCommits(host, sampleHome);
        const [session] = linked.sessions;
        assert.ok(session);
        const short = linked.commit.id.slice(0, 9);
        const other = unlinked.commit.id.slice(0, 9);
        const note = `# Release notes\n\n- retries for uploads (${short})\n- a change by hand (${other})\n- no commit: 0123456789abcdef\n`;
        await withNote(host.folder, note, async (file) => {
          await openFile(file);
          const said = await hoverWord(short);
          for (const expected of [
            linked.commit.subject.slice(0, 20),
            'Claude Code',
            session.model ?? '',
            'list price',
            '% AI',
            'Proved by its lines',
          ]) {
            assert.ok(said.includes(expected), `the hover says "${expected}": ${said}`);
          }
          await screenshot(`hover-${name}`);
          await dismiss();
          const none = await hoverWord(other);
          assert.match(none, /No line of a session was found in this commit/);
        });
      },
    }),
  ),
  {
    name: 'Show Session for Commit… opens the session',
    async run({ openWorkbench, openSidebar, runCommand, screenshot, page: window }) {
      await openWorkbench();
      const page = await openSidebar();
      await page.locator('.group').first().waitFor({ timeout: 60_000 });
      await runCommand('Paceflow: Show Session for Commit');
      await window.locator('.quick-input-title', { hasText: 'Session for commit' }).waitFor();
      await window.locator('.quick-input-list .monaco-list-row').first().waitFor();
      await window.keyboard.press('Enter');
      await window.locator('.tab', { hasText: 'Session claude-code' }).waitFor({ timeout: 30_000 });
      await window.waitForTimeout(1500);
      await screenshot('workbench-dark');
    },
  },
  {
    name: 'Show What Was Read names every place',
    async run({ openWorkbench, openSidebar, runCommand, page: window }) {
      await openWorkbench();
      const page = await openSidebar();
      await page.locator('.group, .empty').first().waitFor({ timeout: 60_000 });
      await runCommand('Paceflow: Show What Was Read');
      await window.locator('.tab', { hasText: 'What was read' }).waitFor({ timeout: 30_000 });
    },
  },
];
