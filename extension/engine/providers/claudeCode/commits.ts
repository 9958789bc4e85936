import { type JsonObject, object, text } from '../values';
import type { RecordContext } from './context';
import { resultText } from './resultText';

const commitId = /^[0-9a-f]{7,64}$/i;

/**
 * What `git commit` prints: `[main 1a2b3c4] subject`, `[main (root-commit) 1a2b3c4] …`, `[detached HEAD 1a2b3c4] …`,
 * then perhaps author and date, then the number of files (builtin/commit.c, print_commit_summary).
 * PowerShell ends lines with CRLF; `[^\n]*` takes the CR.
 */
const commitLine =
  /^\[[^\]\n]+ ([0-9a-f]{7,64})\] [^\n]*\n(?: (?:Author|Committer|Date): [^\n]*\n)*(?: +\d+ files? changed\b)/gm;

/**
 * Commits that the result of a call names. Newer builds say it in `gitOperation`, for the last commit of a command;
 * the output names all. The command itself stands in another record, which a reader of single records can't see: so
 * only results of a shell are searched, and a line counts only in git's exact form with the file count after it. What
 * is lost: `commit -q`, of which `gitOperation` says nothing either (in none of 14 results of the real logs), empty
 * commits of older builds, output cut off. An id that `git log` or `git rev-parse` prints names others' commits as
 * well as own ones: it declares none. What could deceive: a shell that prints a log of a commit.
 */
export function readDeclaredCommits(
  callId: string,
  result: JsonObject,
  structured: unknown,
  context: RecordContext,
): void {
  const { at, facts } = context;
  const seen: string[] = [];
  const declared = text(object(object(object(structured)?.gitOperation)?.commit)?.sha);
  if (declared !== undefined && commitId.test(declared)) {
    seen.push(declared.toLowerCase());
    facts.push({ type: 'declared_commit', commit: declared.toLowerCase(), at, callId, how: 'git_operation' });
  }
  const output = shellOutput(result, structured);
  if (!output.includes('changed')) return;
  for (const [, commit = ''] of output.matchAll(commitLine)) {
    if (seen.some((other) => other.startsWith(commit) || commit.startsWith(other))) continue;
    seen.push(commit);
    facts.push({ type: 'declared_commit', commit, at, callId, how: 'command_output' });
  }
}

/** A failed command leaves its output in the answer alone: `git commit && git push` may fail after the commit. */
function shellOutput(result: JsonObject, structured: unknown): string {
  const stdout = object(structured)?.stdout;
  if (typeof stdout === 'string') return stdout;
  const isPlain = structured === undefined || typeof structured === 'string';
  return isPlain ? resultText(result) : '';
}
