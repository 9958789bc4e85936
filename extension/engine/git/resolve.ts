import { runGit } from './git';
import { type ClonePlace, existingCommits, folderOf } from './refs';

/**
 * The one commit whose id starts so; undefined for none or several, and for what is no hexadecimal number of 4 to 64
 * digits. Branches of that name don't count, unlike in `git rev-parse`: logs name commits.
 */
export async function resolveCommit(clone: ClonePlace, abbreviated: string): Promise<string | undefined> {
  const prefix = abbreviated.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) return undefined;
  const folder = folderOf(clone);
  const { stdout } = await runGit(folder, ['rev-parse', `--disambiguate=${prefix}`]);
  const commits = [...(await existingCommits(folder, stdout.split('\n')))];
  return commits.length === 1 ? commits[0] : undefined;
}
