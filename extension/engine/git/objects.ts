import { runGit } from './git';
import { GitFailed } from './process/failures';

export interface ObjectFacts {
  type: string;
  /** Bytes. */
  size: number;
}

/**
 * Type and size of those of the objects that this clone has, by full id. Nothing is fetched.
 * @throws GitMissing, GitFailed
 */
export async function readObjects(folder: string, ids: readonly string[]): Promise<Map<string, ObjectFacts>> {
  const asked = [...new Set(ids)].filter((id) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id));
  try {
    return await checkAll(folder, asked);
  } catch (error) {
    // git gives up at the first object that a partial clone was promised and must not fetch.
    if (!(error instanceof GitFailed) || !error.stderr.includes('promisor')) throw error;
    return checkAll(folder, await presentOf(folder, asked));
  }
}

async function checkAll(folder: string, ids: readonly string[]): Promise<Map<string, ObjectFacts>> {
  const found = new Map<string, ObjectFacts>();
  if (ids.length === 0) return found;
  const format = '--batch-check=%(objectname) %(objecttype) %(objectsize)';
  const { stdout } = await runGit(folder, ['cat-file', format], { input: `${ids.join('\n')}\n` });
  for (const line of stdout.split('\n')) {
    const [id = '', type = '', size] = line.split(' ');
    if (size !== undefined) found.set(id, { type, size: Number(size) });
  }
  return found;
}

/** `--missing` is what keeps rev-list from asking the promisor. */
async function presentOf(folder: string, ids: readonly string[]): Promise<string[]> {
  const { stdout } = await runGit(
    folder,
    ['rev-list', '--objects', '--no-walk', '--missing=allow-any', '--ignore-missing', '--stdin'],
    { input: `${ids.join('\n')}\n` },
  );
  const printed = new Set(stdout.split('\n').map((line) => line.split(' ', 1)[0]));
  return ids.filter((id) => printed.has(id));
}
