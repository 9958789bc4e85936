import type { ShellKind } from '../../shell/nestedShells';
import { shellWrites } from '../../shell/shellWrites';
import { linesOf } from '../../values';
import type { RecordContext } from '../context';

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
  shellWrites(shell, command, context.cwd).forEach((write, ordinal) => {
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
