import { posix, win32 } from 'node:path';

const drive = /^[A-Za-z]:[\\/]/;

/** `~` counts as absolute: where it points does not depend on the current folder. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || path.startsWith('~') || path.startsWith('\\\\') || drive.test(path);
}

/**
 * A path of a command line seen from `folder`. With an unknown folder a relative path stays as it is. On Windows the
 * shell is Git Bash: `/d/src` is `D:\src` there.
 */
export function resolvePath(folder: string | undefined, path: string): string | undefined {
  if (path === '') return undefined;
  const isWindows = folder !== undefined && (drive.test(folder) || folder.startsWith('\\\\'));
  if (isWindows) {
    const mounted = /^\/([A-Za-z])(\/.*|$)/.exec(path);
    if (mounted !== null) return win32.normalize(`${(mounted[1] ?? '').toUpperCase()}:${mounted[2] || '/'}`);
    return isAbsolutePath(path) ? path : win32.join(folder, path);
  }
  if (isAbsolutePath(path) || folder === undefined) return drive.test(path) ? path : posix.normalize(path);
  return posix.join(folder, path);
}
