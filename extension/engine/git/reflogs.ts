import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a worktree's reflog of HEAD says of commits that were made there. */
export interface CommitsMadeHere {
  /** Commit → real or remembered path of the worktree that it was made in. */
  folders: Map<string, string>;
  /** Commits that replaced another: amended, or changed in a rebase. */
  rewrites: [before: string, after: string][];
  /** Commits that copy another one. */
  picks: string[];
}

/** Of a reflog its end is read: what was made last is asked for. */
const mostBytes = 4 * 1024 * 1024;
const mostWorktrees = 200;

/**
 * Reads the reflogs of HEAD as files: git would print neither the old id nor the worktree of an entry. `mainFolder`: of
 * the main worktree. A repository without reflogs (bare, reftable) gives nothing.
 */
export async function readReflogs(commonDir: string, mainFolder: string | undefined): Promise<CommitsMadeHere> {
  const made: CommitsMadeHere = { folders: new Map(), rewrites: [], picks: [] };
  readEntries(await readEnd(join(commonDir, 'logs', 'HEAD')), mainFolder, made);
  const worktrees = await readdir(join(commonDir, 'worktrees')).catch(() => []);
  for (const name of worktrees.slice(0, mostWorktrees)) {
    const gitDir = join(commonDir, 'worktrees', name);
    const pointer = await readFile(join(gitDir, 'gitdir'), 'utf8').catch(() => '');
    const folder = pointer === '' ? undefined : dirname(pointer.trim());
    readEntries(await readEnd(join(gitDir, 'logs', 'HEAD')), folder, made);
  }
  return made;
}

/** `old new name <mail> time zone TAB message`; what moves HEAD without making a commit is left out. */
function readEntries(text: string, folder: string | undefined, { folders, rewrites, picks }: CommitsMadeHere): void {
  for (const line of text.split('\n')) {
    const [, before = '', after = '', message = ''] =
      /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*\t(.*)$/.exec(line) ?? [];
    if (!/^(?:commit|cherry-pick|revert|merge|am|rebase)\b/.test(message)) continue;
    if (folder !== undefined && !/Fast-forward|\((?:start|finish)\)/.test(message)) folders.set(after, folder);
    if (/^(?:cherry-pick|commit \(cherry-pick\)):/.test(message)) picks.push(after);
    if (/^(?:commit \(amend\)|rebase[^:]*\((?:reword|edit|fixup|squash|amend)\)):/.test(message)) {
      rewrites.push([before, after]);
    }
  }
}

async function readEnd(path: string): Promise<string> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size === 0) return '';
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const length = Math.min(size, mostBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
