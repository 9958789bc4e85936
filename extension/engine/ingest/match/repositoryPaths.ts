import path from 'node:path';

/** A folder in which a repository's files lie, now or once. */
export interface WorktreeFolder {
  repositoryId: number;
  folder: string;
}

export interface RepositoryPath {
  repositoryId: number;
  /** The worktree. */
  folder: string;
  /** From its top, with forward slashes, NFC. */
  path: string;
}

/** Where agents keep worktrees inside of a clone: such a file is not one of the folder around it. */
const worktreeInside = /^((?:.*\/)?(?:\.claude\/worktrees|\.worktrees)\/[^/]+)\/(.+)$/;

/**
 * Which file of which repository a logged path is: of the innermost worktree that it lies in; undefined: of none.
 * Paths are compared NFC, with forward slashes, and drive letters in one case.
 */
export function createPathResolver(
  worktrees: readonly WorktreeFolder[],
): (logged: string) => RepositoryPath | undefined {
  const folders = new Map(worktrees.map((worktree) => [comparable(worktree.folder), worktree]));
  return (logged) => {
    const full = comparable(path.posix.normalize(comparable(logged)));
    for (let end = full.lastIndexOf('/'); end > 0; end = full.lastIndexOf('/', end - 1)) {
      const worktree = folders.get(full.slice(0, end));
      if (!worktree) continue;
      const [, inside, rest] = worktreeInside.exec(full.slice(end + 1)) ?? [];
      return inside !== undefined && rest !== undefined
        ? { repositoryId: worktree.repositoryId, folder: `${full.slice(0, end)}/${inside}`, path: rest }
        : { repositoryId: worktree.repositoryId, folder: full.slice(0, end), path: full.slice(end + 1) };
    }
    return undefined;
  };
}

/** Two spellings of one path become one. */
export function comparable(text: string): string {
  const slashed = /^[A-Za-z]:[\\/]|^\\\\/.test(text) ? text.replaceAll('\\', '/') : text;
  return slashed.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()).normalize('NFC');
}
