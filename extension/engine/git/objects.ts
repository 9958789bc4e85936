import { runGit, streamGit } from './git';
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

/**
 * The ids of what the names (`<commit>:<path>`, without newlines) stand for, by name; what is not there is left out.
 * @throws GitMissing, GitFailed (also where a partial clone would have to fetch)
 */
export async function resolveNames(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (names.length === 0) return found;
  const { stdout } = await runGit(folder, ['cat-file', '--batch-check'], { input: `${names.join('\n')}\n` });
  for (const [index, line] of stdout.split('\n').entries()) {
    const [, id] = /^([0-9a-f]{40,64}) [a-z]+ \d+$/.exec(line) ?? [];
    const name = names[index];
    if (id !== undefined && name !== undefined) found.set(name, id);
  }
  return found;
}

/** Of texts that are in memory at the same time. */
const BATCH_BYTES = 8 << 20;

/**
 * The blobs among the objects as text, undefined where one has over `limit` bytes; those that this clone does not
 * have are left out. Nothing is fetched. What is not UTF-8 becomes U+FFFD.
 * @throws GitMissing, GitFailed; the signal's reason when aborted
 */
export async function* readTexts(
  folder: string,
  ids: readonly string[],
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<[id: string, text: string | undefined]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const [id, { type, size }] of await readObjects(folder, ids)) {
    if (type !== 'blob') continue;
    if (size > limit) {
      yield [id, undefined];
      continue;
    }
    if (bytes + size > BATCH_BYTES) {
      yield* readBatch(folder, batch, signal);
      [batch, bytes] = [[], 0];
    }
    batch.push(id);
    bytes += size;
  }
  yield* readBatch(folder, batch, signal);
}

/** `<id> blob <size>`, a newline, the bytes, a newline: `git help cat-file`, "BATCH OUTPUT". */
async function* readBatch(
  folder: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<[id: string, text: string]> {
  if (ids.length === 0) return;
  const chunks: Uint8Array[] = [];
  const options = { input: `${ids.join('\n')}\n`, ...(signal && { signal }) };
  for await (const chunk of streamGit(folder, ['cat-file', '--batch'], options)) chunks.push(chunk);
  const output = Buffer.concat(chunks);
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const [id = '', , size] = output.toString('latin1', at, end).split(' ');
    if (end < 0 || size === undefined) return;
    yield [id, output.toString('utf8', end + 1, end + 1 + Number(size))];
    at = end + 1 + Number(size) + 1;
  }
}
