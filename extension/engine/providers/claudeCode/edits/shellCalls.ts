import type { ShellKind } from '../../shell/nestedShells';
import { mostWrites, shellWrites } from '../../shell/shellWrites';
import { linesOf } from '../../values';
import { type RecordContext, reportBadValue } from '../context';

/** Twice what Linux takes as one argument (MAX_ARG_STRLEN). */
const longestCommand = 256 * 1024;

const shells: ReadonlyMap<string, ShellKind> = new Map<string, ShellKind>([
  ['Bash', 'posix'],
  ['PowerShell', 'powershell'],
  ['pwsh', 'powershell'],
]);

/** The shell that a tool runs its command in; undefined for other tools. */
export function shellOf(tool: string): ShellKind | undefined {
  return shells.get(tool);
}

/** Files that a shell call writes: texts that stand in the command as edits, the rest as opaque writes. */
export function readShellCall(callId: string, shell: ShellKind, command: string, context: RecordContext): void {
  const { at, facts } = context;
  if (command.length > longestCommand) {
    reportBadValue(facts, 'a command is too long to be looked into');
    return;
  }
  const writes = shellWrites(shell, command, context.cwd);
  if (writes.length === mostWrites) reportBadValue(facts, `a command writes ${mostWrites} files or more`);
  writes.forEach((write, ordinal) => {
    if (write.kind === 'opaque') {
      facts.push({ type: 'shell_write', callId, ordinal, at, ...(write.path !== undefined && { path: write.path }) });
      return;
    }
    facts.push({
      type: 'edit',
      callId,
      ordinal,
      at,
      stage: 'proposed',
      path: write.path,
      via: 'shell',
      isUserModified: false,
      // Appending takes nothing away; overwriting hides what was there.
      isBeforeKnown: write.isAppend,
      // Every line of a here-document ends, the last one too: an empty one at its end is a line.
      added: linesOf(write.lines.map((line) => `${line}\n`).join('')),
      removed: [],
    });
  });
}
