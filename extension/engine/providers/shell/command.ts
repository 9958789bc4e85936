/** A word of a command line after quote removal. */
export interface ShellWord {
  text: string;
  /** False where a variable, a substitution or a glob decides at run time what the word is. */
  isLiteral: boolean;
  /** PowerShell: the lines of a text that is written out, variables as they stand there; undefined for other words. */
  lines?: readonly string[];
}

/** An output redirection into a file; duplications such as `2>&1` are none. */
export interface Redirection {
  target: ShellWord;
  isAppend: boolean;
}

export interface Heredoc {
  /** The delimiter was not quoted: the shell expands the body. */
  isExpanded: boolean;
  lines: string[];
}

/** A shell with a current folder of its own, which it inherits from the one around it. */
export interface Subshell {
  parent: Subshell | undefined;
}

/** One simple command of a command line. */
export interface ShellCommand {
  words: ShellWord[];
  redirections: Redirection[];
  heredocs: Heredoc[];
  /** The command whose output it reads. */
  input: ShellCommand | undefined;
  subshell: Subshell;
}

/** The name of a program without its folder and Windows' suffix. */
export function programName(word: string): string {
  return word.replace(/^.*[\\/]/, '').replace(/\.(?:exe|cmd)$/i, '');
}
