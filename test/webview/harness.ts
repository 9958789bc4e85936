import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { FromView, ToView } from '../../shared/viewMessages';
import { now } from './states';
import { type ThemeName, themes } from './themes';

const root = resolve(import.meta.dirname, '../..');
const nonce = 'c2lkZWJhcg';

/** Exactly what the extension may send, and no more: styles from the file alone, scripts by nonce. */
const contentSecurityPolicy = `default-src 'none'; style-src 'self'; script-src 'nonce-${nonce}'`;

/** What VS Code puts under every page, in so far as it could shine through. */
const editorDefaults = `@layer vscode-default { html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: 13px; margin: 0; padding: 0 20px; }
a, a code { color: var(--vscode-textLink-foreground); } a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
code { font-family: monospace; color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; } }`;

/** Stands in for VS Code: keeps what the page posts, and what it wants kept. */
const fakeEditor = `(() => {
  const posted = []; let kept;
  window.fake = { posted, answers: {}, kept: () => kept, send: (message) => window.postMessage(message, '*') };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      posted.push(structuredClone(message));
      if (message.type === 'request' && message.method in window.fake.answers) {
        const answer = window.fake.answers[message.method];
        window.fake.send(answer.failure ? { type: 'failure', id: message.id, ...answer.failure } : { type: 'response', id: message.id, result: answer.result });
      }
    },
    getState: () => kept,
    setState: (state) => { kept = JSON.parse(JSON.stringify(state)); },
  });
})()`;

interface Fake {
  posted: FromView[];
  answers: Record<string, { result?: unknown; failure?: { message: string; next: string } }>;
  kept(): unknown;
  send(message: ToView): void;
}
declare global {
  interface Window {
    fake: Fake;
    pwned?: number;
  }
}

/** A Chromium that runs; Ubuntu's chromium-browser may be a stub that only points to a snap. */
export function findBrowser(): string | undefined {
  const chosen = process.env.PACEFLOW_BROWSER ?? process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return [chosen, '/usr/bin/chromium', '/usr/bin/chromium-browser', ...onPath].find(
    (file) =>
      file !== undefined && existsSync(file) && spawnSync(file, ['--version'], { timeout: 20_000 }).status === 0,
  );
}

/** Bundles the page with the options of scripts/build.mjs. */
async function bundle(): Promise<{ script: string; styles: string }> {
  const result = await build({
    entryPoints: { sidebar: join(root, 'webview/sidebar/main.tsx') },
    outdir: join(root, 'dist/webview'),
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  });
  const text = (end: string) => result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? '';
  return { script: text('.js'), styles: text('.css') };
}

export interface Harness {
  bytes: number;
  open(theme: ThemeName, width: number, height?: number): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  page: Page;
  /** Errors of the console and of the policy so far. */
  complaints: string[];
  send(message: ToView): Promise<void>;
}

export async function startHarness(browserPath: string): Promise<Harness> {
  const { script, styles } = await bundle();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const serve = (type: string, body: string) =>
      response
        .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': contentSecurityPolicy })
        .end(body);
    switch (url.pathname) {
      case '/':
        return serve('text/html', pageOf((url.searchParams.get('theme') ?? 'dark') as ThemeName));
      case '/sidebar.js':
        return serve('text/javascript', script);
      case '/sidebar.css':
        return serve('text/css', styles);
      case '/fake.js':
        return serve('text/javascript', fakeEditor);
      case '/theme.css':
        return serve(
          'text/css',
          `${editorDefaults}\n:root { ${variablesOf((url.searchParams.get('theme') ?? 'dark') as ThemeName)} }`,
        );
      default:
        return response.writeHead(204).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const browser: Browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });

  return {
    bytes: script.length,
    open: async (theme, width, height = 900) => {
      const context = await browser.newContext({
        viewport: { width, height },
        locale: 'en-GB',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.clock.setFixedTime(now);
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') {
          complaints.push(message.text());
        }
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${origin}/?theme=${theme}`);
      return { page, complaints, send: (message) => page.evaluate((sent) => window.fake.send(sent), message) };
    },
    close: async () => {
      await browser.close();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function variablesOf(theme: ThemeName): string {
  return Object.entries(themes[theme].variables)
    .map(([name, value]) => `${name}: ${value};`)
    .join(' ');
}

function pageOf(theme: ThemeName): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="stylesheet" href="/theme.css?theme=${theme}"><link rel="stylesheet" href="/sidebar.css"></head>
<body class="${themes[theme].bodyClass}"><div id="root"></div><script nonce="${nonce}" src="/fake.js"></script><script nonce="${nonce}" src="/sidebar.js"></script></body></html>`;
}
