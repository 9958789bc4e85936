// Files that a PowerShell command line writes, told by patterns: no shell, only what agents usually write.
import { changedInPlace, resolved, type ShellWrite, type Word, withoutWrappers, writeTo } from './programs';

interface Part extends Word {
  /** Of a text in quotes; undefined for other words. */
  lines: string[] | undefined;
}

interface Command {
  words: Part[];
  targets: Part[];
}

/** Writes by `Set-Content` and its like, redirections, and programs that change files in place, in the line's order. */
export function powerShellWritesOf(line: string, folder: string | undefined): ShellWrite[] {
  const writes: ShellWrite[] = [];
  let current = folder;
  for (const { words, targets } of commandsOf(line)) {
    const [name, ...rest] = withoutWrappers(words);
    const printed = words.every((word) => word.lines) ? words.flatMap((word) => word.lines ?? []) : undefined;
    for (const target of targets) writes.push(...writeTo(current, target, printed));
    if (/^(cd|set-location)$/i.test(name?.text ?? ''))
      current = rest[0]?.isPlain ? resolved(current, rest[0].text) : undefined;
    writes.push(...writesOfCmdlet(current, name?.text ?? '', rest), ...changedInPlace(current, name?.text ?? '', rest));
  }
  return writes;
}

/** The files of `[IO.File]::WriteAllText(…)` and its like stand in parentheses, where they are not looked for. */
function writesOfCmdlet(folder: string | undefined, name: string, words: Part[]): ShellWrite[] {
  if (/^\[(System\.)?IO\.File\]::(Write|Append)All/i.test(name)) return [{ path: undefined, via: 'opaque', added: 0 }];
  if (!/^(set-content|add-content|out-file)$/i.test(name)) return [];
  const given = (parameter: RegExp) => words.find((_, at) => parameter.test(words[at - 1]?.text ?? ''));
  const isNamed = (at: number) => /^-(path|literalpath|filepath|value|encoding)$/i.test(words[at - 1]?.text ?? '');
  const unnamed = words.filter(({ text, lines }, at) => (lines || !text.startsWith('-')) && !isNamed(at));
  const path = given(/^-(path|literalpath|filepath)$/i) ?? unnamed.shift();
  const value = given(/^-value$/i) ?? unnamed.shift();
  return path ? writeTo(folder, path, /^out-file$/i.test(name) ? undefined : value?.lines) : [];
}

const token = new RegExp(
  [
    /@(?<mark>['"])\r?\n(?<here>[\s\S]*?)\r?\n\k<mark>@/,
    /'(?<single>(?:[^']|'')*)'/,
    /"(?<double>(?:`[\s\S]|""|[^"`])*)"/,
    /(?<into>>>?)/,
    /(?<end>[;|&\n(){}])/,
    /(?<word>[^\s;|&(){}'",>]+)/,
  ]
    .map((each) => each.source)
    .join('|'),
  'g',
);

function commandsOf(line: string): Command[] {
  const commands: Command[] = [{ words: [], targets: [] }];
  let isTarget = false;
  for (const { groups = {} } of line.matchAll(token)) {
    const command = commands.at(-1);
    if (groups['end']) commands.push({ words: [], targets: [] });
    else if (!groups['into']) command?.[isTarget ? 'targets' : 'words'].push(partOf(groups));
    isTarget = groups['into'] !== undefined;
  }
  return commands;
}

function partOf({ mark, here, single, double, word }: Record<string, string | undefined>): Part {
  const text = here ?? single?.replaceAll("''", "'") ?? double ?? word ?? '';
  const lines = text === '' ? [] : text.split(/\r?\n/);
  const isPlain = single !== undefined || mark === "'" || !/[$`]/.test(text);
  return { text, isPlain, lines: word === undefined ? lines : undefined };
}
