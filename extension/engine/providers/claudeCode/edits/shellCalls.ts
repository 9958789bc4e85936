import { shellWrites } from '../../shell/shellWrites';
import { linesOf } from '../../values';
import type { RecordContext } from '../context';

/** Files that a `Bash` call writes: here-documents as edits, the rest as opaque writes. */
export function readShellCall(callId: string, command: string, context: RecordContext): void {
  const { at, facts } = context;
  let edits = 0;
  let opaque = 0;
  for (const write of shellWrites(command, context.cwd)) {
    if (write.kind === 'opaque') {
      const path = write.path === undefined ? {} : { path: write.path };
      facts.push({ type: 'shell_write', callId, ordinal: opaque++, at, ...path });
      continue;
    }
    facts.push({
      type: 'edit',
      callId,
      ordinal: edits++,
      at,
      stage: 'proposed',
      path: write.path,
      via: 'shell',
      isUserModified: false,
      // Appending takes nothing away; overwriting hides what was there.
      isBeforeKnown: write.isAppend,
      added: linesOf(write.lines.join('\n')),
      removed: [],
    });
  }
}
