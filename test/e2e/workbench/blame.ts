import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { type BlameReport, blameReportSchema } from '../../../shared/report';
import { type Host, root, type Theme } from '../host';
import type { Scenario } from '../scenario';

const file = 'internal/delivery/log.go';

/** Whose the lines of the file are, as the terminal tells them. */
function terminalBlame(host: Host, home: string): BlameReport {
  const database = path.join(host.storage, 'paceflow.db');
  const words = ['blame', path.join(host.folder, file), '--json', '--home', home, '--database', database];
  const program = path.join(root, 'dist/paceflow.js');
  return blameReportSchema.parse(JSON.parse(execFileSync(process.execPath, [program, ...words], { encoding: 'utf8' })));
}

/** What stands behind lines of the editor, with the place of its middle. It is drawn by the style, so no text of the page. */
const textsBehind = (page: Page): Promise<{ text: string; x: number; y: number }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.monaco-editor .view-line span')].flatMap((span) => {
      const text = getComputedStyle(span, '::after').content;
      const box = span.getBoundingClientRect();
      return /^"/.test(text) ? [{ text, x: box.right - 60, y: box.top + box.height / 2 }] : [];
    }),
  );

async function waitFor<Value>(look: () => Promise<Value | undefined>, what: string): Promise<Value> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** The first line that is the very text of a session, once that is known. */
function lineOfSession(host: Host, home: string) {
  const report = terminalBlame(host, home);
  const range = report.ranges.find((candidate) => candidate.evidence === 'exact');
  const session = report.sessions.find(({ session_key }) => session_key === range?.session_key);
  return range && session?.title ? { range, session: { title: session.title } } : undefined;
}

const looks: [Theme, string][] = [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
];

export const scenarios: Scenario[] = [
  ...looks.map(
    ([theme, name]): Scenario => ({
      name: `a line says which session wrote it, in ${theme}`,
      async run({ openWorkbench, openSidebar, openFile, runCommand, screenshot, dismiss, host, page, sampleHome }) {
        assert.ok(sampleHome);
        // What is typed is to stay unsaved.
        await openWorkbench(theme, { 'files.autoSave': 'off' });
        const sidebar = await openSidebar();
        await sidebar.locator('.group').first().waitFor({ timeout: 60_000 });
        await runCommand('Paceflow: Refresh');
        const { range, session } = await waitFor(async () => lineOfSession(host, sampleHome), 'a line of a session');
        await openFile(file);
        await page.locator('.monaco-editor .view-line').first().click();
        const own = readFileSync(path.join(host.folder, file), 'utf8').split('\n')[range.line - 1] ?? '';
        await page.locator('.monaco-editor .view-line', { hasText: own.trim() }).first().click();
        const behind = await waitFor(
          async () => (await textsBehind(page)).find(({ text }) => text.includes('same text at the same path')),
          'the text behind the line',
        );
        assert.ok(behind.text.includes('Claude Code') && behind.text.includes(session.title), behind.text);
        assert.equal((await textsBehind(page)).length, 1, 'only the current line has one');
        const hover = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content:visible').first();
        await page.mouse.move(behind.x, behind.y + 120);
        await page.mouse.move(behind.x, behind.y, { steps: 4 });
        await hover.getByText('AI, ').first().waitFor({ timeout: 15_000 });
        await screenshot(`blame-${name}`);
        await dismiss();

        await page.locator('.monaco-editor .view-line', { hasText: own.trim() }).first().click();
        await page.keyboard.press('End');
        await page.keyboard.type(' // typed');
        await page.keyboard.press('ArrowDown');
        await waitFor(
          async () => (await textsBehind(page)).find(({ text }) => text.includes('Claude Code')),
          'the text behind a line of a file that is not saved',
        );
        await page.keyboard.press('ArrowUp');
        await waitFor(
          async () => ((await textsBehind(page)).length === 0 ? true : undefined),
          'nothing behind the typed line',
        );
        // Else the next window would open it as it was left.
        await waitFor(async () => {
          await page.keyboard.press('ControlOrMeta+z');
          return (await page.locator('.tab.dirty').count()) === 0 ? true : undefined;
        }, 'the file as it was');
      },
    }),
  ),
  {
    name: 'the setting draws it behind every line, or behind none',
    async run({ openWorkbench, openFile, host, page }) {
      await openWorkbench('Default Dark Modern', { 'paceflow.blame': 'always' });
      await openFile(file);
      await waitFor(
        async () => ((await textsBehind(page)).length > 5 ? true : undefined),
        'texts behind the visible lines',
      );
      host.writeSettings({ 'workbench.colorTheme': 'Default Dark Modern', 'paceflow.blame': 'off' });
      await waitFor(async () => ((await textsBehind(page)).length === 0 ? true : undefined), 'no text behind any line');
    },
  },
];
