// Files that a command line writes, told by patterns: no shell, only what agents usually write.
import { posix, win32 } from 'node:path';

interface ShellWrite {
  path: string | undefined;
  via: 'shell' | 'opaque';
  added: number;
}

interface Word {
  text: string;
  /** No variable, substitution or pattern decides what it is. */
  isPlain: boolean;
}

/** Writes by redirections, `tee`, and programs that change files in place, in the order of the line. */
export function shellWritesOf(commandLine: string, folder: string | undefined): ShellWrite[] {
  const { line, documents } = withoutHereDocuments(commandLine);
  const writes: ShellWrite[] = [];
  let current = folder;
  let printed: string[] | undefined;
  for (const { words, targets, document, isPiped } of commandsOf(line)) {
    const [name, ...rest] = withoutWrappers(words);
    const read = document === undefined ? undefined : documents[document];
    const body = name?.text === 'cat' && rest.every((word) => word.text === '-') ? read : undefined;
    const input = name?.text === 'tee' ? (read ?? (isPiped ? printed : undefined)) : undefined;
    const write = (target: Word, lines: string[] | undefined) => {
      if (/^\/dev\/|^-?$/.test(target.text)) return;
      const path = target.isPlain ? resolved(current, target.text) : undefined;
      if (path === undefined || lines === undefined) writes.push({ path, via: 'opaque', added: 0 });
      else writes.push({ path, via: 'shell', added: lines.length });
    };
    for (const target of targets) write(target, body);
    if (name?.text === 'tee') for (const file of rest.filter((word) => !/^-/.test(word.text))) write(file, input);
    if (name?.text === 'cd') current = rest[0]?.isPlain ? resolved(current, rest[0].text) : undefined;
    const changed = changedInPlace(name?.text ?? '', rest);
    if (changed?.length === 0) writes.push({ path: undefined, via: 'opaque', added: 0 });
    for (const file of changed ?? []) write(file, undefined);
    printed = body;
  }
  return writes;
}

/** Each here-document gives its lines to `documents` and leaves `<<number` in its place. */
function withoutHereDocuments(commandLine: string): { line: string; documents: string[][] } {
  const documents: string[][] = [];
  const kept: string[] = [];
  const open: { end: string; isIndented: boolean; lines: string[] }[] = [];
  for (const line of commandLine.split('\n')) {
    const [first] = open;
    if (first) {
      const text = first.isIndented ? line.replace(/^\t+/, '') : line;
      if (text === first.end) open.shift();
      else first.lines.push(text);
      continue;
    }
    kept.push(
      line.replace(mark, (found, dash, single, double, bare, at) => {
        if (isQuoted(`${kept.join('')}${line.slice(0, at)}`)) return found;
        const lines: string[] = [];
        open.push({ end: single ?? double ?? bare, isIndented: dash !== '', lines });
        return ` <<${documents.push(lines) - 1} `;
      }),
    );
  }
  return { line: kept.join('\n').replace(/\\\n/g, ' '), documents };
}

const mark = /(?<!<)<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?(\w+))/g;

/** Within double quotes a here-document is only text, but for that of a substitution: `-m "$(cat <<EOF …`. */
const isQuoted = (before: string): boolean =>
  (before.replace(/\\./g, '').match(/"/g) ?? []).length % 2 === 1 && !/\$\(\s*cat\s*$/.test(before);

interface Command {
  words: Word[];
  targets: Word[];
  document: number | undefined;
  isPiped: boolean;
}

const quoted = /'[^']*'|"(?:\\[\s\S]|\$\((?:[^()]|\([^()]*\))*\)|[^"\\])*"/;
const expansion = /\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\$\{[^}]*\}|`[^`]*`/;
const wordPiece = new RegExp(`${quoted.source}|${expansion.source}|\\\\.|[^\\s;&|<>()'"\`\\\\]`);
const token = new RegExp(
  [
    /(?<comment>(?<![^\s;])#[^\n]*)/,
    /<<(?<document>\d+)/,
    /(?<copy>\d*>&[\d-])/,
    /(?<into>(?:\d*|&)>>?\|?)/,
    /(?<from><<<|<)/,
    /(?<end>\|\|?&?|&&|[;&\n()])/,
    new RegExp(`(?<word>(?:${wordPiece.source})+)`),
  ]
    .map((each) => each.source)
    .join('|'),
  'g',
);

function commandsOf(line: string): Command[] {
  const commands: Command[] = [{ words: [], targets: [], document: undefined, isPiped: false }];
  let next: 'word' | 'target' | 'input' = 'word';
  for (const { groups = {} } of line.matchAll(token)) {
    const command = commands.at(-1);
    if (!command) break;
    if (groups['end']) {
      commands.push({ words: [], targets: [], document: undefined, isPiped: groups['end'] === '|' });
      next = 'word';
    } else if (groups['document']) command.document = Number(groups['document']);
    else if (groups['into']) next = 'target';
    else if (groups['from']) next = 'input';
    else if (groups['word'] !== undefined) {
      if (next === 'target') command.targets.push(wordOf(groups['word']));
      if (next === 'word') command.words.push(wordOf(groups['word']));
      next = 'word';
    }
  }
  return commands;
}

function wordOf(raw: string): Word {
  const unquoted = raw.replace(/'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\(.)/g, (_, single, double, escaped) =>
    single !== undefined ? single : double !== undefined ? double.replace(/\\([$`"\\])/g, '$1') : escaped,
  );
  const open = raw.replace(/'[^']*'|\\./g, '');
  return { text: unquoted, isPlain: !/[$`]/.test(open) && !/[*?[{]/.test(open.replace(/"[^"]*"/g, '')) };
}

const wrapper = /^(do|then|else|if|while|until|\{|!|time|command|exec|env|sudo|npx|bunx|pnpx|uvx|nohup|xargs|\w+=.*)$/s;

function withoutWrappers(words: Word[]): Word[] {
  const first = words[0]?.text ?? '';
  if (wrapper.test(first)) return withoutWrappers(words.slice(1));
  if (/^(uv|poetry) run$/.test(`${first} ${words[1]?.text}`)) return withoutWrappers(words.slice(2));
  const action = first === 'find' ? words.findIndex((word) => /^-exec(dir)?$/.test(word.text)) : -1;
  return action < 0 ? words : words.slice(action + 1).filter((word) => !/^(\{\}|;|\+)$/.test(word.text));
}

/** Programs that change the files they are given, with one of these options; undefined: with any. */
const writers: Record<string, RegExp | undefined> = {
  prettier: /^(--write|-w)$/,
  eslint: /^--fix$/,
  'biome format': /^--(write|fix)$/,
  'biome check': /^--(write|fix|apply)$/,
  gofmt: /^-\w*w/,
  goimports: /^-\w*w/,
  'ruff check': /^--fix$/,
  black: undefined,
  'ruff format': undefined,
  isort: undefined,
  rustfmt: undefined,
};
/** Programs that change files without naming them. */
const generators = ['go fmt', 'go generate', 'cargo fmt', 'git apply', 'patch'];
const onlyLooks = /^--(check|diff|stat|numstat|summary|cached|dry-run)$/;

/** The files that a program changes in place; none: it does not say which; undefined: it changes none. */
function changedInPlace(name: string, words: Word[]): Word[] | undefined {
  const has = (option: RegExp) => words.some((word) => option.test(word.text));
  if (name === 'sed' || name === 'perl') {
    if (!has(name === 'sed' ? /^-[a-zA-Z]*i|^--in-place/ : /^-\w*i/)) return undefined;
    const script = words.findIndex((word) => /^-\w*e$/.test(word.text));
    const files = words.filter((word, at) => !/^-|^$/.test(word.text) && (script < 0 || at !== script + 1));
    return script < 0 ? files.slice(1) : files;
  }
  if (has(onlyLooks)) return undefined;
  const program = [name, `${name} ${words[0]?.text}`].find(
    (each) => Object.hasOwn(writers, each) || generators.includes(each),
  );
  if (program === undefined) return undefined;
  if (generators.includes(program)) return [];
  const option = writers[program];
  if (option && !has(option)) return undefined;
  return words.filter((word) => word.isPlain && /[^./-][^/]*\.\w+$/.test(word.text));
}

/** Git Bash, the shell on Windows, says `/d/` for drive D. */
function resolved(folder: string | undefined, path: string): string {
  if (/^[A-Z]:/i.test(folder ?? '')) {
    const drive = path.replace(/^\/([a-z])(?=\/)/i, (_, letter) => `${letter.toUpperCase()}:`);
    if (/^[A-Z]:/i.test(path)) return path;
    return /^[/~]/.test(drive) ? drive : win32.resolve(folder ?? '', drive);
  }
  return folder === undefined || /^[/~]/.test(path) ? path : posix.join(folder, path);
}
