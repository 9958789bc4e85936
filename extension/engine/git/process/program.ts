import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { GitMissing } from './failures';

/**
 * The absolute path of git.
 * Found by us, not by the operating system: git runs inside the repository, and Windows looks for a program in the
 * current folder first, as Unix does where PATH has `.` or an empty entry. A repository could bring its own `git`.
 * @throws GitMissing
 */
export async function findGitProgram(environment: NodeJS.ProcessEnv): Promise<string> {
  const searched = variable(environment, 'PATH') ?? '';
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  for (const folder of searched.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const program = join(folder, name);
    if (await isExecutableFile(program)) return program;
  }
  throw new GitMissing();
}

/** Windows spells it `Path`, and a copied environment has lost the blindness to case. */
function variable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = Object.keys(environment).find((candidate) => candidate.toUpperCase() === name);
  return key === undefined ? undefined : environment[key];
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
