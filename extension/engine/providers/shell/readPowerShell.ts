import { linesOf } from '../values';
import type { ShellCommand, ShellWord, Subshell } from './command';

interface Reader {
  source: string;
  at: number;
  depth: number;
  subshell: Subshell;
  commands: ShellCommand[];
}

/** A piece of a word: a text in quotes, or what stands without. */
interface Piece {
  text: string;
  isLiteral: boolean;
  isText: boolean;
}

type Awaited = 'word' | 'output' | 'append' | 'nothing';

/** Blocks nest by hand at most a few levels; more is hostile. */
const deepest = 40;

/** Stands for a block, a list or an expression in parentheses, whose value no command line shows. */
const computed: ShellWord = { text: '(…)', isLiteral: false };

/**
 * The commands of a PowerShell command line, in order, those in script blocks and parentheses included. Lists come as
 * their elements with `,` between. Never throws: what is not understood ends a command early.
 * Source of the grammar: PowerShell documentation, about_Parsing, about_Quoting_Rules, about_Redirection.
 */
export function readPowerShell(source: string): ShellCommand[] {
  const reader: Reader = { source, at: 0, depth: 0, subshell: { parent: undefined }, commands: [] };
  readStatements(reader, undefined);
  return reader.commands.filter((command) => command.words.length > 0 || command.redirections.length > 0);
}

/** Reads up to the closing sign (which is consumed) or the end. */
function readStatements(reader: Reader, closing: ')' | '}' | undefined): void {
  if (++reader.depth > deepest) reader.at = reader.source.length;
  const { source } = reader;
  let command = newCommand(reader, undefined);
  let awaited: Awaited = 'word';
  let openCalls = 0;

  const endCommand = (input?: ShellCommand): void => {
    awaited = 'word';
    command = newCommand(reader, input);
  };

  while (reader.at < source.length) {
    const sign = source.charAt(reader.at);
    if (sign === '\n') {
      reader.at++;
      if (!isContinued(reader, command)) endCommand();
    } else if (/[ \t\r]/.test(sign)) {
      reader.at++;
    } else if (/^`\r?\n/.test(source.slice(reader.at, reader.at + 3))) {
      reader.at = source.indexOf('\n', reader.at) + 1;
    } else if (sign === '#') {
      reader.at = endOf(source, '\n', reader.at);
    } else if (source.startsWith('<#', reader.at)) {
      reader.at = endOf(source, '#>', reader.at) + 2;
    } else if (sign === ')' && openCalls > 0) {
      reader.at++;
      openCalls--;
    } else if (sign === ')' || sign === '}') {
      reader.at++;
      if (sign === closing) break;
      endCommand();
    } else if (sign === '(' && isMethod(command.words.at(-1), source.charAt(reader.at - 1))) {
      reader.at++;
      openCalls++;
    } else if (sign === '(' || sign === '{') {
      reader.at++;
      readStatements(reader, sign === '(' ? ')' : '}');
      command.words.push(computed);
    } else if (sign === ';' || source.startsWith('&&', reader.at) || source.startsWith('||', reader.at)) {
      reader.at += sign === ';' ? 1 : 2;
      endCommand();
    } else if (sign === '|') {
      reader.at++;
      endCommand(command);
    } else if (sign === '&') {
      reader.at++;
      if (command.words.length > 0) endCommand();
    } else if (sign === ',') {
      reader.at++;
      command.words.push({ text: ',', isLiteral: true });
    } else if (sign === '>') {
      awaited = readRedirection(reader);
    } else {
      const word = readWord(reader);
      if (/^(?:[1-6]|\*)$/.test(word.text) && source.charAt(reader.at) === '>') continue;
      if (awaited === 'word') command.words.push(word);
      else if (awaited !== 'nothing') command.redirections.push({ target: word, isAppend: awaited === 'append' });
      awaited = 'word';
    }
  }
  reader.depth--;
}

function newCommand(reader: Reader, input: ShellCommand | undefined): ShellCommand {
  const command: ShellCommand = { words: [], redirections: [], heredocs: [], input, subshell: reader.subshell };
  reader.commands.push(command);
  return command;
}

/** A pipeline goes on over the end of a line after its sign, and since PowerShell 7 before it. */
function isContinued(reader: Reader, command: ShellCommand): boolean {
  if (command.words.length === 0) return command.input !== undefined;
  return /^\s*\|(?!\|)/.test(reader.source.slice(reader.at, reader.at + 200));
}

/** `[IO.File]::WriteAllText(`: what stands in the parentheses are words of the same command. */
function isMethod(word: ShellWord | undefined, before: string): boolean {
  return word !== undefined && /\w/.test(before) && /^\[[\w.]+\]::\w+$/.test(word.text);
}

function readRedirection(reader: Reader): Awaited {
  reader.at++;
  const next = reader.source.charAt(reader.at);
  if (next === '&') {
    reader.at++;
    return 'nothing';
  }
  if (next !== '>') return 'output';
  reader.at++;
  return 'append';
}

function readWord(reader: Reader): ShellWord {
  const start = reader.at;
  const pieces: Piece[] = [];
  for (;;) {
    const piece = readPiece(reader);
    if (piece === undefined) break;
    pieces.push(piece);
  }
  // A sign that no rule takes would hold the reader at its place for ever.
  if (reader.at === start) reader.at++;
  const text = pieces.map((piece) => piece.text).join('');
  const isLiteral = pieces.every((piece) => piece.isLiteral);
  const isText = pieces.length === 1 && pieces[0]?.isText;
  return { text, isLiteral, ...(isText && { lines: linesOf(text) }) };
}

function readPiece(reader: Reader): Piece | undefined {
  const { source } = reader;
  const sign = source.charAt(reader.at);
  const hereString = /^@(['"])[ \t]*\r?\n/.exec(source.slice(reader.at, reader.at + 100));
  if (hereString !== null) return readHereString(reader, hereString[0].length, hereString[1] ?? '');
  if (sign === "'") return readSingleQuotes(reader);
  if (sign === '"') return readDoubleQuotes(reader);
  if (sign === '$' || sign === '@') return readVariable(reader);
  return readBare(reader);
}

function readSingleQuotes(reader: Reader): Piece {
  const { source } = reader;
  let text = '';
  let at = reader.at + 1;
  for (;;) {
    const end = endOf(source, "'", at);
    text += source.slice(at, end);
    at = end + 1;
    if (source.charAt(at) !== "'") break;
    text += "'";
    at++;
  }
  reader.at = at;
  return { text, isLiteral: true, isText: true };
}

function readDoubleQuotes(reader: Reader): Piece {
  const { source } = reader;
  const start = ++reader.at;
  while (reader.at < source.length) {
    const sign = source.charAt(reader.at);
    if (sign === '`') reader.at += 2;
    else if (source.startsWith('""', reader.at)) reader.at += 2;
    else if (source.startsWith('$(', reader.at)) skipSubexpression(reader);
    else if (sign === '"') break;
    else reader.at++;
  }
  const raw = source.slice(start, reader.at++);
  return { ...expandable(raw.replaceAll('""', '"')), isText: true };
}

/** The terminator stands at the start of a line; the line end before it belongs to it. */
function readHereString(reader: Reader, opening: number, quote: string): Piece {
  const { source } = reader;
  const start = reader.at + opening;
  const end = source.startsWith(`${quote}@`, start) ? start : endOf(source, `\n${quote}@`, start);
  const raw = source.slice(start, end).replace(/\r$/, '');
  reader.at = end === start ? end + 2 : end + 3;
  return { ...(quote === "'" ? { text: raw, isLiteral: true } : expandable(raw)), isText: true };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\n': '' };

/** Escapes are undone; variables stay as written: a line with one explains nothing. */
function expandable(raw: string): { text: string; isLiteral: boolean } {
  const text = raw.replaceAll(/`([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);
  return { text, isLiteral: !/\$[\w{(:?^$]/.test(raw.replaceAll(/`[\s\S]/g, '')) };
}

/** `$name`, `${name}`, `$(…)`, `@(…)`, `@{…}`, `@splat`: values that the command line does not show. */
function readVariable(reader: Reader): Piece {
  const { source } = reader;
  const start = reader.at;
  const next = source.charAt(start + 1);
  if (next === '(') {
    reader.at += 2;
    readStatements(reader, ')');
  } else if (next === '{' && source.charAt(start) === '@') {
    reader.at += 2;
    readStatements(reader, '}');
  } else if (next === '{') {
    reader.at = endOf(source, '}', start) + 1;
  } else {
    reader.at++;
  }
  return { text: source.slice(start, Math.min(reader.at, start + 64)), isLiteral: false, isText: false };
}

function readBare(reader: Reader): Piece | undefined {
  const { source } = reader;
  const start = reader.at;
  let text = '';
  while (reader.at < source.length && !/[\s;|&(){},<>'"$]/.test(source.charAt(reader.at))) {
    if (source.charAt(reader.at) === '`') {
      if (/[\r\n]/.test(source.charAt(reader.at + 1))) break;
      reader.at++;
    }
    text += source.charAt(reader.at++);
  }
  return reader.at === start ? undefined : { text, isLiteral: true, isText: false };
}

/** Skips `$( … )`: what runs in it is none of the command line's own commands. */
function skipSubexpression(reader: Reader): void {
  const inner: Reader = { ...reader, at: reader.at + 2, commands: [] };
  readStatements(inner, ')');
  reader.at = inner.at;
}

function endOf(source: string, sign: string, from: number): number {
  const end = source.indexOf(sign, from);
  return end < 0 ? source.length : end;
}
