import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { discoverLogs, type FoundLog, recogniseLogs } from '../ingest/discover';
import type { Changed } from '../ingest/ingest';
import { answerOthers } from '../ingest/slices';
import type { Environment, Provider } from '../providers/provider';

/** What a look found to be new since the one before. `all`: more than can be named, or nothing is known yet. */
export type Change = 'nothing' | 'all' | Changed;

/** Remembers how logs and clones stood, and compares. The disk is asked, never an event, and no database. */
export interface Look {
  /** Looks at everything: one `stat` per log, folder of refs and ref. */
  everywhere(): Promise<Change>;
  /** Looks at these files and clones alone. */
  at(files: ReadonlySet<string>, clones: ReadonlySet<string>): Promise<Change>;
  /** To be called before a pass over everything: what changes from now on is new. */
  remember(): Promise<void>;
  /** A pass failed: nothing that was seen counts as read. */
  forget(): void;
}

export interface LookOptions {
  providers: readonly Provider[];
  environment: Environment;
  /** Folders of the open workspace: one may become a repository. */
  folders(): readonly string[];
  /** Common folders of the clones that are read. */
  clones(): Promise<readonly string[]>;
}

/** How things stood, as texts to compare. */
interface Seen {
  logs: Map<string, { found: FoundLog; state: string }>;
  clones: Map<string, string>;
  /** What lies around them: folders that can't be read, repositories that were made. */
  surroundings: string;
}

/** Between two looks at what waits. */
const batchSize = 256;

export function createLook({ providers, environment, folders, clones }: LookOptions): Look {
  let seen: Seen | undefined;
  let remembering: Promise<void> | undefined;

  const now = async (): Promise<Seen> => {
    const { logs, unreadable } = await discoverLogs(providers, environment);
    const states: Seen['logs'] = new Map();
    for (const found of logs) {
      states.set(keyOf(found), { found, state: stateOf(found.path) });
      if (states.size % batchSize === 0) {
        await answerOthers();
      }
    }
    const repositories = folders().map((folder) => identityOf(path.join(folder, '.git')));
    return {
      logs: states,
      clones: new Map((await clones()).map((clone) => [clone, stateOfClone(clone)])),
      surroundings: [...unreadable.map((folder) => folder.path), ...repositories].join('\n'),
    };
  };

  return {
    everywhere: async () => {
      let before: Seen | undefined;
      let current: Seen;
      do {
        // A pass over everything that begins meanwhile reads what was found: what came after it is still to be told.
        await remembering;
        before = seen;
        current = await now();
      } while (remembering || (seen && seen !== before));
      if (!before || !seen || before.surroundings !== current.surroundings) {
        return 'all';
      }
      const isGone = [...before.logs.keys()].some((key) => !current.logs.has(key));
      if (isGone || [...before.clones.keys()].some((clone) => !current.clones.has(clone))) {
        return 'all';
      }
      seen = current;
      const states = before.logs;
      const clonesBefore = before.clones;
      return changeOf(
        current.logs,
        (key, state) => states.get(key)?.state !== state,
        [...current.clones].filter(([clone, state]) => clonesBefore.get(clone) !== state).map(([clone]) => clone),
      );
    },
    at: async (files, named) => {
      const found = await recogniseLogs(providers, environment, files);
      if (!seen) {
        return 'all';
      }
      const { logs, clones: known } = seen;
      if (isAnyGone(logs, files)) {
        // It may lie elsewhere now.
        return 'all';
      }
      const changed = new Set<string>();
      for (const log of found) {
        const state = stateOf(log.path);
        if (logs.get(keyOf(log))?.state !== state) {
          logs.set(keyOf(log), { found: log, state });
          changed.add(keyOf(log));
        }
      }
      const changedClones = [...named].filter((clone) => {
        const state = stateOfClone(clone);
        const isChanged = known.get(clone) !== state;
        known.set(clone, state);
        return isChanged;
      });
      return changeOf(logs, (key) => changed.has(key), changedClones);
    },
    remember: () => {
      remembering ??= now()
        .then((current) => {
          seen = current;
        })
        .finally(() => {
          remembering = undefined;
        });
      return remembering;
    },
    forget: () => {
      seen = undefined;
    },
  };
}

const keyOf = (found: FoundLog): string => `${found.provider.id}\0${found.path}`;

function changeOf(
  logs: Seen['logs'],
  isChanged: (key: string, state: string) => boolean,
  clones: readonly string[],
): Change {
  const change = { logs: [] as FoundLog[], unchanged: [] as FoundLog[], clones: new Set(clones) };
  for (const [key, { found, state }] of logs) {
    (isChanged(key, state) ? change.logs : change.unchanged).push(found);
  }
  return change.logs.length === 0 && clones.length === 0 ? 'nothing' : change;
}

function isAnyGone(logs: Seen['logs'], files: ReadonlySet<string>): boolean {
  return [...logs.values()].some(({ found }) => files.has(found.path) && stateOf(found.path) === '');
}

/** Size and time of a file; '' where it is not there or can't be asked. */
function stateOf(file: string): string {
  try {
    const status = statSync(file, { throwIfNoEntry: false });
    return status ? `${status.size}:${status.mtimeMs}` : '';
  } catch {
    return '';
  }
}

function identityOf(file: string): string {
  try {
    return String(statSync(file, { throwIfNoEntry: false })?.ino ?? '');
  } catch {
    return '';
  }
}

/** More loose refs than a person's clone has: what is beyond them is seen by a pass over everything. */
const mostRefs = 2_000;

/** HEADs and refs of a clone: whatever git writes to make a commit reachable changes one of them. */
function stateOfClone(commonDir: string): string {
  const files = [path.join(commonDir, 'HEAD'), path.join(commonDir, 'packed-refs')];
  const folders = ['refs', 'reftable', 'worktrees'].map((name) => path.join(commonDir, name));
  for (let folder = folders.pop(); folder !== undefined && files.length < mostRefs; folder = folders.pop()) {
    const isWorktree = path.basename(path.dirname(folder)) === 'worktrees';
    for (const entry of entriesOf(folder)) {
      const inside = path.join(folder, entry.name);
      // Of a worktree only where it stands: its index changes with every look at it.
      if (isWorktree ? entry.name === 'HEAD' : entry.isFile()) {
        files.push(inside);
      } else if (!isWorktree && entry.isDirectory()) {
        folders.push(inside);
      }
    }
  }
  return files.map((file) => `${file}=${stateOf(file)}`).join('\n');
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
