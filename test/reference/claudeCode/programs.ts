// What shells have in common: words, paths, and programs that change files.
import { posix, win32 } from 'node:path';

export interface ShellWrite {
  path: string | undefined;
  via: 'shell' | 'opaque';
  added: number;
}

export interface Word {
  text: string;
  /** No variable, substitution or pattern decides what it is. */
  isPlain: boolean;
}

/** A write of lines that stand in the command line; without them of what nobody knows. A device keeps none. */
export function writeTo(folder: string | undefined, target: Word, lines: string[] | undefined): ShellWrite[] {
  if (/^\/dev\/|^-?$|^(\$null|nul)$/i.test(target.text)) return [];
  const path = target.isPlain ? resolved(folder, target.text) : undefined;
  if (path === undefined || lines === undefined) return [{ path, via: 'opaque', added: 0 }];
  return [{ path, via: 'shell', added: lines.length }];
}

/** What stands before a program that it runs. */
const wrapper = /^(do|then|else|if|while|until|\{|!|time|command|exec|env|sudo|npx|bunx|pnpx|uvx|nohup|xargs|\w+=.*)$/s;

/** A command from its program on. */
export function withoutWrappers<Any extends Word>(words: Any[]): Any[] {
  const first = words[0]?.text ?? '';
  if (wrapper.test(first)) return withoutWrappers(withoutOptions(words.slice(1)));
  if (/^(uv|poetry) run$/.test(`${first} ${words[1]?.text}`)) return withoutWrappers(words.slice(2));
  const action = first === 'find' ? words.findIndex((word) => /^-exec(dir)?$/.test(word.text)) : -1;
  return action < 0 ? words : words.slice(action + 1).filter((word) => !/^(\{\}|;|\+)$/.test(word.text));
}

/** Options of a wrapper; some have their value in the next word. */
function withoutOptions<Any extends Word>(words: Any[]): Any[] {
  const option = words[0]?.text ?? '';
  if (!/^-./.test(option)) return words;
  return withoutOptions(words.slice(/^-[ugnPI]$/.test(option) ? 2 : 1));
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
const generators = ['go fmt', 'go generate', 'cargo fmt', 'git apply', 'patch', 'markdownlint-cli2 --fix'];
const onlyLooks = /^--(check|diff|stat|numstat|summary|cached|dry-run)$/;

/** What a program changes in place. */
export function changedInPlace(folder: string | undefined, name: string, words: Word[]): ShellWrite[] {
  const files = filesOf(name, words);
  if (files?.length === 0) return [{ path: undefined, via: 'opaque', added: 0 }];
  return (files ?? []).flatMap((file) => writeTo(folder, file, undefined));
}

/** The files that a program changes in place; none: it does not say which; undefined: it changes none. */
function filesOf(name: string, words: Word[]): Word[] | undefined {
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

/** A path from a folder; Git Bash, a shell on Windows, says `/d/` for drive D. */
export function resolved(folder: string | undefined, path: string): string {
  if (/^[A-Z]:/i.test(folder ?? '')) {
    const drive = path.replace(/^\/([a-z])(?=\/)/i, (_, letter) => `${letter.toUpperCase()}:`);
    if (/^[A-Z]:/i.test(path)) return path;
    return /^[/~]/.test(drive) ? drive : win32.resolve(folder ?? '', drive);
  }
  return folder === undefined || /^[/~]/.test(path) ? path : posix.join(folder, path);
}
