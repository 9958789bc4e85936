import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { failureOf, GitFailed } from './process/failures';
import { type GitArguments, hardenedArguments, hardenedEnvironment, KNOWN_ENVIRONMENT } from './process/hardening';
import { findGitProgram } from './process/program';

export interface RunOptions {
  signal?: AbortSignal;
  /** Written to git's standard input. */
  input?: string;
  /** Exit codes that are answers, not failures: `git config --get` says 1 for "not set". Default: 0 only. */
  answers?: readonly number[];
  /** Milliseconds of silence after which git is ended. Default: 60,000. */
  silence?: number;
}

export interface GitOutput {
  /** Decoded as UTF-8; what is not UTF-8 became U+FFFD. */
  stdout: string;
  /** What git warned of, though it succeeded. */
  stderr: string;
  exitCode: number;
}

/** simple-git guards against just these settings; here they are set to make git safer, by us alone. */
const OWN_SETTINGS: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeCustomBinary: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
};

/**
 * Runs a short command whose output fits in memory, in `folder`, hardened.
 * @throws GitMissing, GitFailed; the signal's reason when aborted
 */
export async function runGit(folder: string, args: GitArguments, options: RunOptions = {}): Promise<GitOutput> {
  const { signal, input, answers = [0], silence = 60_000 } = options;
  signal?.throwIfAborted();
  const binary = await findGitProgram(process.env);
  const withoutFilters = await filtersOff(folder, args);
  let output: GitOutput | undefined;
  try {
    await simpleGit({
      baseDir: folder,
      binary,
      allowEnvironment: KNOWN_ENVIRONMENT,
      unsafe: OWN_SETTINGS,
      timeout: { block: silence },
      // By default simple-git stops listening 50 ms after the exit, though output may still be in the pipe.
      completion: { onClose: true, onExit: false },
      // Without input simple-git leaves the pipe open, and git would wait; a newline is read by no command of ours.
      input: () => input || '\n',
      errors(error, { stdOut, stdErr, exitCode }) {
        output = { stdout: Buffer.concat(stdOut).toString(), stderr: Buffer.concat(stdErr).toString(), exitCode };
        return error instanceof Error && !answers.includes(exitCode) ? error : undefined;
      },
      ...(signal && { abort: signal }),
    })
      .env(hardenedEnvironment(process.env))
      .raw(hardenedArguments(args, withoutFilters));
  } catch (error) {
    signal?.throwIfAborted();
    throw failureOf(args, output?.stderr || messageOf(error));
  }
  signal?.throwIfAborted();
  if (!output) throw new GitFailed(args, 'no output');
  if (!answers.includes(output.exitCode)) throw failureOf(args, output.stderr);
  return output;
}

export interface StreamOptions {
  signal?: AbortSignal;
  input?: string | Uint8Array;
}

/**
 * Runs a command whose output may be of any size; hands its bytes on as they come and reads no faster than the
 * caller. Leaving the loop early ends git.
 * @throws GitMissing, GitFailed (after what could be read); the signal's reason when aborted
 */
export async function* streamGit(
  folder: string,
  args: GitArguments,
  { signal, input }: StreamOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const program = await findGitProgram(process.env);
  const child = spawn(program, hardenedArguments(args, await filtersOff(folder, args)), {
    cwd: folder,
    env: hardenedEnvironment(process.env),
    stdio: 'pipe',
    windowsHide: true,
  });
  const end = () => void child.kill();
  const stderr: string[] = [];
  let startFailure: unknown;
  child.on('error', (error) => (startFailure = error));
  const closed = once(child, 'close').catch((error: unknown) => (startFailure = error));
  signal?.addEventListener('abort', end, { once: true });
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.length < 64 && stderr.push(text));
  // git may end before it has read all of its input: its exit code tells, not the broken pipe.
  child.stdin.on('error', () => undefined).end(input ?? '');
  try {
    for await (const chunk of child.stdout) {
      signal?.throwIfAborted();
      yield chunk as Uint8Array;
    }
    await closed;
    signal?.throwIfAborted();
    if (child.exitCode !== 0)
      throw failureOf(args, stderr.join('') || `ended by ${child.signalCode ?? child.exitCode}`);
  } catch (error) {
    signal?.throwIfAborted();
    throw startFailure ? new GitFailed(args, messageOf(startFailure)) : error;
  } finally {
    signal?.removeEventListener('abort', end);
    if (child.exitCode === null && child.signalCode === null) end();
    await closed;
  }
}

/**
 * Settings that disable every filter that the configuration knows: measured, `git blame` of the working tree or of
 * `--contents` runs their programs. There is no switch for all.
 */
async function filtersOff(folder: string, args: GitArguments): Promise<string[]> {
  if (args[0] !== 'blame') return [];
  const pattern = '^filter\\..*\\.(clean|process|smudge|required)$';
  const { stdout } = await runGit(folder, ['config', '-z', '--name-only', '--get-regexp', pattern], {
    answers: [0, 1],
  });
  const names = [...new Set(stdout.split('\0').filter((name) => name !== ''))];
  // `-c` ends a name at its first `=`: such a filter could not be disabled.
  if (names.some((name) => name.includes('='))) throw new GitFailed(args, `a filter with "=" in its name: ${names}`);
  return names.map((name) => (name.endsWith('.required') ? `${name}=false` : `${name}=`));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
