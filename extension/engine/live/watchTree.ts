import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../providers/provider';

/** A folder and all below it, being watched. */
export interface WatchedTree {
  /** Settles when all that is there is watched; never rejects. */
  isSet: Promise<void>;
  /** How many watches the system was asked for. */
  watches(): number;
  close(): void;
}

export interface TreeListener {
  /** Something happened to this file or folder, or it may have. */
  onHint(file: string): void;
  /** A part of the tree can't be watched; `code` is the system's (ENOSPC: its limit is reached). */
  onFailure(folder: string, code: string): void;
}

/**
 * Watches a folder and all below it, folders that are made later too. Hints are late or come twice, but a file that
 * is made with its folders at once is not missed. macOS and Windows watch a tree by themselves; on Linux every folder
 * is watched: Node's own recursion takes one watch per file, and the system's limit may be 8,192.
 */
export function watchTree(root: string, platform: Environment['platform'], listener: TreeListener): WatchedTree {
  return platform === 'linux' ? watchFolders(root, maxDepth, listener) : watchWhole(root, true, listener);
}

/** Watches what lies in a folder itself. */
export function watchFolder(root: string, platform: Environment['platform'], listener: TreeListener): WatchedTree {
  return platform === 'linux' ? watchFolders(root, 0, listener) : watchWhole(root, false, listener);
}

/** Deeper than any agent nests its logs. */
const maxDepth = 12;

function watchFolders(root: string, reach: number, listener: TreeListener): WatchedTree {
  const watchers = new Map<string, FSWatcher>();
  let isOver = false;

  const fail = (folder: string, error: unknown) => {
    const code = codeOf(error);
    // A folder that is gone again was one for a moment: its parent tells when it comes back.
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      // What is full for one folder is full for the next.
      isOver ||= code === 'ENOSPC' || code === 'EMFILE';
      listener.onFailure(folder, code);
    }
  };
  const drop = (folder: string) => {
    if (!watchers.has(folder)) {
      return;
    }
    for (const [known, watcher] of watchers) {
      if (known === folder || known.startsWith(folder + path.sep)) {
        watcher.close();
        watchers.delete(known);
      }
    }
  };
  /** `isNew`: what lies in it may have come before its watch. */
  const add = async (folder: string, depth: number, isNew: boolean): Promise<void> => {
    if (isOver || depth > reach || watchers.has(folder)) {
      return;
    }
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        if (name !== null) {
          changed(event, path.join(folder, name), depth + 1);
        }
      });
      watcher.on('error', (error) => {
        drop(folder);
        fail(folder, error);
      });
      watchers.set(folder, watcher);
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const inside = path.join(folder, entry.name);
        if (entry.isDirectory()) {
          await add(inside, depth + 1, isNew);
        } else if (isNew) {
          listener.onHint(inside);
        }
      }
    } catch (error) {
      fail(folder, error);
    }
  };
  const changed = (event: string, file: string, depth: number) => {
    listener.onHint(file);
    if (event !== 'rename') {
      return;
    }
    // A folder that went and came is another one: the old watch is deaf.
    drop(file);
    void stat(file).then(
      (status) => (status.isDirectory() ? add(file, depth, true) : undefined),
      () => undefined,
    );
  };

  return {
    isSet: add(root, 0, false),
    watches: () => watchers.size,
    close: () => {
      isOver = true;
      drop(root);
    },
  };
}

function watchWhole(root: string, recursive: boolean, listener: TreeListener): WatchedTree {
  try {
    const watcher = watch(root, { recursive, persistent: false }, (_, name) =>
      listener.onHint(name === null ? root : path.join(root, name)),
    );
    watcher.on('error', (error) => listener.onFailure(root, codeOf(error)));
    return { isSet: Promise.resolve(), watches: () => 1, close: () => watcher.close() };
  } catch (error) {
    listener.onFailure(root, codeOf(error));
    return { isSet: Promise.resolve(), watches: () => 0, close: () => undefined };
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'it can not be watched';
