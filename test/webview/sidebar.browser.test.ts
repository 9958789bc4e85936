import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SidebarState } from '../../shared/sidebar';
import { findBrowser, type Harness, type OpenPage, startHarness } from './harness';
import { lowContrast, metricTexts, visibleText } from './inspect';
import { commitRows, full, scriptTitle, sessionRows, states } from './states';
import { type ThemeName, themes } from './themes';

const browser = findBrowser();
const shots = process.env.PACEFLOW_SHOTS;
const themeNames = Object.keys(themes) as ThemeName[];
const widths = [220, 240, 300, 360, 400];
const badText = /NaN|undefined|null|Infinity|\[object/;

describe.skipIf(browser === undefined)(
  browser ? 'sidebar in Chromium' : 'sidebar (skipped: no Chromium found, set PACEFLOW_BROWSER)',
  { timeout: 60_000 },
  () => {
    let harness: Harness;
    const opened: OpenPage[] = [];
    beforeAll(async () => {
      harness = await startHarness(browser ?? '');
    }, 60_000);
    afterAll(() => harness.close());

    async function open(theme: ThemeName = 'dark', width = 360, state: SidebarState = full): Promise<OpenPage> {
      const sidebar = await harness.open(theme, width);
      opened.push(sidebar);
      await sidebar.page.evaluate((rows) => {
        const ok = { result: {} };
        window.fake.answers = {
          rows: { result: rows },
          setScope: ok,
          openSql: ok,
          openSession: ok,
          openCommit: ok,
          refresh: ok,
          copyText: ok,
          showWhatWasRead: ok,
        };
      }, sessionRows);
      await show(sidebar, state);
      return sidebar;
    }

    async function show(sidebar: OpenPage, state: SidebarState): Promise<void> {
      await sidebar.send({ type: 'state', state, locale: 'en-GB' });
      await sidebar.page
        .locator(state.state === 'loading' ? '.loading-head' : state.state === 'ready' ? '.coverage' : '.state-page')
        .waitFor();
    }

    const requests = (sidebar: OpenPage, method: string) =>
      sidebar.page.evaluate(
        (wanted) =>
          window.fake.posted.flatMap((message) =>
            message.type === 'request' && message.method === wanted ? [message.params] : [],
          ),
        method,
      );

    test('greets the host once', async () => {
      const { page } = await open();
      expect(await page.evaluate(() => window.fake.posted.filter((message) => message.type === 'ready').length)).toBe(
        1,
      );
    });

    test('shows each value as it is formatted, with what it is of and what it was', async () => {
      const { page } = await open();
      const said = await metricTexts(page);
      expect(said[0]).toBe('Session to commit, 61%, band good, 19 of 31 sessions, ≈ before');
      expect(said[1]).toBe('Debug loops, 16%, band watch, 5 of 31 sessions, +7 pt worse');
      expect(said[2]).toBe('First accepted change, 7 min, band good, median of 26 sessions, was 9 min');
      expect(said[3]).toContain('15.4%, band risk, 40 of 260 edits, \u22127.1 pt better');
      expect(said[6]).toBe('Spend, $120.24, 27 of 28 sessions priced, was $47.10');
      expect(said[7]).toBe('Per commit, $1.58, $30.02 over 19 commits, was $0.072');
      await expect
        .poll(() => page.locator('.coverage').innerText())
        .toMatch(/priced 27 of 28 sessions[\s\S]*12 unknown records[\s\S]*3 problems[\s\S]*read 2 minutes ago/);
    });

    test('says why there is no value, and never a number instead', async () => {
      const { page } = await open('dark', 360, states.sparse);
      const rows = await metricTexts(page);
      expect(rows[0]).toContain('1 of 4, band too few to judge, sessions, too few to judge');
      expect(rows[1]).toContain('No session in this range has an applied edit.');
      expect(rows[1]).not.toMatch(/\d/);
      expect(rows[4]).toContain('No price is known for composer-1.');
      expect(rows[4]).not.toMatch(/\$/);
      for (const row of await page.locator('.metric').all()) {
        await row.click();
      }
      expect(await visibleText(page)).not.toMatch(badText);
    });

    test('a row opens by keyboard, shows how it was counted, its rows and its SQL, and stays open', async () => {
      const sidebar = await open();
      const { page } = sidebar;
      const row = page.getByRole('button', { name: /^Debug loops/ });
      await row.focus();
      await page.keyboard.press('Enter');
      expect(await row.getAttribute('aria-expanded')).toBe('true');
      const detail = page.getByRole('region', { name: 'Debug loops' });
      expect(await detail.innerText()).toContain('good under 10%, risk over 25%');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await detail.getByText('20 of 138 sessions').waitFor();
      expect(await requests(sidebar, 'rows')).toEqual([
        { scope: 'workspace', range: 30, metric: 'debug_loops', limit: 20, offset: 0 },
      ]);
      await detail.getByText('Retry sync upload after 5xx').first().click();
      await detail.getByRole('button', { name: 'Show SQL' }).click();
      await expect.poll(() => requests(sidebar, 'openSession')).toEqual([{ sessionKey: 'claude:0' }]);
      await expect.poll(() => requests(sidebar, 'openSql')).toEqual([{ metric: 'debug_loops' }]);
      expect(await page.evaluate(() => window.fake.kept())).toEqual({
        expanded: ['debug_loops'],
        hidden: [],
        costAs: 'chart',
      });
      await row.press('Space');
      expect(await detail.count()).toBe(0);
    });

    test('output that logs do not count is said under the cost, and its sessions open', async () => {
      const sidebar = await open();
      const { page } = sidebar;
      const cost = page.getByRole('region', { name: 'Cost' });
      await cost.getByText('4 sessions log too few output tokens.').waitFor();
      await cost.getByRole('button', { name: 'Show them' }).nth(1).click();
      const flagged = cost.getByTitle('not logged: about 51k output tokens, about $0.77');
      expect(await flagged.innerText()).toBe('over $3.67');
      expect(await requests(sidebar, 'rows')).toEqual([
        { scope: 'workspace', range: 30, metric: 'underreported', limit: 20, offset: 0 },
      ]);
      // The other sentence of the group is as it was.
      expect(await cost.getByRole('button', { name: 'Show them' }).count()).toBe(1);
    });

    test('titles from logs are inert text', async () => {
      const { page, complaints } = await open();
      await page.getByRole('button', { name: 'Show them' }).first().click();
      await page.locator('.rows').waitFor();
      expect(await page.getByText(scriptTitle, { exact: true }).count()).toBeGreaterThan(0);
      expect(await page.locator('main img, main script, main iframe').count()).toBe(0);
      expect(await page.evaluate(() => window.pwned)).toBeUndefined();
      expect(await page.getByText('Untitled session in relay').count()).toBeGreaterThan(0);
      expect(await visibleText(page)).not.toMatch(/NaN|undefined/);
      expect(complaints).toEqual([]);
    });

    test('commits behind a number open too', async () => {
      const sidebar = await open();
      await sidebar.page.evaluate((rows) => {
        window.fake.answers.rows = { result: rows };
      }, commitRows);
      await sidebar.page.getByRole('button', { name: 'Show them' }).first().click();
      await sidebar.page.getByText('Retry uploads that fail with 503').click();
      await expect
        .poll(() => requests(sidebar, 'openCommit'))
        .toEqual([{ commit: '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432' }]);
    });

    test('a failed request says so and can be tried again', async () => {
      const { page } = await open();
      await page.evaluate(() => {
        const failure = { message: 'The engine stopped.', next: 'Reload the window.' };
        window.fake.answers.rows = { failure };
        window.fake.answers.openSql = { failure };
      });
      await page.getByRole('button', { name: /^Spend/ }).click();
      await page.getByRole('button', { name: 'Show rows' }).click();
      await page.getByText('The engine stopped. Reload the window. Try again').waitFor();
      await page.getByRole('button', { name: 'Show SQL' }).click();
      await page.getByRole('alert').waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    test('an answer of the wrong shape is a failure, not a crash', async () => {
      const { page, complaints } = await open();
      await page.evaluate(() => {
        window.fake.answers.rows = { result: { kind: 'sessions', total: 'many' } };
      });
      await page.getByRole('button', { name: 'Show them' }).first().click();
      await page
        .getByText('This page and the extension are of different versions. Reload the window. Try again')
        .waitFor();
      expect(complaints).toEqual([]);
    });

    test('scope and range are changed by keyboard', async () => {
      const sidebar = await open();
      await sidebar.page.getByLabel('Range').selectOption('90');
      await sidebar.page.getByLabel('Scope').focus();
      await sidebar.page.keyboard.press('ArrowDown');
      await expect
        .poll(() => requests(sidebar, 'setScope'))
        .toEqual([
          { scope: 'workspace', range: 90 },
          { scope: 'all', range: 90 },
        ]);
    });

    test('new data waits while something is open, and moves nothing', async () => {
      const sidebar = await open();
      const { page } = sidebar;
      await page.getByRole('button', { name: /^Spend/ }).click();
      const place = () => page.getByRole('button', { name: /^Spend/ }).boundingBox();
      const before = await place();
      await sidebar.send({ type: 'progress', progress: { text: 'Reading session logs', done: 3, total: 9 } });
      await page.getByText('3 of 9').waitFor();
      await sidebar.send({
        type: 'state',
        locale: 'en-GB',
        state: { ...full, data_version: 8, groups: full.groups.slice(2) },
      });
      await page.getByRole('button', { name: 'New data' }).waitFor();
      expect(await place()).toEqual(before);
      await page.getByRole('button', { name: 'New data' }).click();
      expect(await page.locator('.group').count()).toBe(1);
    });

    test('the chart names itself, its legend hides series, arrows move its tooltip, a table says the same', async () => {
      const { page } = await open();
      const chart = page.getByRole('img', {
        name: /^Cost per day by model, 22 Oct to 20 Nov, \$.* Last, 20 Nov: claude-sonnet-4-5 \$/,
      });
      await chart.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.locator('.tooltip').innerText()).toMatch(/^2\d Oct\s[\s\S]*claude-sonnet-4-5\s+\$/);
      const bars = () => page.locator('.plot .recharts-bar').count();
      expect(await bars()).toBe(5);
      const legend = page.getByRole('list', { name: 'Models' });
      await legend.getByRole('button', { name: 'gpt-5.1-codex' }).click();
      expect(await bars()).toBe(4);
      await legend.getByRole('button', { name: 'claude-opus-4-5' }).click({ modifiers: ['Shift'] });
      expect(await bars()).toBe(1);
      await page.getByRole('button', { name: 'Show as table' }).click();
      expect(await page.getByRole('row').count()).toBe(31);
      expect(await page.getByRole('columnheader').allInnerTexts()).toEqual([
        'Day',
        'Total',
        ...full.cost_by_day.models,
      ]);
    });

    test('empty says where it looked and the one next step', async () => {
      const sidebar = await open('dark', 240, states.empty);
      expect(await visibleText(sidebar.page)).toContain('138 sessions are in other repositories.');
      await sidebar.page.getByRole('button', { name: 'Show all repositories' }).click();
      await expect.poll(() => requests(sidebar, 'setScope')).toEqual([{ scope: 'all', range: 30 }]);
      await show(sidebar, states.emptyBefore);
      await sidebar.page.getByRole('button', { name: 'Show everything' }).click();
      await expect.poll(() => requests(sidebar, 'setScope')).toContainEqual({ scope: 'workspace', range: 'all' });
      await show(sidebar, states.emptyNothing);
      await sidebar.page
        .getByText('Looked in 4 places and found no log. If your agent runs elsewhere, open this window there.')
        .waitFor();
    });

    test('an error stands above the numbers that were there', async () => {
      const sidebar = await open();
      await show(sidebar, states.error);
      await sidebar.page.getByText('The database is locked by another window.').waitFor();
      expect(await sidebar.page.locator('.metric').count()).toBe(9);
      await sidebar.page.getByRole('button', { name: 'Copy details' }).click();
      await sidebar.page.getByRole('button', { name: 'Copied' }).waitFor();
      await sidebar.page.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => requests(sidebar, 'refresh')).toEqual([{}]);
    });

    test('loading says how far it is', async () => {
      const { page } = await open('dark', 360, states.loading);
      expect(await page.locator('.loading-head').innerText()).toMatch(/Reading session logs\s+118 of 1,272/);
      expect(await page.getByRole('progressbar').getAttribute('value')).toBe('118');
    });

    test.each(themeNames)('%s: every text is readable, nothing overflows, nothing is blocked', async (theme) => {
      const sidebar = await open(theme);
      const { page } = sidebar;
      for (const [name, state] of Object.entries(states)) {
        await show(sidebar, state);
        for (const toggle of name === 'full'
          ? [/^Debug loops/, 'Show rows', 'Show as table']
          : name === 'sparse'
            ? [/^Session to commit/]
            : []) {
          await page.getByRole('button', { name: toggle }).click();
        }
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 });
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth),
            `${name} at ${width} px`,
          ).toBeLessThanOrEqual(width);
          if (shots && (width === 240 || width === 360)) {
            mkdirSync(shots, { recursive: true });
            await page.screenshot({ path: `${shots}/${name}-${theme}-${width}.png`, fullPage: true });
          }
        }
        expect(await lowContrast(page), name).toEqual([]);
        if (name === 'full') {
          await page.getByRole('button', { name: 'Show as table' }).click();
          await page.locator('.plot svg[role=img]').focus();
          await page.keyboard.press('ArrowRight');
          await page.locator('.tooltip').waitFor();
          expect(await lowContrast(page), 'chart').toEqual([]);
        }
        expect(await visibleText(page), name).not.toMatch(badText);
      }
    });

    test('what the policy blocks would be seen here', async () => {
      const { page, complaints } = await harness.open('dark', 360);
      await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
      await page.evaluate(() =>
        document.head.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' })),
      );
      await expect
        .poll(() => complaints.filter((complaint) => complaint.includes('Content Security Policy')).length)
        .toBe(2);
    });

    test('the policy blocked nothing and the console is empty', () => {
      expect(opened.flatMap((sidebar) => sidebar.complaints)).toEqual([]);
    });
  },
);
