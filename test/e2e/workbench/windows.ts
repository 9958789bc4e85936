import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { look } from '../../../extension/rendezvous/look';
import { placeOf } from '../../../extension/rendezvous/place';
import { reachEngine } from '../../../extension/rendezvous/reach';
import { startEngine } from '../../../extension/rendezvous/startEngine';
import { engineProtocol } from '../../../shared/contract';
import { endAll, enginesOf, oneEngine, parentOf } from '../engines';
import { type Host, root } from '../host';
import { rowOf, showEverything, shownValue } from '../metricsPage';
import { pause } from '../processes';
import type { Scenario } from '../scenario';
import type { WorkbenchWindow } from '../workbenchWindow';

interface TwoWindows {
  first: WorkbenchWindow;
  second: WorkbenchWindow;
  pages: FrameLocator[];
}

type Context = Parameters<Scenario['run']>[0];

/** Two windows that show everything, and the one engine behind them. */
async function openTwo(context: Context): Promise<TwoWindows & { engine: number }> {
  const first: WorkbenchWindow = context;
  endAll(context.host.base);
  await first.openWorkbench();
  const one = await first.openSidebar();
  await showEverything(one);
  const second = await context.secondWindow();
  await second.openWorkbench('Default Light Modern');
  const other = await second.openSidebar();
  await showEverything(other);
  return { first, second, pages: [one, other], engine: await oneEngine(context.host.base) };
}

async function noToast(...windows: { page: Page }[]): Promise<void> {
  for (const { page } of windows)
    assert.equal(await page.locator('.notification-toast', { hasText: 'Paceflow' }).count(), 0, 'no message is shown');
}

/** Loads the page anew: the sidebar was open, so it comes back by itself. */
async function reload({ page, sidebarFrame }: WorkbenchWindow): Promise<FrameLocator> {
  await page.reload();
  await page.locator('.activitybar .action-item').first().waitFor({ timeout: 60_000 });
  await sidebarFrame().locator('.group').first().waitFor({ timeout: 100_000 });
  await showEverything(sidebarFrame());
  return sidebarFrame();
}

/** Reads the logs by command: the window speaks with an engine. */
async function refresh(window: WorkbenchWindow): Promise<void> {
  await window.runCommand('Paceflow: Refresh');
  await window.page.locator('.statusbar', { hasText: 'sessions known' }).waitFor({ timeout: 60_000 });
}

/** A session of this very moment in the sample home, removed afterwards. */
async function withNewSession(home: string, work: () => Promise<void>): Promise<void> {
  const folder = path.join(home, '.claude/projects/-paceflow-engine');
  const session = 'e2e00000-0000-4000-8000-000000000002';
  const record = {
    ...{ type: 'user', uuid: 'e2e-2', parentUuid: null, isSidechain: false, userType: 'external' },
    ...{ cwd: '/paceflow/engine', sessionId: session, version: '2.1.219', timestamp: new Date().toISOString() },
    message: { role: 'user', content: 'Share one engine' },
  };
  mkdirSync(folder, { recursive: true });
  try {
    appendFileSync(path.join(folder, `${session}.jsonl`), `${JSON.stringify(record)}\n`);
    await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The installed program under another version: what a window that was updated starts. */
function programOf(version: string): { script: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'paceflow-newer-'));
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), {
    recursive: true,
    filter: (file) => !file.includes(`${path.sep}test`),
  });
  cpSync(path.join(root, 'sql'), path.join(folder, 'sql'), { recursive: true });
  const script = path.join(folder, 'dist/engine.js');
  const own: { version: string } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  writeFileSync(script, readFileSync(script, 'utf8').replaceAll(`"${own.version}"`, `"${version}"`));
  return { script, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const databaseOf = (host: Host): string => path.join(host.storage, 'paceflow.db');
const clientOf = (version: string) =>
  ({ protocol: engineProtocol, version, role: 'window', pid: process.pid }) as const;

export const scenarios: Scenario[] = [
  {
    name: 'two windows share one engine, and what one reads the other shows',
    async run(context) {
      const { first, second, pages, engine } = await openTwo(context);
      const [one, other] = pages;
      assert.ok(one && other && context.sampleHome);
      for (const label of ['Sessions', 'Prompts per session', 'Spend'])
        assert.equal(await shownValue(other, label), await shownValue(one, label), label);
      const before = Number(await shownValue(other, 'Sessions'));
      await withNewSession(context.sampleHome, async () => {
        await refresh(first);
        const value = rowOf(other, 'Sessions').locator('.value', { hasText: String(before + 1) });
        await value.waitFor({ timeout: 30_000 });
      });
      assert.deepEqual(enginesOf(context.host.base), [engine]);
      await noToast(first, second);
    },
  },
  {
    name: 'the engine outlives the window that started it, killed',
    async run(context) {
      const { first, second, pages, engine } = await openTwo(context);
      const [, other] = pages;
      assert.ok(other);
      const sessions = await shownValue(other, 'Sessions');
      const starter = parentOf(engine);
      assert.ok(starter > 1, 'the extension host that started the engine is its parent');
      process.kill(starter, 'SIGKILL');
      await pause(2_000);
      assert.deepEqual(enginesOf(context.host.base), [engine], 'killed');
      await refresh(second);
      assert.equal(await shownValue(other, 'Sessions'), sessions);
      const again = await reload(first);
      assert.equal(await shownValue(again, 'Sessions'), sessions);
      assert.deepEqual(enginesOf(context.host.base), [engine], 'its window is back');
      await noToast(second);
    },
  },
  {
    name: 'the engine outlives its windows, reloaded and closed',
    async run(context) {
      const { first, second, pages, engine } = await openTwo(context);
      const [, other] = pages;
      assert.ok(other);
      const sessions = await shownValue(other, 'Sessions');
      for (const [window, name] of [
        [first, 'the first is reloaded'],
        [second, 'the second is reloaded'],
      ] as const) {
        const again = await reload(window);
        assert.equal(await shownValue(again, 'Sessions'), sessions, name);
        assert.deepEqual(enginesOf(context.host.base), [engine], name);
      }

      await first.page.close();
      await refresh(second);
      assert.deepEqual(enginesOf(context.host.base), [engine], 'closed');
      await noToast(second);
    },
  },
  {
    name: 'the engine is killed under two windows, again and again: both come back on one, and nobody is told',
    async run(context) {
      const { first, second, pages, engine } = await openTwo(context);
      const [one, other] = pages;
      assert.ok(one && other);
      // What stories before this one wrote may still be read.
      await refresh(first);
      const sessions = await shownValue(one, 'Sessions');
      const killed = [engine];
      for (let round = 0; round < 3; round++) {
        const last = killed.at(-1);
        assert.ok(last !== undefined);
        process.kill(last, 'SIGKILL');
        killed.push(await oneEngine(context.host.base, killed));
      }
      for (const [window, page] of [
        [first, one],
        [second, other],
      ] as const) {
        await page.locator('.meanwhile', { hasText: 'Reconnecting' }).waitFor({ state: 'detached', timeout: 60_000 });
        await refresh(window);
        assert.equal(await shownValue(page, 'Sessions'), sessions);
      }
      assert.deepEqual(enginesOf(context.host.base), [killed.at(-1)]);
      await noToast(first, second);
    },
  },
  {
    name: 'a newer window takes over with its engine, and older windows stay with it; an older one is served',
    async run(context) {
      const { first, second, pages, engine } = await openTwo(context);
      const place = placeOf(databaseOf(context.host));
      const older = await look(place, clientOf('0.0.1'), 5_000);
      assert.ok(older.kind === 'greeted' && older.welcome.pid === engine, 'an older window is served as it is');
      older.socket.destroy();

      const { script, remove } = programOf('99.0.0');
      try {
        const newer = await reachEngine({
          place,
          hello: clientOf('99.0.0'),
          start: () =>
            startEngine({
              ...{ place, script, inspect: undefined, onError: assert.ifError },
              environment: { ...process.env, PACEFLOW_TEST_RUN: context.host.run },
            }),
          signal: AbortSignal.timeout(60_000),
          patienceMs: 0,
          onHindrance: () => undefined,
          log: () => undefined,
        });
        assert.equal(newer.welcome.version, '99.0.0');
        for (const [window, page] of [
          [first, pages[0]],
          [second, pages[1]],
        ] as const) {
          assert.ok(page);
          await page.locator('.meanwhile', { hasText: 'Reconnecting' }).waitFor({ state: 'detached', timeout: 60_000 });
          await refresh(window);
        }
        assert.deepEqual(enginesOf(context.host.base), [newer.welcome.pid], 'one engine, the newer one');
        await noToast(first, second);
        newer.socket.destroy();
        process.kill(newer.welcome.pid, 'SIGTERM');
        await oneEngine(context.host.base, [newer.welcome.pid]);
      } finally {
        remove();
      }
    },
  },
  {
    name: 'a hung engine is ended, and a window that comes meanwhile gets the next one',
    async run(context) {
      const { first, second, engine } = await openTwo(context);
      process.kill(engine, 'SIGSTOP');
      await reload(second);
      assert.notEqual(await oneEngine(context.host.base, [engine]), engine);
      await refresh(first);
      await noToast(first, second);
    },
  },
  {
    name: 'a hung engine is ended, and what was asked of it is answered by the next one',
    async run(context) {
      const { first, second, engine } = await openTwo(context);
      process.kill(engine, 'SIGSTOP');
      await first.runCommand('Paceflow: Refresh');
      assert.notEqual(await oneEngine(context.host.base, [engine]), engine);
      await first.page.locator('.statusbar', { hasText: 'sessions known' }).waitFor({ timeout: 60_000 });
      await refresh(second);
      await noToast(first, second);
    },
  },
];
