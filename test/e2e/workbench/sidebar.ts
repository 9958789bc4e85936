import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';
import { createFormat } from '../../../shared/format';
import { costReportSchema, sessionReportSchema } from '../../../shared/report';
import { readClaudeCodeReference } from '../../reference/claudeCodeReference';
import { root, type Theme } from '../host';
import { rowOf, showEverything, shownValue } from '../metricsPage';
import type { Scenario } from '../scenario';

const format = createFormat('en');

/** What the terminal program prints of the very database that the window uses. */
function terminal<Schema extends z.ZodType>(
  schema: Schema,
  storage: string,
  home: string,
  words: string[],
): z.infer<Schema> {
  const database = path.join(storage, 'paceflow.db');
  const program = path.join(root, 'dist/paceflow.js');
  const text = execFileSync(process.execPath, [program, ...words, '--json', '--home', home, '--database', database], {
    encoding: 'utf8',
  });
  return schema.parse(JSON.parse(text));
}

/** Sessions of a person, counted from the files alone: a main log with a prompt that no `sdk` program wrote. */
function bruteForceSessions(home: string): number {
  const { promptsByFile } = readClaudeCodeReference(home);
  const projects = path.join(home, '.claude/projects');
  const isHeadless = (file: string) => /"entrypoint":"sdk/.test(readFileSync(path.join(projects, file), 'utf8'));
  return [...promptsByFile].filter(
    ([file, prompts]) => file.split('/').length === 2 && prompts > 0 && !isHeadless(file),
  ).length;
}

/** A log of one session with one prompt, said now. */
const promptOf = (session: string): string =>
  `${JSON.stringify({
    type: 'user',
    uuid: `prompt-${session}`,
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/paceflow/e2e',
    sessionId: session,
    version: '2.1.219',
    timestamp: new Date().toISOString(),
    message: { role: 'user', content: 'Add a test for the end to end run' },
  })}\n`;

const looks: [Theme, string][] = [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
  ['Default High Contrast', 'hc'],
];

export const scenarios: Scenario[] = [
  {
    name: 'the sidebar, the terminal and a brute-force count give the same numbers',
    async run({ openWorkbench, openSidebar, host, sampleHome }) {
      assert.ok(sampleHome, 'the run has a sample home');
      await openWorkbench();
      const page = await openSidebar();
      await showEverything(page);

      const session = terminal(sessionReportSchema, host.storage, sampleHome, ['session']);
      const metric = (name: string) => session.rows.find((row) => row.metric === name);
      const sessions = metric('sessions');
      assert.ok(sessions && sessions.value !== null && sessions.value > 0, 'the sample has sessions');
      assert.equal(sessions.value, bruteForceSessions(sampleHome), 'terminal and brute force count the same sessions');
      for (const [name, label] of [
        ['sessions', 'Sessions'],
        ['prompts_per_session', 'Prompts per session'],
        ['time_to_first_edit', 'First applied edit'],
        ['no_output_rate', 'No output'],
        ['rejected_edit_rate', 'Rejected edits'],
        ['commits_linked', 'Commits linked'],
      ] as const) {
        const row = metric(name);
        assert.ok(row, `${name} is in the report`);
        if (row.value === null) {
          await rowOf(page, label)
            .getByText(row.reason ?? 'no reason')
            .waitFor();
          continue;
        }
        assert.equal(
          await shownValue(page, label),
          format.value(row.value, row.unit, row.units),
          `${label} in the sidebar`,
        );
      }

      const cost = terminal(costReportSchema, host.storage, sampleHome, ['cost']).rows[0];
      assert.ok(cost);
      assert.equal(await shownValue(page, 'Spend'), format.usd(cost.cost_usd));
      const brute = { input: 0, write: 0, read: 0, output: 0 };
      for (const { tokens } of readClaudeCodeReference(sampleHome).responses.values()) {
        brute.input += tokens.input;
        brute.write += tokens.cacheWrite5m + tokens.cacheWrite1h;
        brute.read += tokens.cacheRead;
        brute.output += tokens.output;
      }
      assert.deepEqual(
        [cost.input_tokens, cost.cache_write_tokens, cost.cache_read_tokens, cost.output_tokens],
        [brute.input, brute.write, brute.read, brute.output],
        'tokens of the terminal and of the brute-force count',
      );
    },
  },
  {
    name: 'a metric opens to its definition, its rows and its SQL',
    async run({ openWorkbench, openSidebar, page: window }) {
      await openWorkbench();
      const page = await openSidebar();
      await showEverything(page);
      await rowOf(page, 'No output').click();
      const detail = page.locator('section.detail').first();
      await detail.getByText('Sessions that only planned').waitFor();
      await detail.getByRole('button', { name: 'Show rows' }).click();
      await detail.locator('li').first().waitFor();
      await detail.getByRole('button', { name: 'Show SQL' }).click();
      await window.locator('.tab', { hasText: 'session.metrics.sql' }).waitFor();
      await window.locator('.view-line', { hasText: 'session.metrics' }).first().waitFor();
    },
  },
  {
    name: 'a session that an agent writes is in the sidebar at once, without Refresh',
    async run({ openWorkbench, openSidebar, runCommand, sampleHome }) {
      assert.ok(sampleHome);
      await openWorkbench();
      const page = await openSidebar();
      await showEverything(page);
      await runCommand('Paceflow: Refresh');
      const before = Number(await shownValue(page, 'Sessions'));
      const folder = path.join(sampleHome, '.claude/projects/-paceflow-e2e');
      try {
        for (const [index, name] of ['e2e00000-0000-4000-8000-000000000001', 'nested'].entries()) {
          // The second one comes together with its folders.
          const file = path.join(folder, index === 0 ? '' : 'more/projects/-nested', `${name}.jsonl`);
          mkdirSync(path.dirname(file), { recursive: true });
          const started = Date.now();
          appendFileSync(file, promptOf(name));
          await rowOf(page, 'Sessions')
            .locator('.value', { hasText: String(before + 1 + index) })
            .waitFor({ timeout: 5_000 });
          console.log(`       in the sidebar after ${Date.now() - started} ms`);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  {
    name: 'Clear All Data asks first, leaves nothing, and Refresh reads all again',
    async run({ openWorkbench, openSidebar, runCommand, host, mode, sampleHome, page: window }) {
      // With the smoke-test driver on, which tests under development need, no dialog opens.
      if (mode === 'development') return;
      assert.ok(sampleHome, 'the run has a sample home');
      await openWorkbench();
      const page = await openSidebar();
      await showEverything(page);
      await runCommand('Paceflow: Clear All Data');
      const dialog = window.locator('.monaco-dialog-box');
      await dialog.getByText('Clear all data of Paceflow?').waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      assert.ok(readdirSync(host.storage).includes('paceflow.db'), 'Cancel clears nothing');
      await runCommand('Paceflow: Clear All Data');
      await dialog.getByRole('button', { name: 'Clear All Data' }).click();
      await page.getByText('No agent sessions in').waitFor();
      assert.deepEqual(readdirSync(host.storage), ['paceflow.db.engine'], 'nothing is left but the note of the engine');
      await runCommand('Paceflow: Refresh');
      await showEverything(page);
      assert.equal(await shownValue(page, 'Sessions'), format.count(bruteForceSessions(sampleHome)));
    },
  },
  ...looks.map(
    ([theme, name]): Scenario => ({
      name: `the sidebar in ${theme}`,
      async run({ openWorkbench, openSidebar, screenshot, page: window }) {
        await openWorkbench(theme, { 'workbench.sideBar.location': 'left' });
        const page = await openSidebar();
        await page.locator('select').nth(1).selectOption('90');
        await page.locator('[data-range="90"] .plot svg').first().waitFor({ timeout: 60_000 });
        // Colours come from the theme alone: no text may stand on a background of its own kind.
        const colours = await page
          .locator('.metric .value')
          .first()
          .evaluate((element) => {
            const style = getComputedStyle(element);
            return [style.color, getComputedStyle(document.body).backgroundColor];
          });
        assert.notEqual(colours[0], colours[1]);
        // Wide enough for the sparklines.
        const sash = window.locator('.monaco-sash.vertical').nth(1);
        const box = await sash.boundingBox();
        if (box) {
          await window.mouse.move(box.x + 1, 400);
          await window.mouse.down();
          await window.mouse.move(box.x + 80, 400, { steps: 5 });
          await window.mouse.up();
        }
        await window.mouse.move(900, 400);
        await window.waitForTimeout(600);
        await screenshot(`sidebar-${name}`);
      },
    }),
  ),
  {
    name: 'no script of the page is blocked and none comes from elsewhere',
    async run({ openWorkbench, openSidebar }) {
      await openWorkbench();
      const page = await openSidebar();
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      assert.ok(policy?.includes("default-src 'none'") && !policy.includes('unsafe'), policy ?? 'no policy');
    },
  },
];
