import { type Heredoc, readShell, type ShellCommand, type ShellWord } from './readShell';
import { rewritingCommand, withoutWrappers } from './rewritingCommands';
import { isAbsolutePath, resolvePath } from './shellPaths';

/** A file that a command line writes. */
export type ShellWrite =
  /** The text stands in the command line: a here-document into a file. */
  | { kind: 'text'; path: string; isAppend: boolean; lines: string[] }
  /** What it writes cannot be read off the command line. */
  | { kind: 'opaque'; path?: string };

/**
 * Files that a command line writes, in its order. Paths are absolute where `folder` (the folder it starts in) and the
 * `cd`s in it are known, else as written. Copies, moves and deletions write no text and are left out; so are devices.
 */
export function shellWrites(commandLine: string, folder: string | undefined): ShellWrite[] {
  // Every write shows one of these; most command lines only look at things.
  if (!/>|\btee\b|-\w*i|--in-place|--write|--fix|fmt|format|black|generate|patch|apply/.test(commandLine)) return [];
  const writes: ShellWrite[] = [];
  let current = folder;
  let previous: ShellCommand | undefined;
  for (const command of readShell(commandLine)) {
    const words = withoutWrappers(command.words);
    const name = words[0]?.text;
    if (name === 'cd' || name === 'pushd') current = changeFolder(current, words[1]);
    else writes.push(...writesOf(command, words, previous, current));
    previous = command;
  }
  return writes;
}

function writesOf(
  command: ShellCommand,
  words: readonly ShellWord[],
  previous: ShellCommand | undefined,
  folder: string | undefined,
): ShellWrite[] {
  const body = printedText(command, words) ?? undefined;
  const writes: ShellWrite[] = [];
  for (const { target, isAppend } of command.redirections) writes.push(...writeTo(target, isAppend, body, folder));
  if (words[0]?.text === 'tee') {
    const input = teeInput(command, previous);
    const isAppend = words.some((word) => word.text === '-a' || word.text === '--append');
    for (const word of words.slice(1)) {
      if (!word.text.startsWith('-')) writes.push(...writeTo(word, isAppend, input, folder));
    }
  }
  const rewritten = rewritingCommand(words);
  if (rewritten === undefined) return writes;
  if (rewritten.length === 0) return [...writes, { kind: 'opaque' }];
  return [...writes, ...rewritten.flatMap((word) => writeTo(word, false, undefined, folder))];
}

/** What a plain `cat` of one here-document prints. */
function printedText(command: ShellCommand, words: readonly ShellWord[]): Heredoc | undefined {
  const isPlain = words[0]?.text === 'cat' && words.slice(1).every((word) => word.text === '-');
  return isPlain && command.heredocs.length === 1 ? command.heredocs[0] : undefined;
}

function teeInput(command: ShellCommand, previous: ShellCommand | undefined): Heredoc | undefined {
  if (command.heredocs.length === 1) return command.heredocs[0];
  if (!command.isPiped || previous === undefined) return undefined;
  return printedText(previous, withoutWrappers(previous.words));
}

function writeTo(
  target: ShellWord,
  isAppend: boolean,
  body: Heredoc | undefined,
  folder: string | undefined,
): ShellWrite[] {
  if (isDevice(target.text)) return [];
  const path = target.isLiteral ? resolvePath(folder, target.text) : undefined;
  if (path === undefined) return [{ kind: 'opaque' }];
  if (body === undefined) return [{ kind: 'opaque', path }];
  return [{ kind: 'text', path, isAppend, lines: body.isExpanded ? unescaped(body.lines) : [...body.lines] }];
}

function isDevice(path: string): boolean {
  return path === '' || path === '-' || path.startsWith('/dev/') || /^nul$/i.test(path);
}

/** Where the shell expands the body, backslashes escape. Variables stay as written: such a line explains nothing. */
function unescaped(lines: readonly string[]): string[] {
  const text = lines
    .join('\n')
    .replace(/\\\n/g, '')
    .replace(/\\([\\$`])/g, '$1');
  return lines.length === 0 ? [] : text.split('\n');
}

function changeFolder(current: string | undefined, target: ShellWord | undefined): string | undefined {
  if (target === undefined || !target.isLiteral || target.text.startsWith('-')) return undefined;
  const folder = resolvePath(current, target.text);
  return folder !== undefined && isAbsolutePath(folder) ? folder : undefined;
}
