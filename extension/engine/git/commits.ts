import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloneFacts } from './clone';
import { runGit, streamGit } from './git';
import { COMMIT_FORMAT, type CommitFacts, commitRecords } from './log/commitRecords';
import { existingCommits, folderOf, listTips } from './refs';

export interface ReadCommitsOptions {
  /**
   * What an earlier read began from: nothing that they reach is read again. Those that are gone are ignored.
   * Forget them when a shallow clone was deepened: what came then lies behind them.
   */
  knownTips: readonly string[];
  /** Where to begin. Default: `listTips(clone)`. Hand it in to know what to remember: refs move meanwhile. */
  tips?: readonly string[];
  /** Milliseconds UTC: only commits committed then or later. */
  since?: number;
  signal?: AbortSignal;
}

/**
 * Context is read to tell copies of a change from changes that merely write the same. Of merges what differs from all
 * parents: `--remerge-diff` would say the same of more cases, but runs the repository's merge drivers and writes
 * objects.
 */
const PATCH = [
  '--full-index',
  '--patch',
  '-U3',
  '--cc',
  '-M50%',
  '--diff-algorithm=myers',
  '--ignore-submodules=dirty',
];

/**
 * Streams the commits of heads, remote branches and worktrees, newest first by commit date, each once, from one
 * `git log`. Memory is bounded: of a commit one million lines are kept as
 * hashes, of a file one MB of text at a time. Nothing is remembered: a caller that stops early
 * must not take these tips for known.
 * Renames: similarity of 50 %, at most 1,000 candidates; no search for copies. A partial clone gives paths only, with
 * renames of unchanged content only: anything else would need contents that are not here.
 * @throws GitMissing, GitFailed (a damaged object: after the commits before it); the signal's reason when aborted
 */
export async function* readCommits(
  clone: Pick<CloneFacts, 'commonDir' | 'worktrees' | 'isPartial'>,
  { knownTips, tips, since, signal }: ReadCommitsOptions,
): AsyncGenerator<CommitFacts, void, undefined> {
  const folder = folderOf(clone);
  const from = tips ? await existingCommits(folder, tips) : new Set(await listTips(clone));
  const known = await existingCommits(folder, knownTips);
  const fresh = [...from].filter((tip) => !known.has(tip));
  if (fresh.length === 0) return;
  const boundary = await readBoundary(clone.commonDir);
  const chunks = streamGit(
    folder,
    [
      'log',
      '--stdin',
      '-z',
      `--format=tformat:${COMMIT_FORMAT}`,
      '--encoding=UTF-8',
      '--no-notes',
      '--no-decorate',
      '--no-abbrev',
      '--raw',
      ...(clone.isPartial ? ['-M100%'] : PATCH),
      ...(since === undefined ? [] : [await sinceArgument(folder, since)]),
    ],
    {
      input: `${[...fresh, ...[...known].map((tip) => `^${tip}`)].join('\n')}\n`,
      ...(signal && { signal }),
    },
  );
  yield* commitRecords(chunks, boundary, !clone.isPartial);
}

/** Commits whose parents are not here, from git's own list; empty unless the clone is shallow. */
async function readBoundary(commonDir: string): Promise<Set<string>> {
  const text = await readFile(join(commonDir, 'shallow'), 'latin1').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/**
 * git's `--since` stops at the first older commit, and one clock that was wrong hides all behind it. From 2.37 on
 * there is a filter that doesn't.
 */
async function sinceArgument(folder: string, since: number): Promise<string> {
  const { stdout } = await runGit(folder, ['version']);
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  const hasFilter = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 37);
  // `@` and the zone: git takes a small bare number for something else than seconds.
  const seconds = Math.ceil(since / 1000);
  return hasFilter ? `--since-as-filter=@${seconds} +0000` : `--max-age=${seconds}`;
}
