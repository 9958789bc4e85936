import { programName, type ShellCommand, type ShellWord } from './command';

/** What a PowerShell command writes into files. */
export interface CmdletWrite {
  targets: ShellWord[];
  isAppend: boolean;
  /** undefined: what it writes is not written out. */
  lines: readonly string[] | undefined;
}

interface Cmdlet {
  names: readonly string[];
  /** Parameters in the order of their positions; the first names the file. */
  positions: readonly string[];
  appends?: 'always' | 'on demand';
  /** It makes its text itself. */
  computes?: true;
}

/** Sources: the cmdlets' reference pages; aliases of Windows PowerShell 5.1 and PowerShell 7. */
const cmdlets: readonly Cmdlet[] = [
  { names: ['set-content', 'sc'], positions: ['path', 'value'] },
  { names: ['add-content', 'ac'], positions: ['path', 'value'], appends: 'always' },
  { names: ['clear-content', 'clc'], positions: ['path'], computes: true },
  { names: ['out-file'], positions: ['filepath', 'encoding'], appends: 'on demand' },
  { names: ['tee-object', 'tee'], positions: ['filepath'], appends: 'on demand' },
  { names: ['export-csv', 'epcsv'], positions: ['path', 'delimiter'], appends: 'on demand', computes: true },
  { names: ['export-clixml'], positions: ['path'], computes: true },
];

const methods: Readonly<Record<string, Pick<CmdletWrite, 'isAppend'>>> = {
  writealltext: { isAppend: false },
  writealllines: { isAppend: false },
  writeallbytes: { isAppend: false },
  appendalltext: { isAppend: true },
  appendalllines: { isAppend: true },
};

/** Parameters without a value. */
const switches = new Set([
  'force',
  'nonewline',
  'passthru',
  'append',
  'noclobber',
  'asbytestream',
  'notypeinformation',
  'useculture',
  'whatif',
]);

/** What the command writes, `words` being it without wrappers; undefined for other commands. */
export function cmdletWrite(command: ShellCommand, words: readonly ShellWord[]): CmdletWrite | undefined {
  const name = programName(words[0]?.text ?? '').toLowerCase();
  const method = /^\[(?:system\.)?io\.file\]::(\w+)$/.exec(name)?.[1];
  if (method !== undefined) return methodWrite(method, words.slice(1));
  const cmdlet = cmdlets.find((each) => each.names.includes(name));
  if (cmdlet !== undefined) return writeOf(cmdlet, readParameters(cmdlet.positions, words.slice(1)), command);
  return name === 'new-item' || name === 'ni' ? newItem(words.slice(1)) : undefined;
}

/** The lines that a command prints, where it prints nothing but texts that are written out. */
export function printedLines(words: readonly ShellWord[]): readonly string[] | undefined {
  const [first] = words;
  if (first?.lines === undefined)
    return /^(?:echo|write|write-output)$/i.test(first?.text ?? '') ? linesOfAll(words.slice(1)) : undefined;
  // Behind a text a bare word is an operator.
  const isPlain = words.every((word) => word.lines !== undefined || isComma(word));
  return isPlain ? linesOfAll(words) : undefined;
}

interface Parameters {
  named: ReadonlyMap<string, readonly ShellWord[]>;
  switches: ReadonlySet<string>;
}

function writeOf(cmdlet: Cmdlet, parameters: Parameters, command: ShellCommand): CmdletWrite | undefined {
  const { named, switches: given } = parameters;
  if (given.has('whatif')) return undefined;
  const targets = named.get('literalpath') ?? named.get(cmdlet.positions[0] ?? '')?.map(withoutWildcard);
  if (targets === undefined) return undefined;
  const isAppend = cmdlet.appends === 'always' || (cmdlet.appends === 'on demand' && given.has('append'));
  const value = named.get('value') ?? named.get('inputobject');
  const lines = value === undefined ? printedLines(command.input?.words ?? []) : linesOfAll(value);
  return { targets: [...targets], isAppend, lines: cmdlet.computes ? undefined : lines };
}

/** `-Path` is a pattern, quoted or not; which files it meets nobody can say. */
function withoutWildcard(word: ShellWord): ShellWord {
  return { ...word, isLiteral: word.isLiteral && !/[*?[\]]/.test(word.text) };
}

/** Without a value it makes an empty file or a folder: no text. */
function newItem(operands: readonly ShellWord[]): CmdletWrite | undefined {
  const { named } = readParameters(['path'], operands);
  const value = named.get('value');
  const [folder, name] = [named.get('path')?.[0], named.get('name')?.[0]];
  const target = name === undefined ? folder : joined(folder, name);
  if (value === undefined || target === undefined) return undefined;
  return { targets: [target], isAppend: false, lines: linesOfAll(value) };
}

function joined(folder: ShellWord | undefined, name: ShellWord): ShellWord {
  if (folder === undefined) return name;
  return { text: `${folder.text}/${name.text}`, isLiteral: folder.isLiteral && name.isLiteral };
}

function methodWrite(method: string, words: readonly ShellWord[]): CmdletWrite | undefined {
  const kind = Object.hasOwn(methods, method) ? methods[method] : undefined;
  const [target, separator, value, more] = words;
  if (kind === undefined || target === undefined) return undefined;
  const isPlain = isComma(separator) && (more === undefined || isComma(more));
  return { targets: [target], ...kind, lines: isPlain ? value?.lines : undefined };
}

/**
 * Parameters by name, then the rest by position. A name may be cut short, its value follow behind a colon, a value be
 * a list.
 */
function readParameters(positions: readonly string[], operands: readonly ShellWord[]): Parameters {
  const known = [...positions, 'literalpath', 'value', 'inputobject', 'name', 'itemtype', 'encoding'];
  const named = new Map<string, readonly ShellWord[]>();
  const given = new Set<string>();
  const unnamed: ShellWord[][] = [];
  let index = 0;
  for (let word = operands[0]; word !== undefined; word = operands[index]) {
    const parameter = word.lines === undefined ? /^-([a-z]+)(?::(.*))?$/is.exec(word.text) : null;
    const name = parameter?.[1]?.toLowerCase() ?? '';
    if (switches.has(name)) {
      given.add(name);
      index++;
    } else if (parameter?.[2]) {
      named.set(fullName(known, name), [{ text: parameter[2], isLiteral: word.isLiteral }]);
      index++;
    } else {
      const values = listFrom(operands, parameter === null ? index : index + 1);
      if (parameter === null) unnamed.push(values.words);
      else named.set(fullName(known, name), values.words);
      index = values.end;
    }
  }
  const isPathGiven = named.has('literalpath');
  const open = positions.filter((position, place) => !named.has(position) && !(place === 0 && isPathGiven));
  open.forEach((position, place) => {
    const values = unnamed[place];
    if (values !== undefined) named.set(position, values);
  });
  return { named, switches: given };
}

function fullName(known: readonly string[], name: string): string {
  return known.find((each) => each.startsWith(name)) ?? name;
}

/** The word at `start` and those that a comma joins to it. */
function listFrom(operands: readonly ShellWord[], start: number): { words: ShellWord[]; end: number } {
  const words: ShellWord[] = [];
  let end = start;
  for (let word = operands[end]; word !== undefined; word = operands[end]) {
    words.push(word);
    end++;
    if (!isComma(operands[end])) break;
    end++;
  }
  return { words, end };
}

/** A bare word is a text too where a value is wanted. */
function linesOfAll(words: readonly ShellWord[]): readonly string[] | undefined {
  const texts = words.filter((word) => !isComma(word));
  const lines = texts.map((word) => word.lines ?? (word.isLiteral ? [word.text] : undefined));
  return lines.length === 0 || lines.includes(undefined) ? undefined : lines.flatMap((each) => each ?? []);
}

function isComma(word: ShellWord | undefined): boolean {
  return word?.text === ',' && word.lines === undefined;
}
