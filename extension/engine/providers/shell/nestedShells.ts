import { programName, type ShellCommand, type ShellWord } from './command';

/** The language of a command line. */
export type ShellKind = 'posix' | 'powershell';

/** A command line that a command hands to a shell. */
export interface NestedScript {
  kind: ShellKind;
  source: string;
  /** False where the outer shell expands a part of it first. */
  isLiteral: boolean;
}

const posixShells = new Set(['bash', 'sh', 'zsh', 'dash', 'ksh', 'ash']);

/**
 * The script in a call of a shell: `bash -c '…'`, `pwsh -Command "…"`, `eval …`, or a here-document on its standard
 * input. Script files are not read. What `ssh`, `docker exec` and their like run, runs elsewhere: it is none.
 */
export function nestedScript(command: ShellCommand, words: readonly ShellWord[]): NestedScript | undefined {
  const program = programName(words[0]?.text ?? '').toLowerCase();
  const operands = words.slice(1);
  if (posixShells.has(program)) return posixScript(operands) ?? scriptOnInput(command, operands);
  if (program === 'pwsh' || program === 'powershell') return powerShellScript(program, operands);
  if (program === 'su') return wordAfter(operands, /^(?:-c|--command)$/);
  if (program === 'eval') return script('posix', operands);
  if (program === 'invoke-expression' || program === 'iex') return script('powershell', operands);
  return undefined;
}

/** Of `bash -o pipefail -lc 'script' name`: the first word after the options, where one of them holds a `c`. */
function posixScript(operands: readonly ShellWord[]): NestedScript | undefined {
  let hasScript = false;
  let index = 0;
  for (let word = operands[0]?.text; word !== undefined && /^[-+]./.test(word); word = operands[index]?.text) {
    hasScript ||= /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word);
    index += /^(?:[-+][oO]|--rcfile|--init-file)$/.test(word) ? 2 : 1;
  }
  return hasScript ? script('posix', operands.slice(index, index + 1)) : undefined;
}

function scriptOnInput(command: ShellCommand, operands: readonly ShellWord[]): NestedScript | undefined {
  const [heredoc] = command.heredocs;
  if (heredoc === undefined || operands.some((word) => !word.text.startsWith('-'))) return undefined;
  return { kind: 'posix', source: heredoc.lines.join('\n'), isLiteral: !heredoc.isExpanded };
}

/** PowerShell takes any unambiguous start of a parameter's name. Without a parameter `pwsh` runs a file. */
function powerShellScript(program: string, operands: readonly ShellWord[]): NestedScript | undefined {
  for (let index = 0; index < operands.length; index++) {
    const word = operands[index]?.text ?? '';
    if (/^[-/]c(?:o(?:m(?:m(?:a(?:n(?:d)?)?)?)?)?)?$/i.test(word))
      return script('powershell', operands.slice(index + 1));
    if (/^[-/](?:ex|ep|o|w|v|set|cus|inp)/i.test(word)) index++;
    else if (/^[-/](?:f|e)/i.test(word)) return undefined;
    else if (!/^[-/]/.test(word)) return program === 'pwsh' ? undefined : script('powershell', operands.slice(index));
  }
  return undefined;
}

function wordAfter(operands: readonly ShellWord[], option: RegExp): NestedScript | undefined {
  const index = operands.findIndex((word) => option.test(word.text));
  return index < 0 ? undefined : script('posix', operands.slice(index + 1, index + 2));
}

function script(kind: ShellKind, words: readonly ShellWord[]): NestedScript | undefined {
  if (words.length === 0) return undefined;
  const source = words.map((word) => word.text).join(' ');
  return { kind, source, isLiteral: words.every((word) => word.isLiteral) };
}
