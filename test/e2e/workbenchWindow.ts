import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { type Host, root, type Theme, themes, windowAddress } from './host';
import { pause } from './processes';

/** One VS Code window, and what a person does in it. */
export interface WorkbenchWindow {
  page: Page;
  /** Opens the window, or loads it anew, in this theme (dark where none is named), with these settings on top. */
  openWorkbench(theme?: Theme, settings?: Record<string, unknown>): Promise<void>;
  /** Shows Paceflow's sidebar by its icon in the activity bar, and waits for its page. */
  openSidebar(): Promise<FrameLocator>;
  /** The page inside the sidebar's webview. */
  sidebarFrame(): FrameLocator;
  /** The page inside the webview of the active editor tab, such as the dashboard. */
  editorFrame(): FrameLocator;
  /** Runs a command by its title in the command palette, category included: `Paceflow: Refresh`. */
  runCommand(title: string): Promise<void>;
  /** Opens a file of the workspace through quick open, and waits for its tab. */
  openFile(name: string): Promise<void>;
  /** Points at the first place in the active editor where this text stands, and returns the hover's text. */
  hoverWord(text: string): Promise<string>;
  /** Waits for a notification with this text: where it pops up, or in the list of notifications. */
  notification(text: string): Promise<void>;
  /** Moves the mouse and the keyboard's focus away, so that no hover or list is left open. */
  dismiss(): Promise<void>;
  /** Takes a picture into docs/screenshots/ when PACEFLOW_SCREENSHOTS=1, else does nothing. */
  screenshot(name: string): Promise<void>;
}

/** @param development a folder with an extension under development; none where the extension is installed */
export function workbenchWindow(
  host: Host,
  context: BrowserContext,
  page: Page,
  development?: string,
): WorkbenchWindow {
  const webview = (condition: string) =>
    page.frameLocator(`iframe.webview.ready${condition}`).first().frameLocator('#active-frame');
  const sidebarFrame = () => webview('[src*="extensionId=paceflow.paceflow"][src*="purpose=webviewView"]');
  const editorFrame = () => webview('[src*="extensionId=paceflow.paceflow"]:not([src*="purpose=webviewView"])');

  /** Opens quick input with nothing of the page in the keyboard's way: a focused webview would get the key first. */
  async function quickInput(text: string): Promise<void> {
    const input = page.locator('.quick-input-widget:visible input').first();
    for (let attempt = 0; attempt < 5; attempt++) {
      await page.evaluate(() =>
        document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
      );
      await page.keyboard.press('F1');
      const shown = await input.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      if (shown) return input.fill(text);
    }
    throw new Error('the command palette did not open');
  }

  async function pick(text: string): Promise<void> {
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.waitFor();
    await row.click();
  }

  async function dismiss(): Promise<void> {
    await page.mouse.move(680, 1);
    await page.keyboard.press('Escape');
  }

  async function runCommand(title: string): Promise<void> {
    await quickInput(`>${title}`);
    await pick(title);
  }

  async function hoverWord(text: string): Promise<string> {
    const content = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content:visible').first();
    const deadline = Date.now() + 30_000;
    let place: { x: number; y: number } | undefined;
    for (let attempt = 0; Date.now() < deadline; attempt++) {
      place = await page.evaluate(centreOf, text);
      if (place === undefined) {
        await pause(200);
        continue;
      }
      // A hover opens on movement: the mouse comes from elsewhere, and shifts by a pixel at each try.
      await page.mouse.move(place.x + 40, place.y + 200);
      await page.mouse.move(place.x + (attempt % 2), place.y, { steps: 4 });
      for (let look = 0; look < 20; look++) {
        await pause(150);
        const said = (await content.allInnerTexts()).join('\n').trim();
        if (said !== '' && !/^Loading/.test(said)) return said;
      }
    }
    throw new Error(
      place === undefined ? `"${text}" is not in the visible part of an editor` : `no hover on "${text}"`,
    );
  }

  return {
    page,
    sidebarFrame,
    editorFrame,
    hoverWord,
    runCommand,
    dismiss,
    async openWorkbench(theme = 'Default Dark Modern', settings = {}) {
      host.writeSettings({ 'workbench.colorTheme': theme, ...settings });
      // The last window's editors and views must not come back: each opening is a first one.
      await page.goto('about:blank');
      await forgetWindows(context, host);
      await page.goto(windowAddress(host, development === undefined ? undefined : { extension: development }));
      await page.locator(`.monaco-workbench.${themes[theme]}`).waitFor({ timeout: 60_000 });
      await page.locator('.activitybar .action-item').first().waitFor({ timeout: 60_000 });
    },
    async openSidebar() {
      const icon = page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="Paceflow"]') }).first();
      await icon.waitFor({ timeout: 60_000 });
      // A click on the icon of the view that is open closes it.
      if (!/\bchecked\b/.test((await icon.getAttribute('class')) ?? '')) await icon.click();
      await sidebarFrame().locator('body *').first().waitFor({ state: 'attached', timeout: 60_000 });
      return sidebarFrame();
    },
    async notification(text) {
      // With an extension under development, notifications do not pop up (see HostOptions).
      if (development !== undefined) await runCommand('Notifications: Show Notifications');
      await page
        .locator(development === undefined ? '.notification-toast' : '.notifications-center', { hasText: text })
        .waitFor();
    },
    async openFile(name) {
      await quickInput(name);
      await pick(path.basename(name));
      await page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
      await page.locator('.monaco-editor .view-line').first().waitFor();
    },
    async screenshot(name) {
      if (process.env.PACEFLOW_SCREENSHOTS !== '1') return;
      const file = path.join(root, `docs/screenshots/${name}.png`);
      mkdirSync(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file, animations: 'disabled' });
    },
  };
}

/** Removes what VS Code keeps in the browser about earlier windows (layout, open editors, recent commands). */
async function forgetWindows(context: BrowserContext, host: Host): Promise<void> {
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: host.url, storageTypes: 'indexeddb,local_storage' });
  } finally {
    await page.close();
  }
}

/** Runs in the page: where a text stands in an editor, also in the middle of a longer piece of one colour. */
function centreOf(text: string): { x: number; y: number } | undefined {
  for (const line of document.querySelectorAll('.monaco-editor .view-lines .view-line')) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // The editor draws spaces as no-break spaces.
      const start = (node.textContent ?? '').replaceAll('\u00a0', ' ').indexOf(text);
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, start + text.length);
      const box = range.getBoundingClientRect();
      if (box.width > 0) return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }
  }
  return undefined;
}
