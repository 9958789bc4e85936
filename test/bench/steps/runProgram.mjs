import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const timer = '/usr/bin/time';

/**
 * Runs a program to its end with nothing of this machine's home in its environment.
 * @param {string[]} words the program and its arguments
 * @param {{ home: string, variables?: Record<string, string> }} options
 * @returns {Promise<{ seconds: number, peakBytes: number, output: string }>} wall time, peak resident memory, stdout
 */
export async function runProgram(words, { home, variables = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'paceflow-time-'));
  const measure = join(folder, 'peak');
  const isTimed = existsSync(timer);
  const [program, ...rest] = isTimed ? [timer, '-f', '%M', '-o', measure, ...words] : words;
  const startedAt = performance.now();
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, HOME: home, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let polled = 0;
  const poll = isTimed ? undefined : setInterval(() => (polled = Math.max(polled, peakOf(child.pid))), 20);
  const output = [];
  const errors = [];
  child.stdout.on('data', (data) => output.push(data));
  child.stderr.on('data', (data) => errors.push(data));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(poll);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${Buffer.concat(errors)}`);
  const peakBytes = isTimed ? Number(readFileSync(measure, 'utf8').trim().split('\n').at(-1)) * 1024 : polled;
  rmSync(folder, { recursive: true });
  return { seconds, peakBytes, output: Buffer.concat(output).toString('utf8') };
}

/** The kernel's high-water mark of a process; 0 where there is no /proc. */
function peakOf(pid) {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) * 1024 : 0;
  } catch {
    return 0;
  }
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
