import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './runProgram.mjs';

export const ccusageVersion = '20.0.24';

/**
 * Installs ccusage into `folder` from the npm registry; its native program, without the Node launcher in front of it.
 * @returns {{ program: string[] } | { reason: string }} words that start it, or why there are none
 */
export function installCcusage(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    const words = ['install', '--prefix', folder, '--no-audit', '--no-fund', `ccusage@${ccusageVersion}`];
    execFileSync('npm', words, { stdio: 'pipe', timeout: 120_000 });
  } catch (error) {
    return { reason: `npm could not install it: ${String(error.message).split('\n')[0]}` };
  }
  const native = join(folder, 'node_modules/@ccusage', `ccusage-${process.platform}-${process.arch}`, 'bin/ccusage');
  if (!existsSync(native)) return { program: [process.execPath, join(folder, 'node_modules/ccusage/src/cli.js')] };
  chmodSync(native, 0o755);
  return { program: [native] };
}

/** One report over a home's Claude logs; its total tokens by class besides the time. */
export async function runCcusage(program, home) {
  const run = await runProgram([...program, 'claude', 'daily', '--offline', '--json'], {
    home,
    variables: { CLAUDE_CONFIG_DIR: join(home, '.claude'), TZ: 'UTC' },
  });
  return { ...run, totals: JSON.parse(run.output).totals };
}
