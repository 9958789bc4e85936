// Files that a POSIX command line writes, told by patterns: no shell, only what agents usually write.
import { powerShellWritesOf } from './powerShell';
import { changedInPlace, resolved, type ShellWrite, type Word, withoutWrappers, writeTo } from './programs';

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
    const write = (target: Word, lines: string[] | undefined) => writes.push(...writeTo(current, target, lines));
    for (const target of targets) write(target, body);
    if (name?.text === 'tee') for (const file of rest.filter((word) => !/^-/.test(word.text))) write(file, input);
    if (name?.text === 'cd') current = rest[0]?.isPlain ? resolved(current, rest[0].text) : undefined;
    writes.push(...changedInPlace(current, name?.text ?? '', rest), ...nestedWritesOf(current, name?.text ?? '', rest));
    printed = body;
  }
  return writes;
}

/** Of the command line that a shell gets: `bash -lc '…'`. What `ssh` or `docker exec` get runs elsewhere. */
function nestedWritesOf(folder: string | undefined, name: string, words: Word[]): ShellWrite[] {
  const isPosix = /^(ba|z|da|k)?sh$/.test(name);
  if (!isPosix && !/^(pwsh|powershell)(\.exe)?$/.test(name)) return [];
  const script = words[words.findIndex((word) => /^-(\w*c|Command)$/.test(word.text)) + 1];
  if (script === undefined || script === words[0]) return [];
  const inner = isPosix ? shellWritesOf(script.text, folder) : powerShellWritesOf(script.text, folder);
  // What the outer shell fills in nobody knows.
  return script.isPlain ? inner : inner.map(({ path }) => ({ path, via: 'opaque', added: 0 }));
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
