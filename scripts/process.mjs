/**
 * Runs programs in process groups of their own, so that a time-out, Ctrl-C or a crash of the caller ends their
 * children too.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const windows = process.platform === 'win32';
const running = new Set();

// CI makes several programs colour a log that nobody sees on a terminal.
if (!process.stdout.isTTY) {
  delete process.env.FORCE_COLOR;
  process.env.NO_COLOR = '1';
}

/** Signals a child and everything it started. A group that is gone already is fine. */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nobody is left.
  }
}

/** Asks a group to end, and makes it end after `graceMs` where it does not. */
function endGroup(child, graceMs) {
  signalGroup(child, 'SIGTERM');
  return setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // The groups are not the terminal's foreground group: the signal reached only this process. They get time to
    // end what they themselves started (code-server, Chromium), then this process goes as if the signal had ended it.
    for (const child of running) signalGroup(child, 'SIGTERM');
    const deadline = Date.now() + 8_000;
    setInterval(() => {
      if (running.size > 0 && Date.now() < deadline) return;
      for (const child of running) signalGroup(child, 'SIGKILL');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }, 100);
  });
}
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/**
 * Runs a program to its end; standard input is empty.
 * @param {string} program
 * @param {string[]} programArguments
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, output?: 'inherit' | 'capture', timeoutMs?: number, name?: string }} [options]
 *   `capture` keeps standard output and error apart from the terminal and hands them back as one text; `name` is what
 *   messages call the program.
 * @returns {Promise<{ ok: boolean, code: number | null, output: string, problem?: string }>} `problem` says in a few
 *   words why it is not ok; a program that cannot be started is not ok, never an exception.
 */
export function run(program, programArguments, options = {}) {
  const { cwd = root, env, output = 'inherit', timeoutMs = 600_000, name = path.basename(program) } = options;
  return new Promise((resolve) => {
    const stdio = output === 'capture' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    // npm is a .cmd file on Windows, which only a shell can start.
    const shell = windows && program === 'npm';
    const child = spawn(program, programArguments, {
      cwd,
      env: { ...process.env, ...env },
      stdio,
      detached: !windows,
      shell,
      windowsHide: true,
    });
    running.add(child);
    let text = '';
    let timedOut = false;
    let killTimer;
    const timer = setTimeout(() => {
      timedOut = true;
      killTimer = endGroup(child, 8_000);
    }, timeoutMs);
    const finish = (code, problem) => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      running.delete(child);
      resolve({ ok: problem === undefined, code, output: text, ...(problem === undefined ? {} : { problem }) });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
    }
    child.once('error', (error) =>
      finish(null, error.code === 'ENOENT' ? `${name} is not installed` : `${name}: ${error.message}`),
    );
    // What is left of the group would outlive its leader, and hold the pipes open, so that `close` never came.
    child.once('exit', () => {
      if (!windows) signalGroup(child, 'SIGKILL');
    });
    child.once('close', (code, signal) => {
      if (timedOut) return finish(code, `${name} had not ended after ${Math.round(timeoutMs / 1000)} s`);
      if (code !== 0)
        return finish(code, `${name} ended with ${code === null ? `signal ${signal}` : `exit code ${code}`}`);
      return finish(code);
    });
  });
}

/**
 * Where an installed package's program is. Starting it with Node directly is faster than npx, and works the same on
 * Windows.
 * @returns {string} the absolute path of its JavaScript file
 */
export function packageProgram(packageName, programName = packageName) {
  const folder = path.join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[programName]);
}

/** Runs an installed package's program; see `run` and `packageProgram`. */
export function runPackage(packageName, programName, programArguments, options) {
  const file = packageProgram(packageName, programName);
  return run(process.execPath, [file, ...programArguments], { name: programName, ...options });
}

/** The first folder of PATH that has this program, as an absolute path, or undefined. */
export function findOnPath(program) {
  const endings = windows ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

/** The last lines of a long text. */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** A long text for a message: how it began and how it ended. Some programs say what is wrong first, some last. */
export function excerpt(text) {
  const lines = text.trim().split('\n');
  return (lines.length <= 20 ? lines : [...lines.slice(0, 10), '…', ...lines.slice(-10)]).join('\n');
}
