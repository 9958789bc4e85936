import { shellWrites } from '../../shell/shellWrites';
import { linesOf } from '../../values';
import type { RecordContext } from '../context';

/** Files that a `Bash` call writes, counted through: here-documents as edits, the rest as opaque writes. */
export function readShellCall(callId: string, command: string, context: RecordContext): void {
  const { at, facts } = context;
  for (const [ordinal, write] of shellWrites(command, context.cwd).entries()) {
    if (write.kind === 'opaque') {
      const path = write.path === undefined ? {} : { path: write.path };
      facts.push({ type: 'shell_write', callId, ordinal, at, ...path });
      continue;
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
  }
}
