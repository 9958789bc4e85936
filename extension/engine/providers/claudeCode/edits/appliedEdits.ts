import { lineDifference } from '../../lineDifference';
import { type JsonObject, linesOf, list, objects, text } from '../../values';
import type { RecordContext } from '../context';
import { tabRestorer } from './displayedTabs';

interface Application {
  path: string;
  via: 'edit' | 'overwrite';
  added: string[];
  removed: string[];
}

/** The edit that the structured result of a file tool says was made; other results say nothing of files. */
export function readAppliedEdit(callId: string, result: JsonObject | undefined, context: RecordContext): void {
  if (result === undefined) return;
  const application = apply(result);
  if (application === undefined) return;
  context.facts.push({
    type: 'edit',
    callId,
    ordinal: 0,
    at: context.at,
    stage: 'applied',
    isUserModified: result.userModified === true,
    isBeforeKnown: true,
    ...application,
  });
}

function apply(result: JsonObject): Application | undefined {
  const path = text(result.filePath);
  if (path === undefined) return notebook(result);
  if (!Array.isArray(result.structuredPatch)) return undefined;
  if (typeof result.content !== 'string') return { path, via: 'edit', ...patchedLines(result) };
  // There was no file before, so there is no patch: all of it was written.
  if (result.type === 'create') return { path, via: 'overwrite', added: linesOf(result.content), removed: [] };
  return { path, via: 'overwrite', ...patchedLines(result) };
}

function patchedLines(result: JsonObject): { added: string[]; removed: string[] } {
  const restore = tabRestorer([
    result.newString,
    result.content,
    result.oldString,
    ...objects(result.edits).flatMap((edit) => [edit.new_string, edit.old_string]),
  ]);
  const added: string[] = [];
  const removed: string[] = [];
  for (const hunk of objects(result.structuredPatch)) {
    for (const line of list(hunk.lines)) {
      if (typeof line !== 'string') continue;
      if (line.startsWith('+')) added.push(restore(withoutReturn(line.slice(1))));
      if (line.startsWith('-')) removed.push(restore(withoutReturn(line.slice(1))));
    }
  }
  return { added, removed };
}

/** The lines of the notebook's file, which is what git sees: a cell's source stands in it as JSON strings. */
function notebook(result: JsonObject): Application | undefined {
  const path = text(result.notebook_path);
  const { original_file: before, updated_file: after } = result;
  if (path === undefined || typeof before !== 'string' || typeof after !== 'string') return undefined;
  return { path, via: 'edit', ...lineDifference(linesOf(before), linesOf(after)) };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
