import { programName, type ShellWord } from './command';

interface Formatter {
  /** The command and, where it has one, its sub-command. */
  words: readonly string[];
  /** It writes only with one of these options. */
  needs?: RegExp;
  /** With one of these it only looks. */
  refuses?: RegExp;
  /** Its arguments do not name the files that it writes. */
  namesNoFile?: true;
}

const formatters: readonly Formatter[] = [
  { words: ['prettier'], needs: /^(?:--write|-w)$/ },
  { words: ['eslint'], needs: /^--fix$/ },
  { words: ['biome', 'format'], needs: /^--(?:write|fix)$/ },
  { words: ['biome', 'check'], needs: /^--(?:write|fix|apply)$/ },
  { words: ['gofmt'], needs: /^-\w*w\w*$/ },
  { words: ['goimports'], needs: /^-\w*w\w*$/ },
  { words: ['go', 'fmt'], namesNoFile: true },
  { words: ['go', 'generate'], namesNoFile: true },
  { words: ['black'], refuses: /^--(?:check|diff)$/ },
  { words: ['ruff', 'format'], refuses: /^--(?:check|diff)$/ },
  { words: ['ruff', 'check'], needs: /^--fix$/ },
  { words: ['isort'], refuses: /^(?:--check.*|--diff|-c)$/ },
  { words: ['cargo', 'fmt'], refuses: /^--check$/, namesNoFile: true },
  { words: ['rustfmt'], refuses: /^--check$/ },
  { words: ['clang-format'], needs: /^-i$/ },
  { words: ['markdownlint'], needs: /^(?:--fix|-f)$/, namesNoFile: true },
  { words: ['markdownlint-cli2'], needs: /^--fix$/, namesNoFile: true },
  { words: ['mix', 'format'], refuses: /^--check-formatted$/ },
  { words: ['terraform', 'fmt'], refuses: /^-check$/ },
  { words: ['patch'], refuses: /^--dry-run$/, namesNoFile: true },
  // `--cached` changes the index alone.
  { words: ['git', 'apply'], refuses: /^--(?:check|stat|numstat|summary|cached)$/, namesNoFile: true },
];

/**
 * The files that a command is told to change in place: none named is an empty list; undefined where the command
 * changes no file in place.
 */
export function rewritingCommand(words: readonly ShellWord[]): ShellWord[] | undefined {
  const name = programName(words[0]?.text ?? '');
  if (name === 'sed' || name === 'gsed')
    return editedInPlace(words.slice(1), /^-[a-zA-Z]*i|^--in-place/, /^-[nEsrz]*[ef]$/);
  if (name === 'perl') return editedInPlace(words.slice(1), /^-[a-zA-Z0-9]*i/, /^-[a-zA-Z0-9]*e$/);
  return formattedFiles(name, words.slice(1));
}

function editedInPlace(words: readonly ShellWord[], inPlace: RegExp, script: RegExp): ShellWord[] | undefined {
  if (!words.some((word) => inPlace.test(word.text))) return undefined;
  const files: ShellWord[] = [];
  let hasScript = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) continue;
    if (script.test(word.text)) {
      hasScript = true;
      index++;
    } else if (!word.text.startsWith('-') && word.text !== '') {
      files.push(word);
    }
  }
  return hasScript ? files : files.slice(1);
}

function formattedFiles(name: string, words: readonly ShellWord[]): ShellWord[] | undefined {
  const formatter = formatters.find(
    (each) => each.words[0] === name && (each.words[1] === undefined || each.words[1] === words[0]?.text),
  );
  if (formatter === undefined) return undefined;
  const { needs, refuses } = formatter;
  if (needs !== undefined && !words.some((word) => needs.test(word.text))) return undefined;
  if (refuses !== undefined && words.some((word) => refuses.test(word.text))) return undefined;
  if (formatter.namesNoFile) return [];
  // A folder or a glob, which the formatter may expand itself, names no file; files of formatters have a suffix.
  return words
    .slice(formatter.words.length - 1)
    .filter((word) => word.isLiteral && !word.text.includes('*') && /[^./\\-][^/\\]*\.\w+$/.test(word.text));
}
