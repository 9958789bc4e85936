import type { PathAttributes } from './fileClass';
import { runGit } from './git';
import { readObjects } from './objects';
import { type ClonePlace, folderOf } from './refs';

const ATTRIBUTES = {
  'linguist-generated': 'isGenerated',
  'linguist-vendored': 'isVendored',
  'linguist-documentation': 'isDocumentation',
} as const;

/**
 * Attributes of paths, for those that have any. From the working tree of today, also for old commits, and not from
 * the machine's own attribute files: two machines must agree. A bare repository has none.
 * @throws GitMissing, GitFailed
 */
export async function readAttributes(
  clone: ClonePlace,
  paths: readonly string[],
): Promise<Map<string, PathAttributes>> {
  const folder = folderOf(clone);
  // A name with NUL or the name '' is no path; git would refuse all of them.
  const asked = paths.filter((path) => path !== '' && !path.includes('\0'));
  const found = new Map<string, PathAttributes>();
  if (asked.length === 0 || folder === clone.commonDir) return found;
  const { stdout } = await runGit(folder, ['check-attr', '-z', '--stdin', ...Object.keys(ATTRIBUTES)], {
    input: `${asked.join('\0')}\0`,
  });
  const fields = stdout.split('\0');
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [path = '', name = '', value = ''] = fields.slice(index, index + 3);
    const flag = flagOf(value);
    const attribute = ATTRIBUTES[name as keyof typeof ATTRIBUTES];
    if (flag !== undefined && attribute !== undefined) found.set(path, { ...found.get(path), [attribute]: flag });
  }
  return found;
}

/** `linguist-generated`, `=true`, `=1` say yes; `-linguist-generated`, `=false` say no. */
function flagOf(value: string): boolean | undefined {
  if (/^(?:set|true|1)$/i.test(value)) return true;
  if (/^(?:unset|false|0)$/i.test(value)) return false;
  return undefined;
}

/** Files above this size are excluded as `large`. */
export const LARGE_FILE_BYTES = 1024 * 1024;

/**
 * Sizes in bytes of blobs, by id (`FileChange.blob`): by id, not by path, since a path may hold a newline. Blobs that
 * are not here (partial clone) are left out; nothing is fetched.
 * @throws GitMissing, GitFailed
 */
export async function blobSizes(clone: ClonePlace, blobs: readonly string[]): Promise<Map<string, number>> {
  const objects = await readObjects(folderOf(clone), blobs);
  return new Map([...objects].filter(([, { type }]) => type === 'blob').map(([blob, { size }]) => [blob, size]));
}
