import { type Dirent, readdirSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Environment, LogFile, Provider } from '../providers/provider';
import { answerOthers } from './slices';

/** A log that lies on this disk. */
export interface FoundLog {
  provider: Provider;
  path: string;
  log: LogFile;
}

/** A folder that was looked into. */
export interface LookedAt {
  provider: string;
  path: string;
  isFound: boolean;
  logs: number;
}

/** Folders between two looks at what waits. */
const batchSize = 64;

/** Deeper than any agent nests its logs; a loop of links ends here at the latest. */
const maxDepth = 12;

/** All logs of all providers, each real file once, in a fixed order. Folders that can't be read are `unreadable`. */
export async function discoverLogs(
  providers: readonly Provider[],
  environment: Environment,
): Promise<{ logs: FoundLog[]; places: LookedAt[]; unreadable: { provider: string; path: string; detail: string }[] }> {
  const logs: FoundLog[] = [];
  const places: LookedAt[] = [];
  const unreadable: { provider: string; path: string; detail: string }[] = [];
  const seen = new Set<string>();

  for (const provider of providers) {
    for (const root of provider.roots(environment)) {
      const place = { provider: provider.id, path: root, isFound: false, logs: 0 };
      places.push(place);
      const realRoot = await realRootOf(root, (detail) =>
        unreadable.push({ provider: provider.id, path: root, detail }),
      );
      if (realRoot === undefined) {
        continue;
      }
      place.isFound = true;
      for await (const file of walk(realRoot, (folder, detail) =>
        unreadable.push({ provider: provider.id, path: folder, detail }),
      )) {
        const log = provider.recognise(path.relative(realRoot, file.path).split(path.sep).join('/'));
        const real = log && file.isLink ? await realpath(file.path).catch(() => undefined) : file.realPath;
        if (!log || !real || seen.has(`${provider.id}\0${real}`)) {
          continue;
        }
        seen.add(`${provider.id}\0${real}`);
        place.logs += 1;
        logs.push({ provider, path: real, log });
      }
    }
  }
  return { logs: logs.sort((a, b) => (a.path < b.path ? -1 : 1)), places, unreadable };
}

/** Those of these files (below the roots' real folders) that are logs, as `discoverLogs` finds them. */
export async function recogniseLogs(
  providers: readonly Provider[],
  environment: Environment,
  files: Iterable<string>,
): Promise<FoundLog[]> {
  const logs = new Map<string, FoundLog>();
  const named = [...files];
  for (const provider of providers) {
    for (const root of provider.roots(environment)) {
      const realRoot = await realRootOf(root, () => undefined);
      for (const file of realRoot === undefined ? [] : named.filter((name) => name.startsWith(realRoot + path.sep))) {
        const log = provider.recognise(
          path
            .relative(realRoot as string, file)
            .split(path.sep)
            .join('/'),
        );
        const real = log && (await realpath(file).catch(() => undefined));
        if (log && real !== undefined) {
          logs.set(`${provider.id}\0${real}`, { provider, path: real, log });
        }
      }
    }
  }
  return [...logs.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The roots of all providers that are there, really. */
export async function realRoots(providers: readonly Provider[], environment: Environment): Promise<string[]> {
  const roots = providers.flatMap((provider) => provider.roots(environment));
  const real = await Promise.all(roots.map((root) => realRootOf(root, () => undefined)));
  return [...new Set(real.filter((root) => root !== undefined))];
}

/** undefined: it is not there, or can't be reached, which is said. */
async function realRootOf(root: string, onUnreadable: (detail: string) => void): Promise<string | undefined> {
  try {
    return await realpath(root);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      onUnreadable(code);
    }
    return undefined;
  }
}

/** A file below a root: where it was met, and where it is. */
interface WalkedFile {
  path: string;
  /** Where it really is, unless it is a link itself. */
  realPath: string;
  isLink: boolean;
}

async function* walk(root: string, onUnreadable: (folder: string, detail: string) => void): AsyncGenerator<WalkedFile> {
  const visited = new Set<string>();
  const pending = [{ folder: root, real: root, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { folder, real, depth } = next;
    if (visited.has(real)) {
      continue;
    }
    visited.add(real);
    if (visited.size % batchSize === 0) {
      await answerOthers();
    }
    let entries: Dirent[];
    try {
      // Synchronous: a thousand asynchronous ones take several times as long, most of it waiting in line.
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      // A link was taken for a folder: it leads to a file, or nowhere.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) {
        onUnreadable(folder, error instanceof Error ? error.message : String(error));
      }
      continue;
    }
    for (const entry of entries) {
      const full = path.join(folder, entry.name);
      const isLink = entry.isSymbolicLink();
      // A link may lead to a folder or a file: `recognise` and the reading decide which it was.
      if (depth < maxDepth && (entry.isDirectory() || isLink)) {
        // Only links are asked where they lead: a folder in a real folder is where it seems.
        const target = isLink ? await realpath(full).catch(() => undefined) : path.join(real, entry.name);
        if (target !== undefined) {
          pending.push({ folder: full, real: target, depth: depth + 1 });
        }
      }
      if (entry.isFile() || isLink) {
        yield { path: full, realPath: path.join(real, entry.name), isLink };
      }
    }
  }
}
