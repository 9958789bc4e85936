import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Host, root } from './host';
import { runMarker } from './processes';

export interface Browser {
  context: BrowserContext;
  page: Page;
  /** The errors that the page's console has shown so far. */
  problems: string[];
  close(): Promise<void>;
}

const chromiumArguments = [
  '--no-sandbox', // Chromium refuses to run as root with it
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--force-color-profile=srgb',
];

/** Known noise of a workbench without marketplace and native modules. */
const harmless = /vsda|status of 404|spdlog|watchdog|IDBDatabase|net::ERR_ABORTED/;

/** A headless Chromium with a profile of its own. scripts/test.mjs names its program in PACEFLOW_BROWSER. */
export async function openBrowser(host: Host): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'paceflow-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.PACEFLOW_BROWSER ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1360, height: 860 },
    args: chromiumArguments,
    env: { ...definedOnly(process.env), HOME: profile, [runMarker]: host.run },
    // stopOnSignals closes it in its turn.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  context.setDefaultTimeout(30_000);
  const problems: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' && !harmless.test(message.text()))
      problems.push(message.text().replaceAll('%c', '').split('\n', 3).join('\n').slice(0, 400));
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 });
  };
  return { context, page, problems, close };
}

/** Takes a picture into test-results/, best effort: it must not hide the failure it is to explain. */
export async function pictureFailure(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(root, 'test-results', `${name}.png`) }).catch(() => undefined);
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
