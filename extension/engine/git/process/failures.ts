/** How much of git's complaint an error keeps. */
const STDERR_KEPT = 2000;

/** No git on the PATH (or macOS's stand-in without the developer tools). A person can act on it. */
export class GitMissing extends Error {
  override readonly name = 'GitMissing';

  constructor() {
    super('git was not found. Install git, or add its folder to PATH, and start the editor again.');
  }
}

/** git ran and failed, or could not be started in that folder. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed';
  /** The command without the hardening arguments, which are the same for all. */
  readonly command: readonly string[];
  /** The first 2,000 characters. */
  readonly stderr: string;

  constructor(command: readonly string[], stderr: string) {
    const kept = stderr.slice(0, STDERR_KEPT);
    super(`git ${command[0] ?? ''} failed: ${kept.trim() || 'no message'}`);
    this.command = command;
    this.stderr = kept;
  }
}

/** The error for a command that ended badly. */
export function failureOf(command: readonly string[], stderr: string): GitMissing | GitFailed {
  // macOS ships /usr/bin/git as a stand-in that only asks to install the developer tools.
  if (/^xcode-select: |^xcrun: error: invalid active developer path/m.test(stderr)) return new GitMissing();
  return new GitFailed(command, stderr);
}
