import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of a test's own, where the right to mount is there. */
export function mountSmallDisk(below: string, options: string): { path: string; end(): void } | undefined {
  const path = join(below, 'disk');
  mkdirSync(path);
  chmodSync(path, 0o700);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { path, end: () => execFileSync('umount', [path]) };
}
