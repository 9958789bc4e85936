// What the tools for files and the shell changed.
import { callsOf, type ReferenceCall, type ReferenceResult, resultsOf } from './calls';
import type { Entry, Json, ReferenceLog } from './logs';
import { powerShellWritesOf } from './powerShell';
import { shellWritesOf } from './shell';

/** One file that one call changed, or wanted to change. */
export interface ReferenceEdit {
  callId: string;
  ordinal: number;
  /** undefined: a shell command that does not name the file. */
  path: string | undefined;
  via: 'edit' | 'overwrite' | 'shell' | 'opaque';
  added: number;
  removed: number;
}

type Change = Omit<ReferenceEdit, 'callId' | 'ordinal'>;

/** An edit where it stands: a call says what is wanted, its result what came of it. */
export interface PlacedEdit extends ReferenceEdit {
  log: ReferenceLog;
  entry: Entry;
  isResult: boolean;
}

/** All that a log says of edits, in its order. */
export function editsOf(log: ReferenceLog): PlacedEdit[] {
  return log.entries.flatMap((entry) => {
    const wanted = callsOf(entry).flatMap((call) =>
      changesOf(call, entry.record.cwd).map((change, ordinal) => ({ callId: call.id, ordinal, ...change })),
    );
    const made = resultsOf(entry).flatMap((result) => {
      const change = result.outcome === 'ok' ? changeIn(result) : undefined;
      return change ? [{ callId: result.callId, ordinal: 0, ...change }] : [];
    });
    return [
      ...wanted.map((edit) => ({ ...edit, log, entry, isResult: false })),
      ...made.map((edit) => ({ ...edit, log, entry, isResult: true })),
    ];
  });
}

function changesOf({ tool, input }: ReferenceCall, folder: string | undefined): Change[] {
  switch (tool) {
    case 'Bash':
      return shellWritesOf(input.command ?? '', folder).map((write) => ({ removed: 0, ...write }));
    case 'PowerShell':
      return powerShellWritesOf(input.command ?? '', folder).map((write) => ({ removed: 0, ...write }));
    case 'Edit':
      return [{ path: input.file_path, via: 'edit', ...difference(input.old_string, input.new_string) }];
    case 'MultiEdit': {
      const parts: Lines[] = input.edits.map((edit: Json) => difference(edit.old_string, edit.new_string));
      const sum = (of: (part: Lines) => number) => parts.map(of).reduce((total, lines) => total + lines, 0);
      const lines = { added: sum((part) => part.added), removed: sum((part) => part.removed) };
      return [{ path: input.file_path, via: 'edit', ...lines }];
    }
    case 'Write':
      return [{ path: input.file_path, via: 'overwrite', ...difference('', input.content) }];
    case 'NotebookEdit': {
      const added = input.edit_mode === 'delete' ? '' : input.new_source;
      return [{ path: input.notebook_path, via: 'edit', ...difference('', added) }];
    }
    default:
      return [];
  }
}

function changeIn({ structured }: ReferenceResult): Change | undefined {
  const { filePath, notebook_path, structuredPatch, content, type, original_file, updated_file } = structured ?? {};
  if (notebook_path && updated_file)
    return { path: notebook_path, via: 'edit', ...difference(original_file, updated_file) };
  if (!filePath || !structuredPatch) return undefined;
  if (content !== undefined && type === 'create')
    return { path: filePath, via: 'overwrite', ...difference('', content) };
  const shown: string[] = structuredPatch.flatMap((hunk: Json) => hunk.lines);
  return {
    path: filePath,
    via: content === undefined ? 'edit' : 'overwrite',
    added: shown.filter((line) => line.startsWith('+')).length,
    removed: shown.filter((line) => line.startsWith('-')).length,
  };
}

interface Lines {
  added: number;
  removed: number;
}

/** Lines that only one of two texts has: what is left of each beside their longest common subsequence. */
function difference(before: string, after: string): Lines {
  const [old, young] = [linesOf(before), linesOf(after)];
  let row: number[] = [0, ...young.map(() => 0)];
  for (const line of old) {
    const above = row;
    row = [0];
    for (const [column, other] of young.entries()) {
      const same = line === other ? (above[column] ?? 0) + 1 : 0;
      row.push(Math.max(same, above[column + 1] ?? 0, row[column] ?? 0));
    }
  }
  const common = row.at(-1) ?? 0;
  return { added: young.length - common, removed: old.length - common };
}

/** A line end at the end of a text opens no further line. */
const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));
