import { lineDifference } from '../../lineDifference';
import { type JsonObject, linesOf, objects, text } from '../../values';
import type { RecordContext } from '../context';

interface Proposal {
  path: string;
  via: 'edit' | 'overwrite';
  isBeforeKnown: boolean;
  added: string[];
  removed: string[];
}

/** The edit that a call of a file tool proposes; other tools propose none. */
export function readProposedEdit(callId: string, tool: string, input: JsonObject, context: RecordContext): void {
  const proposal = propose(tool, input);
  if (proposal === undefined) return;
  const { at } = context;
  context.facts.push({ type: 'edit', callId, ordinal: 0, at, stage: 'proposed', isUserModified: false, ...proposal });
}

function propose(tool: string, input: JsonObject): Proposal | undefined {
  if (tool === 'Edit') return replacement(text(input.file_path), [input]);
  if (tool === 'MultiEdit') return replacement(text(input.file_path), objects(input.edits));
  if (tool === 'Write') return wholeFile(text(input.file_path), input.content);
  if (tool === 'NotebookEdit') return notebookCell(text(input.notebook_path), input);
  return undefined;
}

/** A replacement counts once here even with `replace_all`: only the result knows how many places it met. */
function replacement(path: string | undefined, edits: readonly JsonObject[]): Proposal | undefined {
  if (path === undefined) return undefined;
  const differences = edits.map((edit) =>
    lineDifference(linesOf(textOrEmpty(edit.old_string)), linesOf(textOrEmpty(edit.new_string))),
  );
  return {
    path,
    via: 'edit',
    isBeforeKnown: true,
    added: differences.flatMap((difference) => difference.added),
    removed: differences.flatMap((difference) => difference.removed),
  };
}

function wholeFile(path: string | undefined, content: unknown): Proposal | undefined {
  if (path === undefined || typeof content !== 'string') return undefined;
  return { path, via: 'overwrite', isBeforeKnown: false, added: linesOf(content), removed: [] };
}

/** The call names the cell but not what stood in it; inserting takes nothing away. */
function notebookCell(path: string | undefined, input: JsonObject): Proposal | undefined {
  if (path === undefined) return undefined;
  const isDeletion = input.edit_mode === 'delete';
  const added = isDeletion ? [] : linesOf(textOrEmpty(input.new_source));
  return { path, via: 'edit', isBeforeKnown: input.edit_mode === 'insert', added, removed: [] };
}

function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
