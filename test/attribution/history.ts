import { packLines } from '../../extension/engine/attribution/lines';
import { matchCommits } from '../../extension/engine/attribution/matchCommits';
import {
  type ChangedCommit,
  evidenceKinds,
  type LineMatches,
  type WrittenEdit,
} from '../../extension/engine/attribution/matchInput';
import { atOnce } from '../../extension/engine/ingest/slices';
import type { SlowCommit, SlowEdit, SlowMatches } from '../reference/attribution/slowMatcher';

/** The same edit, packed as it is stored. */
export function packedEdit(edit: SlowEdit): WrittenEdit {
  return {
    ...edit,
    added: packLines(edit.added),
    removed: packLines(edit.removed),
    proposed: edit.proposed && packLines(edit.proposed),
  };
}

export function packedCommit(commit: SlowCommit): ChangedCommit {
  return {
    ...commit,
    files: commit.files.map(({ path, oldPaths, hunks }) => {
      const packed = new DataView(new ArrayBuffer(hunks.length * 16));
      for (const [index, { added, removed }] of hunks.entries()) {
        packed.setUint32(index * 16 + 4, removed.length);
        packed.setUint32(index * 16 + 12, added.length);
      }
      return {
        ...{ path, oldPaths, hunks: new Uint8Array(packed.buffer) },
        added: packLines(hunks.flatMap(({ added }) => added)),
        removed: packLines(hunks.flatMap(({ removed }) => removed)),
      };
    }),
  };
}

/** What the program says, in the words of the slow matcher. */
export function fastMatch(edits: readonly SlowEdit[], commits: readonly SlowCommit[]): SlowMatches {
  const matches = atOnce(matchCommits(edits.map(packedEdit), commits.map(packedCommit)));
  const shown = ({ edits: found, kinds }: LineMatches) =>
    [...found].map((edit, line) => (edit < 0 ? '' : `${edit} ${evidenceKinds[kinds[line] ?? 0]}`));
  return commits.map((_, index) =>
    matches.of(index).map(({ added, removed }) => ({ added: shown(added), removed: shown(removed) })),
  );
}
