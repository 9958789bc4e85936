import { programName, type ShellWord } from './command';

/** A program that runs the command which follows its options. */
interface Runner {
  /** Options whose value is the next word. */
  values?: RegExp;
  /** Words between the options and the command. */
  operands?: number;
}

const runners: ReadonlyMap<string, Runner> = new Map<string, Runner>([
  ['command', {}],
  ['builtin', {}],
  ['exec', { values: /^-a$/ }],
  ['time', {}],
  ['env', { values: /^(?:-[uC]|--unset|--chdir)$/ }],
  ['sudo', { values: /^(?:-[ugpCrtTUDRh]|--(?:user|group|prompt|chdir|chroot|host|other-user))$/ }],
  ['doas', { values: /^-[uC]$/ }],
  ['nohup', {}],
  ['setsid', {}],
  ['nice', { values: /^(?:-n|--adjustment)$/ }],
  ['ionice', { values: /^-[cn]$/ }],
  ['stdbuf', { values: /^-[ioe]$/ }],
  ['timeout', { values: /^(?:-[ks]|--kill-after|--signal)$/, operands: 1 }],
  ['xargs', { values: /^(?:-[nPILdasE]|--(?:max-args|max-procs|replace|arg-file|delimiter|max-lines))$/ }],
  ['npx', { values: /^(?:-p|--package)$/ }],
  ['bunx', {}],
  ['pnpx', {}],
  ['uvx', { values: /^--(?:from|with|python)$/ }],
  ['pnpm exec', {}],
  ['pnpm dlx', {}],
  ['yarn dlx', {}],
  ['npm exec', {}],
  ['uv run', { values: /^--(?:with|python|project|directory)$/ }],
  ['poetry run', {}],
  ['mise exec', {}],
]);

const keywords = new Set(['do', 'then', 'else', 'elif', 'if', 'while', 'until', '{', '!']);

/**
 * A command without what stands before its name: keywords, assignments, runners such as `sudo` or `npx`. Of `find` and
 * `xargs` the command that they run; the files that they hand to it are not known.
 */
export function withoutWrappers(words: readonly ShellWord[]): ShellWord[] {
  let index = 0;
  for (let isWrapper = true; isWrapper; ) {
    const after = afterWrapper(words, index);
    isWrapper = after > index;
    index = after;
  }
  const rest = words.slice(index);
  return words.some((word) => word.text === '{}') ? rest.filter((word) => !findSigns.has(word.text)) : rest;
}

const findSigns = new Set(['{}', ';', '+']);

/** The index behind the wrapper that stands at `index`; `index` itself where there is none. */
function afterWrapper(words: readonly ShellWord[], index: number): number {
  const first = words[index]?.text;
  if (first === undefined) return index;
  if (keywords.has(first) || /^\w+=/.test(first)) return index + 1;
  const program = programName(first);
  const pair = runners.get(`${program} ${words[index + 1]?.text ?? ''}`);
  if (pair !== undefined) return commandAfter(pair, words, index + 2);
  const runner = runners.get(program);
  if (runner !== undefined) return commandAfter(runner, words, index + 1);
  return program === 'find' ? findAction(words, index) : index;
}

function findAction(words: readonly ShellWord[], find: number): number {
  for (let index = find + 1; index < words.length; index++) {
    if (/^-(?:exec|ok)(?:dir)?$/.test(words[index]?.text ?? '')) return index + 1;
  }
  return find;
}

function commandAfter({ values, operands = 0 }: Runner, words: readonly ShellWord[], from: number): number {
  let index = from;
  for (let word = words[index]?.text; word?.startsWith('-'); word = words[index]?.text) {
    index += values?.test(word) ? 2 : 1;
    if (word === '--') break;
  }
  return index + operands;
}
