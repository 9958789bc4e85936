import { git } from './git';

/** One file of a commit's diff: line numbers from 1 and texts. */
export interface FileDiff {
  path: string;
  oldPath: string;
  added: { line: number; text: string }[];
  removed: { line: number; text: string }[];
}

/** What git prints for so many commits at once fits into one string. */
const atOnce = 2_000;

/** Diffs (`-U0 -M`) by commit: against its parent, of a merge against what git would have merged. */
export function diffsOf(folder: string, ids: readonly string[]): Map<string, FileDiff[]> {
  const result = new Map<string, FileDiff[]>();
  for (let start = 0; start < ids.length; start += atOnce) {
    const words = [
      'log',
      '--no-walk=unsorted',
      '--stdin',
      '--root',
      '--format=%x00%H',
      '-p',
      '-U0',
      '-M',
      '--no-color',
      '--remerge-diff',
    ];
    const input = `${ids.slice(start, start + atOnce).join('\n')}\n`;
    for (const part of git(folder, words, { input }).split('\0').slice(1)) {
      const end = part.indexOf('\n');
      result.set(part.slice(0, end), parseDiff(part.slice(end + 1).split('\n')));
    }
  }
  return result;
}

function parseDiff(lines: readonly string[]): FileDiff[] {
  const files: FileDiff[] = [];
  let file: FileDiff | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (line.startsWith('diff --git ')) {
      file = { path: '', oldPath: '', added: [], removed: [] };
      files.push(file);
    } else if (file === undefined) continue;
    else if (line.startsWith('rename from ')) file.oldPath = line.slice(12);
    else if (line.startsWith('rename to ')) file.path = line.slice(10);
    else if (line.startsWith('--- ')) file.oldPath = pathOf(line);
    else if (line.startsWith('+++ ')) file.path = pathOf(line);
    else if (hunk !== null) {
      const [, oldStart, oldLines = '1', newStart, newLines = '1'] = hunk;
      for (let index = 0; index < Number(oldLines); index++)
        file.removed.push({ line: Number(oldStart) + index, text: (lines[++at] ?? '').slice(1) });
      for (let index = 0; index < Number(newLines); index++)
        file.added.push({ line: Number(newStart) + index, text: (lines[++at] ?? '').slice(1) });
    }
  }
  return files.map((each) => ({ ...each, path: each.path || each.oldPath, oldPath: each.oldPath || each.path }));
}

/** Of `--- a/path` or `+++ b/path`; empty for `/dev/null`. A tab ends a path with spaces. */
function pathOf(line: string): string {
  const path = line.slice(4).replace(/\t$/, '');
  return path === '/dev/null' ? '' : path.slice(2);
}
