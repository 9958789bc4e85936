import { type Dirent, existsSync, readdirSync } from 'node:fs';
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

/** Deeper than any agent nests its logs. */
const maxDepth = 12;
/** A link may lead to the root of a disk: no agent has so many folders. */
const mostFolders = 100_000;
/** What stands for bytes of a name that are no UTF-8; by such a name nothing is found. */
const replacement = '\ufffd';

/** A folder or file that can't be read, and why. */
interface Unreadable {
  provider: string;
  path: string;
  detail: string;
}

/** All logs of all providers, each real file once, in a fixed order; and what could not be looked into. */
export async function discoverLogs(
  providers: readonly Provider[],
  environment: Environment,
): Promise<{ logs: FoundLog[]; places: LookedAt[]; unreadable: Unreadable[] }> {
  const logs: FoundLog[] = [];
  const places: LookedAt[] = [];
  const unreadable: Unreadable[] = [];
  const seen = new Set<string>();

  for (const provider of providers) {
    const onUnreadable = (where: string, detail: string) =>
      unreadable.push({ provider: provider.id, path: where, detail });
    for (const root of provider.roots(environment)) {
      const place = { provider: provider.id, path: root, isFound: false, logs: 0 };
      places.push(place);
      const realRoot = await realRootOf(root, (detail) => onUnreadable(root, detail));
      if (realRoot === undefined) {
        continue;
      }
      place.isFound = true;
      for await (const file of walk(realRoot, onUnreadable)) {
        const log = provider.recognise(path.relative(realRoot, file.path).split(path.sep).join('/'));
        if (!log || seen.has(`${provider.id}\0${file.realPath}`)) {
          continue;
        }
        if (file.path.includes(replacement) && !existsSync(file.path)) {
          onUnreadable(file.path, 'its name is not UTF-8');
          continue;
        }
        seen.add(`${provider.id}\0${file.realPath}`);
        place.logs += 1;
        logs.push({ provider, path: file.realPath, log });
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
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      onUnreadable(code);
    }
    return undefined;
  }
}

/** A file below a root: where it was met, and where it is. */
interface WalkedFile {
  path: string;
  realPath: string;
}

/** A folder that is still to be looked into; `folder` is how it was reached. */
interface Pending {
  folder: string;
  real: string;
  depth: number;
  /** Then it may as well be a file. */
  isLink: boolean;
}

type OnUnreadable = (path: string, detail: string) => unknown;

/**
 * All files below a root, each folder once. What lies below the root itself comes before what links lead to: a link
 * must not take a folder's name from it, by which its logs are recognised.
 */
async function* walk(root: string, onUnreadable: OnUnreadable): AsyncGenerator<WalkedFile> {
  const visited = new Set<string>();
  const tooDeep: string[] = [];
  const links: { path: string; depth: number }[] = [];
  const folders: Pending[] = [{ folder: root, real: root, depth: 0, isLink: false }];
  for (let followed = 0; folders.length > 0 || followed < links.length; ) {
    const next = folders.pop() ?? (await targetOf(links[followed++], onUnreadable));
    if (next?.isLink) yield { path: next.folder, realPath: next.real };
    if (!next || visited.has(next.real)) continue;
    visited.add(next.real);
    if (visited.size > mostFolders) {
      onUnreadable(next.folder, `there are more than ${mostFolders} folders: the rest was not looked into`);
      break;
    }
    if (visited.size % batchSize === 0) {
      await answerOthers();
    }
    const depth = next.depth + 1;
    for (const entry of entriesOf(next.folder, onUnreadable)) {
      const folder = path.join(next.folder, entry.name);
      const real = path.join(next.real, entry.name);
      if (entry.isSymbolicLink()) links.push({ path: folder, depth });
      else if (entry.isFile()) yield { path: folder, realPath: real };
      else if (entry.isDirectory() && depth > maxDepth) tooDeep.push(folder);
      else if (entry.isDirectory()) folders.push({ folder, real, depth, isLink: false });
    }
  }
  const [first] = tooDeep.sort();
  if (first !== undefined) {
    onUnreadable(first, `more than ${maxDepth} folders deep: not looked into (${tooDeep.length} such)`);
  }
}

function entriesOf(folder: string, onUnreadable: OnUnreadable): Dirent[] {
  try {
    // Synchronous: a thousand asynchronous ones take several times as long, most of it waiting in line.
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const code = codeOf(error);
    // Gone since it was seen, unless its name can't be said; or a link was taken for a folder that leads to a file.
    const isGone = code === 'ENOENT' && !folder.includes(replacement);
    if (!isGone && code !== 'ENOTDIR') {
      onUnreadable(folder, error instanceof Error ? error.message : String(error));
    }
    return [];
  }
}

/** Where a link leads; undefined: nowhere, in a circle, or to where nothing can be reached, which is said. */
async function targetOf(
  link: { path: string; depth: number } | undefined,
  onUnreadable: OnUnreadable,
): Promise<Pending | undefined> {
  if (!link) return undefined;
  try {
    return { folder: link.path, real: await realpath(link.path), depth: link.depth, isLink: true };
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') {
      onUnreadable(link.path, code);
    }
    return undefined;
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
