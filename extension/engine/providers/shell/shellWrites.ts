import { cmdletWrite, printedLines } from './cmdlets';
import { type Heredoc, programName, type ShellCommand, type ShellWord, type Subshell } from './command';
import { nestedScript, type ShellKind } from './nestedShells';
import { readPosixShell } from './readPosixShell';
import { readPowerShell } from './readPowerShell';
import { rewritingCommand } from './rewritingCommands';
import { isAbsolutePath, resolvePath } from './shellPaths';
import { withoutWrappers } from './wrappers';

/** A file that a command line writes. */
export type ShellWrite =
  /** The text stands in the command line: a here-document into a file, a text given to `Set-Content`. */
  | { kind: 'text'; path: string; isAppend: boolean; lines: readonly string[] }
  /** What it writes cannot be read off the command line. */
  | { kind: 'opaque'; path?: string };

/** A shell in a shell in a shell: more is hostile. */
const deepestNesting = 4;

const longestPath = 4096;

/** Nobody writes so many files with one command line; a hostile one could name half a million. */
export const mostWrites = 200;
/** Of all texts together; what goes beyond is opaque. */
const mostLines = 100_000;

/**
 * Files that a command line writes, in its order, the first 200 of them, those of shells that it starts included. Paths are absolute where
 * `folder` (the folder it starts in) and the `cd`s in it are known, else as written. Copies, moves and deletions write
 * no text and are left out; so are devices, and what runs on another machine or in a container.
 */
export function shellWrites(shell: ShellKind, commandLine: string, folder: string | undefined): ShellWrite[] {
  let lines = 0;
  return writesIn(shell, commandLine, folder, 0).map((write) => {
    lines += write.kind === 'text' ? write.lines.length : 0;
    return lines > mostLines ? withoutText(write) : write;
  });
}

/** Every write of a POSIX command line shows one of these; most command lines only look at things. */
const signs = />|\btee\b|-\w*i|--in-place|--write|--fix|fmt|format|black|generate|patch|apply|powershell|pwsh/i;

function writesIn(shell: ShellKind, source: string, folder: string | undefined, depth: number): ShellWrite[] {
  if (depth > deepestNesting || (shell === 'posix' && !signs.test(source))) return [];
  const folders = createFolders(folder);
  const writes: ShellWrite[] = [];
  for (const command of shell === 'posix' ? readPosixShell(source) : readPowerShell(source)) {
    const words = withoutWrappers(command.words);
    const current = folders.of(command.subshell);
    if (folders.change(command.subshell, words)) continue;
    writes.push(...writesOf(shell, command, words, current).slice(0, mostWrites));
    const nested = nestedScript(command, words);
    if (nested !== undefined) {
      const inner = writesIn(nested.kind, nested.source, current, depth + 1);
      writes.push(...(nested.isLiteral ? inner : inner.map(withoutText)));
    }
    if (writes.length >= mostWrites) break;
  }
  return writes.slice(0, mostWrites);
}

/** Of a script that the outer shell changed before it ran, what was written is not what stands here. */
function withoutText(write: ShellWrite): ShellWrite {
  return { kind: 'opaque', ...(write.path !== undefined && { path: write.path }) };
}

function writesOf(
  shell: ShellKind,
  command: ShellCommand,
  words: readonly ShellWord[],
  folder: string | undefined,
): ShellWrite[] {
  const printed = shell === 'posix' ? textOfCat(command, words) : printedLines(words);
  const writes = command.redirections.flatMap(({ target, isAppend }) => writeTo(target, isAppend, printed, folder));
  if (shell === 'posix' && programName(words[0]?.text ?? '') === 'tee')
    return [...writes, ...writesOfTee(command, words, folder)];
  const cmdlet = shell === 'powershell' ? cmdletWrite(command, words) : undefined;
  if (cmdlet !== undefined) {
    return [...writes, ...cmdlet.targets.flatMap((target) => writeTo(target, cmdlet.isAppend, cmdlet.lines, folder))];
  }
  const rewritten = rewritingCommand(words);
  if (rewritten === undefined) return writes;
  if (rewritten.length === 0) return [...writes, { kind: 'opaque' }];
  return [...writes, ...rewritten.flatMap((word) => writeTo(word, false, undefined, folder))];
}

function writesOfTee(command: ShellCommand, words: readonly ShellWord[], folder: string | undefined): ShellWrite[] {
  const [heredoc] = command.heredocs;
  const { input } = command;
  const piped = input === undefined ? undefined : textOfCat(input, withoutWrappers(input.words));
  const lines = heredoc === undefined ? piped : textOf(heredoc);
  const isAppend = words.some((word) => word.text === '-a' || word.text === '--append');
  const targets = words.slice(1).filter((word) => !word.text.startsWith('-'));
  return targets.flatMap((target) => writeTo(target, isAppend, lines, folder));
}

/** What a plain `cat` of one here-document prints. */
function textOfCat(command: ShellCommand, words: readonly ShellWord[]): readonly string[] | undefined {
  const isPlain = words[0]?.text === 'cat' && words.slice(1).every((word) => word.text === '-');
  const [heredoc, other] = command.heredocs;
  return isPlain && heredoc !== undefined && other === undefined ? textOf(heredoc) : undefined;
}

/** Where the shell expands the body, backslashes escape. Variables stay as written: such a line explains nothing. */
function textOf({ lines, isExpanded }: Heredoc): readonly string[] {
  if (!isExpanded || lines.length === 0) return lines;
  return lines
    .join('\n')
    .replace(/\\\n/g, '')
    .replace(/\\([\\$`])/g, '$1')
    .split('\n');
}

function writeTo(
  target: ShellWord,
  isAppend: boolean,
  lines: readonly string[] | undefined,
  folder: string | undefined,
): ShellWrite[] {
  if (isDevice(target.text)) return [];
  const path = target.isLiteral ? resolvePath(folder, target.text) : undefined;
  if (path === undefined) return [{ kind: 'opaque' }];
  if (lines === undefined) return [{ kind: 'opaque', path }];
  return [{ kind: 'text', path, isAppend, lines }];
}

function isDevice(path: string): boolean {
  return path === '' || path === '-' || path.startsWith('/dev/') || /^(?:nul|\$null)$/i.test(path);
}

interface Folders {
  of(subshell: Subshell): string | undefined;
  /** Whether the command changes the current folder, which it then does. */
  change(subshell: Subshell, words: readonly ShellWord[]): boolean;
}

const changes = /^(?:cd|chdir|sl|set-location|pushd|push-location)$/i;
const returns = /^(?:popd|pop-location)$/i;

/** The current folders of a command line's subshells; each begins where the one around it stands. */
function createFolders(start: string | undefined): Folders {
  const current = new Map<Subshell, string | undefined>();
  const left: (string | undefined)[] = [];
  const of = (subshell: Subshell): string | undefined => {
    if (!current.has(subshell)) current.set(subshell, subshell.parent === undefined ? start : of(subshell.parent));
    return current.get(subshell);
  };
  return {
    of,
    change: (subshell, words) => {
      const name = words[0]?.text ?? '';
      if (returns.test(name)) current.set(subshell, left.pop());
      else if (changes.test(name)) {
        if (/^push/i.test(name)) left.push(of(subshell));
        current.set(subshell, folderAfter(of(subshell), words.slice(1)));
      } else return false;
      return true;
    },
  };
}

function folderAfter(current: string | undefined, operands: readonly ShellWord[]): string | undefined {
  const target = operands.find((word) => !/^-(?:path|literalpath|passthru|[LP])$/i.test(word.text));
  if (target === undefined || !target.isLiteral || target.text.startsWith('-')) return undefined;
  const folder = resolvePath(current, target.text);
  // Beyond the longest path of a system there is no folder; `cd x;` a thousand times over would build one.
  if (folder === undefined || folder.length > longestPath) return undefined;
  return isAbsolutePath(folder) ? folder : undefined;
}
