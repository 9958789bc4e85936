import { statSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../providers/provider';
import { type WatchedTree, watchFolder, watchTree } from './watchTree';

/** What says that something may have changed: files below the roots of logs, clones by their common folder. */
export interface HintListener {
  onFile(file: string): void;
  onClone(commonDir: string): void;
}

/** What is being watched, for `doctor`. */
export interface WatchState {
  watches: number;
  /** Folders that can't be watched, and the system's word for why. */
  failures: { path: string; code: string }[];
}

export interface Watching {
  /**
   * Watches these and no others; folders that are not there yet are tried again the next time. Resolves when whatever
   * happens from now on is hinted.
   */
  follow(roots: readonly string[], clones: readonly string[]): Promise<void>;
  state(): WatchState;
  close(): void;
}

/** In a clone's common folder, what tells that it may have something new. */
const telling = new Set(['HEAD', 'packed-refs']);

export function createWatching(platform: Environment['platform'], listener: HintListener): Watching {
  const trees = new Map<string, { tree: WatchedTree; identity: string }>();
  const failures = new Map<string, string>();

  const close = (folder: string) => {
    trees.get(folder)?.tree.close();
    trees.delete(folder);
  };
  const followOne = (folder: string, watch: typeof watchTree, onHint: (file: string) => void) => {
    const identity = identityOf(folder);
    // A folder that went and came is another one: the old watch is deaf.
    if (trees.get(folder)?.identity === identity) {
      return;
    }
    close(folder);
    failures.delete(folder);
    if (identity !== undefined) {
      const onFailure = (place: string, code: string) => failures.set(place, code);
      trees.set(folder, { tree: watch(folder, platform, { onHint, onFailure }), identity });
    }
  };
  return {
    follow: async (roots, clones) => {
      const wanted = new Set([...roots, ...clones.flatMap((clone) => [clone, ...refsOf(clone)])]);
      for (const folder of [...trees.keys()].filter((known) => !wanted.has(known))) {
        close(folder);
      }
      for (const root of roots) {
        followOne(root, watchTree, listener.onFile);
      }
      for (const clone of clones) {
        const onHint = () => listener.onClone(clone);
        followOne(clone, watchFolder, (file) => {
          if (telling.has(path.basename(file))) {
            onHint();
          }
        });
        for (const folder of refsOf(clone)) {
          followOne(folder, watchTree, onHint);
        }
      }
      await Promise.all([...trees.values()].map(({ tree }) => tree.isSet));
    },
    state: () => ({
      watches: [...trees.values()].reduce((sum, { tree }) => sum + tree.watches(), 0),
      failures: [...failures].map(([place, code]) => ({ path: place, code })),
    }),
    close: () => {
      for (const folder of [...trees.keys()]) {
        close(folder);
      }
      failures.clear();
    },
  };
}

const refsOf = (clone: string): string[] => [path.join(clone, 'refs'), path.join(clone, 'reftable')];

/** undefined: it is not there, or can't be asked; that is no reason to leave the others alone. */
function identityOf(folder: string): string | undefined {
  try {
    const status = statSync(folder, { throwIfNoEntry: false });
    return status && `${status.dev}:${status.ino}`;
  } catch {
    return undefined;
  }
}
