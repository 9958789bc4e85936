import type { Heredoc, ShellCommand, ShellWord, Subshell } from './command';

interface PendingHeredoc {
  heredoc: Heredoc;
  delimiter: string;
  stripsTabs: boolean;
}

interface Reader {
  source: string;
  at: number;
  depth: number;
  pending: PendingHeredoc[];
}

type Awaited = 'word' | 'input' | 'output' | 'append';

/** Substitutions nest by hand at most a few levels; more is hostile. */
const deepest = 40;

/**
 * The simple commands of a POSIX or Bash command line, in order, sub-shells included, command substitutions not
 * (they are skipped, their here-documents with them). Never throws: what is not understood ends a command early.
 * Source of the grammar: POSIX.1-2024, Shell Command Language, 2.2 Quoting, 2.7 Redirection.
 */
export function readPosixShell(source: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  readCommands({ source, at: 0, depth: 0, pending: [] }, undefined, commands, { parent: undefined });
  return commands.filter((command) => command.words.length > 0 || command.redirections.length > 0);
}

/** Reads up to the closing parenthesis (which is consumed) or the end. */
function readCommands(reader: Reader, closing: ')' | undefined, commands: ShellCommand[], subshell: Subshell): void {
  if (++reader.depth > deepest) reader.at = reader.source.length;
  const { source } = reader;
  let command = newCommand(commands, subshell, undefined);
  let awaited: Awaited = 'word';

  const endCommand = (input?: ShellCommand): void => {
    awaited = 'word';
    command = newCommand(commands, subshell, input);
  };

  while (reader.at < source.length) {
    const sign = source.charAt(reader.at);
    if (sign === '\n') {
      reader.at++;
      readHeredocBodies(reader);
      const isAwaitedByPipe = command.input !== undefined && command.words.length === 0;
      if (!isAwaitedByPipe) endCommand();
    } else if (sign === ' ' || sign === '\t' || sign === '\r') {
      reader.at++;
    } else if (sign === '#') {
      reader.at = endOfLine(source, reader.at);
    } else if (source.startsWith('\\\n', reader.at)) {
      reader.at += 2;
    } else if (sign === ')') {
      reader.at++;
      if (closing !== undefined) break;
      endCommand();
    } else if (sign === '(') {
      if (source.startsWith('((', reader.at)) {
        skipArithmetic(reader);
      } else {
        reader.at++;
        readCommands(reader, ')', commands, { parent: subshell });
        endCommand();
      }
    } else if (source.startsWith('&>', reader.at)) {
      reader.at += 2;
      awaited = takeSign(reader, '>') ? 'append' : 'output';
    } else if (sign === ';' || sign === '&' || sign === '|') {
      const isPipe = sign === '|' && source.charAt(reader.at + 1) !== '|';
      while (reader.at < source.length && ';&|'.includes(source.charAt(reader.at))) {
        if (source.startsWith('&>', reader.at)) break;
        reader.at++;
      }
      endCommand(isPipe ? command : undefined);
    } else if ((sign === '<' || sign === '>') && !isInTest(command)) {
      awaited = readRedirection(reader, command) ?? awaited;
    } else {
      const word = readWord(reader, isInTest(command));
      const isDescriptor = /^\d+$/.test(word.text) && /[<>]/.test(source.charAt(reader.at));
      if (isDescriptor) continue;
      if (awaited === 'word') command.words.push(word);
      else if (awaited !== 'input') command.redirections.push({ target: word, isAppend: awaited === 'append' });
      awaited = 'word';
    }
  }
  reader.depth--;
}

function newCommand(commands: ShellCommand[], subshell: Subshell, input: ShellCommand | undefined): ShellCommand {
  const command: ShellCommand = { words: [], redirections: [], heredocs: [], input, subshell };
  commands.push(command);
  return command;
}

/** Inside `[[ … ]]` the signs `<` and `>` compare. */
function isInTest(command: ShellCommand): boolean {
  return command.words[0]?.text === '[[' && command.words.at(-1)?.text !== ']]';
}

/** Consumes a redirection sign. Says what the next word is; undefined where the redirection is complete. */
function readRedirection(reader: Reader, command: ShellCommand): Awaited | undefined {
  const { source } = reader;
  if (source.startsWith('<(', reader.at) || source.startsWith('>(', reader.at)) {
    reader.at += 2;
    skipCommands(reader);
    return undefined;
  }
  if (source.startsWith('<<<', reader.at)) {
    reader.at += 3;
    return 'input';
  }
  if (source.startsWith('<<', reader.at)) {
    reader.at += 2;
    readHeredocStart(reader, command);
    return undefined;
  }
  if (source.charAt(reader.at) === '<') {
    reader.at++;
    if (takeSign(reader, '&')) return 'input';
    return takeSign(reader, '>') ? 'output' : 'input';
  }
  reader.at++;
  if (takeSign(reader, '>')) return 'append';
  if (takeSign(reader, '|')) return 'output';
  if (!takeSign(reader, '&')) return 'output';
  return /^[ \t]*(?:\d|-)/.test(source.slice(reader.at, reader.at + 8)) ? 'input' : 'output';
}

function takeSign(reader: Reader, sign: string): boolean {
  if (reader.source.charAt(reader.at) !== sign) return false;
  reader.at++;
  return true;
}

function readHeredocStart(reader: Reader, command: ShellCommand): void {
  const stripsTabs = takeSign(reader, '-');
  while (/[ \t]/.test(reader.source.charAt(reader.at))) reader.at++;
  const start = reader.at;
  const word = readWord(reader, false);
  const isExpanded = !/["'\\]/.test(reader.source.slice(start, reader.at));
  const heredoc: Heredoc = { isExpanded, lines: [] };
  command.heredocs.push(heredoc);
  reader.pending.push({ heredoc, delimiter: word.text, stripsTabs });
}

function readHeredocBodies(reader: Reader): void {
  const { source } = reader;
  for (const { heredoc, delimiter, stripsTabs } of reader.pending.splice(0)) {
    while (reader.at < source.length) {
      const end = endOfLine(source, reader.at);
      const raw = source.slice(reader.at, end);
      reader.at = Math.min(end + 1, source.length);
      const line = stripsTabs ? raw.replace(/^\t+/, '') : raw;
      if (line.replace(/\r$/, '') === delimiter) break;
      heredoc.lines.push(line);
    }
  }
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function readWord(reader: Reader, isInTest: boolean): ShellWord {
  const { source } = reader;
  const ends = isInTest ? /[\s;&|()]/ : /[\s;&|()<>]/;
  const start = reader.at;
  let text = '';
  let isLiteral = true;
  while (reader.at < source.length && !ends.test(source.charAt(reader.at))) {
    const sign = source.charAt(reader.at);
    if (sign === "'") {
      const end = source.indexOf("'", reader.at + 1);
      const stop = end < 0 ? source.length : end;
      text += source.slice(reader.at + 1, stop);
      reader.at = stop + 1;
    } else if (sign === '"') {
      const part = readDoubleQuotes(reader);
      text += part.text;
      isLiteral &&= part.isLiteral;
    } else if (sign === '\\') {
      if (source.charAt(reader.at + 1) !== '\n') text += source.charAt(reader.at + 1);
      reader.at += 2;
    } else if (sign === '$' || sign === '`') {
      text += skipExpansion(reader);
      isLiteral = false;
    } else {
      if (sign === '*' || sign === '?' || sign === '[' || sign === '{') isLiteral = false;
      text += sign;
      reader.at++;
    }
  }
  // A sign that no rule above takes would hold the reader at its place for ever.
  if (reader.at === start) reader.at++;
  return { text, isLiteral };
}

function readDoubleQuotes(reader: Reader): ShellWord {
  const { source } = reader;
  let text = '';
  let isLiteral = true;
  reader.at++;
  while (reader.at < source.length) {
    const sign = source.charAt(reader.at);
    if (sign === '"') {
      reader.at++;
      break;
    }
    if (sign === '\\') {
      const next = source.charAt(reader.at + 1);
      if (next !== '\n') text += '$`"\\'.includes(next) ? next : sign + next;
      reader.at += 2;
    } else if (sign === '$' || sign === '`') {
      text += skipExpansion(reader);
      isLiteral = false;
    } else {
      text += sign;
      reader.at++;
    }
  }
  return { text, isLiteral };
}

/** Consumes a parameter, command or arithmetic expansion and gives it as written. */
function skipExpansion(reader: Reader): string {
  const { source } = reader;
  const start = reader.at;
  if (source.charAt(start) === '`') {
    reader.at++;
    while (reader.at < source.length && source.charAt(reader.at) !== '`') {
      reader.at += source.charAt(reader.at) === '\\' ? 2 : 1;
    }
    reader.at++;
  } else if (source.startsWith('$((', start)) {
    reader.at++;
    skipArithmetic(reader);
  } else if (source.startsWith('$(', start)) {
    reader.at += 2;
    skipCommands(reader);
  } else if (source.startsWith('${', start)) {
    const end = source.indexOf('}', start);
    reader.at = end < 0 ? source.length : end + 1;
  } else {
    reader.at++;
  }
  return source.slice(start, Math.min(reader.at, start + 64));
}

/** Up to the closing parenthesis of a substitution: what runs there is none of the command line's own commands. */
function skipCommands(reader: Reader): void {
  readCommands(reader, ')', [], { parent: undefined });
}

/** From the first of two opening parentheses to behind their closing ones. */
function skipArithmetic(reader: Reader): void {
  let open = 0;
  while (reader.at < reader.source.length) {
    const sign = reader.source.charAt(reader.at++);
    if (sign === '(') open++;
    if (sign === ')' && --open === 0) return;
  }
}
