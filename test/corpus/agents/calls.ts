import { join } from 'node:path';
import type { Edited } from '../world/edits';
import { type Line, type SourceFile, textOf } from '../world/lines';
import { differences } from '../world/merge';

/** A tool call with its result, as Claude Code logs them. */
export interface Call {
  tool: string;
  input: Record<string, unknown>;
  content: string;
  isError?: boolean;
  structured: unknown;
}

/** A text in place of another, as `Edit` and `MultiEdit` name them. */
export interface Replacement {
  old_string: string;
  new_string: string;
  replace_all?: boolean;
}

const updated = (file: string) => `The file ${file} has been updated successfully.`;

/** `Edit`, or `MultiEdit` where there are several replacements. */
export function editCall(file: string, replacements: readonly Replacement[], edited: Edited): Call {
  const [first] = replacements;
  const isSingle = replacements.length === 1;
  return {
    tool: isSingle ? 'Edit' : 'MultiEdit',
    input: { file_path: file, ...(isSingle ? first : { edits: replacements }) },
    content: updated(file),
    structured: {
      filePath: file,
      ...(isSingle ? { oldString: first?.old_string, newString: first?.new_string } : { edits: replacements }),
      originalFile: edited.before === undefined ? null : loggedText(edited.before.lines),
      structuredPatch: patchOf(edited.before?.lines ?? [], edited.after.lines),
      userModified: false,
      replaceAll: first?.replace_all === true,
    },
  };
}

export function writeCall(file: string, { before, after }: Edited): Call {
  const content = textOf(after);
  return {
    tool: 'Write',
    input: { file_path: file, content },
    content: before === undefined ? `File created successfully at: ${file}` : updated(file),
    structured: {
      type: before === undefined ? 'create' : 'update',
      filePath: file,
      content,
      structuredPatch: before === undefined ? [] : patchOf(before.lines, after.lines),
      originalFile: before === undefined ? null : textOf(before),
      userModified: false,
    },
  };
}

export function notebookCall(file: string, cell: string, source: string, { before, after }: Edited): Call {
  return {
    tool: 'NotebookEdit',
    input: { notebook_path: file, cell_id: cell, new_source: source },
    content: `Updated cell ${cell} with ${source}`,
    structured: {
      new_source: source,
      cell_id: cell,
      cell_type: 'code',
      language: 'python',
      edit_mode: 'replace',
      notebook_path: file,
      original_file: before === undefined ? '' : textOf(before),
      updated_file: textOf(after),
    },
  };
}

export function readCall(file: string, { lines, end }: SourceFile): Call {
  const content = textOf({ lines, end });
  return {
    tool: 'Read',
    input: { file_path: file },
    content: lines.map(({ text }, index) => `${index + 1}\t${text}`).join('\n'),
    structured: {
      type: 'text',
      file: { filePath: file, content, numLines: lines.length, startLine: 1, totalLines: lines.length },
    },
  };
}

export function shellCall(command: string, stdout = '', description = firstLineOf(command)): Call {
  return {
    tool: 'Bash',
    input: { command, description },
    content: stdout === '' ? '(Bash completed with no output)' : stdout,
    structured: { stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false },
  };
}

const firstLineOf = (command: string): string => command.split('\n', 1)[0]?.slice(0, 60) ?? '';

/** A command that says that something is wrong. */
export function shellFailure(command: string, stdout: string, description?: string): Call {
  const call = shellCall(command, stdout, description);
  const said = `Exit code 1\n${stdout}`;
  return { ...call, content: said, isError: true, structured: `Error: ${said}` };
}

/** From this build of 2.1 on, the client notes commits itself, beside what git printed. */
const firstBuildWithCommits = 190;

/** `git commit` of some files; `said`: what git printed. */
export function commitCall(paths: readonly string[], message: string, said: string, version: string): Call {
  const command = `git add ${paths.join(' ')} && git commit -m "$(cat <<'EOF'\n${message}\nEOF\n)"`;
  const call = shellCall(command, said, 'Commit the change');
  if (Number(version.split('.').at(-1)) < firstBuildWithCommits) return call;
  const [, sha] = /^\[\S+ (?:\(root-commit\) )?([0-9a-f]+)\]/.exec(said) ?? [];
  return {
    ...call,
    structured: { ...(call.structured as object), gitOperation: { commit: { sha, kind: 'committed' } } },
  };
}

/** Notes what is to be done. */
export function todoCall(contents: readonly string[]): Call {
  const newTodos = contents.map((content, index) => {
    return { content, status: index === 0 ? 'in_progress' : 'pending', activeForm: content };
  });
  return {
    tool: 'TodoWrite',
    input: { todos: newTodos },
    content: 'The list is up to date.',
    structured: { oldTodos: [], newTodos },
  };
}

/** A search that finds nothing. */
export function searchCall(folder: string, pattern: string): Call {
  return {
    tool: 'Grep',
    input: { pattern, path: folder },
    content: 'No files found',
    structured: { mode: 'files_with_matches', filenames: [], numFiles: 0 },
  };
}

/** A plan for the person to accept. */
export function planCall(plan: string): Call {
  return { tool: 'ExitPlanMode', input: { plan }, content: 'User has approved your plan.', structured: { plan } };
}

/** The kind of all sub-agents here: one that looks for something. */
export const agentType = 'Explore';

/** What a sub-agent was sent for, and what came of it. */
export interface Errand {
  agentId: string;
  description: string;
  task: string;
  answer: string;
  milliseconds: number;
  tokens: number;
  calls: number;
}

export function taskCall({ agentId, description, task, answer, milliseconds, tokens, calls }: Errand): Call {
  return {
    tool: 'Task',
    input: { description, prompt: task, subagent_type: agentType },
    content: answer,
    structured: {
      ...{ status: 'completed', prompt: task, agentId, content: [{ type: 'text', text: answer }] },
      ...{ totalDurationMs: milliseconds, totalTokens: tokens, totalToolUseCount: calls },
    },
  };
}

/** The same call, refused by the person: nothing was written. */
export function rejected(call: Call): Call {
  const content =
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, " +
    'the new_string was NOT written to the file). STOP what you are doing and wait for the user to tell you how to proceed.';
  return { ...call, content, isError: true, structured: 'User rejected tool use' };
}

/** The same call, not carried out by the tool. */
export function failed(call: Call, reason: string): Call {
  const content = `<tool_use_error>${reason}</tool_use_error>`;
  return { ...call, content, isError: true, structured: `Error: ${reason}` };
}

/** The same edit, of which the person changed the text before it was written. */
export function userModified(call: Call, edited: Edited): Call {
  const structuredPatch = patchOf(edited.before?.lines ?? [], edited.after.lines);
  return { ...call, structured: { ...(call.structured as object), structuredPatch, userModified: true } };
}

/** The path as the agent names it. */
export const pathIn = (folder: string, path: string): string => join(folder, path);

const loggedText = (lines: readonly Line[]): string => lines.map(({ text }) => `${text}\n`).join('');

const context = 3;

interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: string[];
}

/** Hunks with three lines around them. */
export function patchOf(before: readonly Line[], after: readonly Line[]): Hunk[] {
  const hunks: Hunk[] = [];
  let shift = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { start, old, fresh } of differences(before, after)) {
    const last = hunks.at(-1);
    const isNear = last !== undefined && start - end <= 2 * context;
    const from = isNear ? end : Math.max(0, start - context);
    const hunk = isNear
      ? last
      : { oldStart: from + 1, oldLines: 0, newStart: from + 1 + shift, newLines: 0, lines: [] };
    if (isNear) hunk.lines.splice(hunk.lines.length - trailing(before, end));
    else hunks.push(hunk);
    hunk.lines.push(...before.slice(from, start).map((line) => ` ${asDisplayed(line)}`));
    hunk.lines.push(...old.map((line) => `-${asDisplayed(line)}`), ...fresh.map((line) => `+${asDisplayed(line)}`));
    end = start + old.length;
    shift += fresh.length - old.length;
    hunk.lines.push(...before.slice(end, end + context).map((line) => ` ${asDisplayed(line)}`));
  }
  for (const hunk of hunks) {
    hunk.oldLines = hunk.lines.filter((line) => !line.startsWith('+')).length;
    hunk.newLines = hunk.lines.filter((line) => !line.startsWith('-')).length;
  }
  return hunks;
}

/** How many lines of context stand at the end of a hunk that ends there. */
const trailing = (before: readonly Line[], end: number): number => Math.min(context, before.length - end);

/** Patches are made for the screen: each leading tab is two spaces in them. */
const asDisplayed = ({ text }: Line): string => text.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length));
