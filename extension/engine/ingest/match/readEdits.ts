import { clockOffset, type DatedDeclaration } from '../../attribution/clockOffset';
import type { WrittenEdit } from '../../attribution/matchInput';
import type { Database } from '../../database/database';
import { createBlobs } from './blobs';
import { comparable, createPathResolver, type WorktreeFolder } from './repositoryPaths';
import { sortInSteps, visitInSteps } from './rowsInSteps';

/** An edit, and the row that it is. */
export interface KnownEdit extends WrittenEdit {
  callKey: Uint8Array;
  ordinal: number;
}

/** A file that a session wrote in a way that no log shows. */
export interface OpaqueWrite {
  path: number;
  at: number;
  sessionId: number;
}

export interface RepositoryEdits {
  /** In the order of time. */
  edits: KnownEdit[];
  opaque: OpaqueWrite[];
}

/** Numbers for texts: of paths in a repository, of worktrees. */
export interface Numbering {
  of(text: string): number;
}

export function createNumbering(): Numbering {
  const numbers = new Map<string, number>();
  return {
    of(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, numbers.size);
      return numbers.size - 1;
    },
  };
}

interface EditRow {
  edit_id: number;
  call_key: Uint8Array;
  ordinal: number;
  session_id: number;
  at: number;
  path: string;
  via: string;
  is_before_known: number;
  is_user_modified: number;
  added: Uint8Array;
  removed: Uint8Array;
  proposed_added: Uint8Array | null;
}

/**
 * Applied edits of some repositories by the one in whose worktree their file lies, which need not be the session's own.
 * Rejected, failed and rewound ones explain nothing (rule 2). Yields often, to be done in slices.
 */
export function* readEdits(
  database: Database,
  repositories: readonly number[],
  declared: ReadonlyMap<number, readonly DatedDeclaration[]>,
  paths: Numbering,
  places: Numbering,
): Generator<void, Map<number, RepositoryEdits>> {
  const resolve = createPathResolver(worktreeFolders(database));
  const resolved = new Map<string, ReturnType<typeof resolve>>();
  const found = new Map(repositories.map((id): [number, RepositoryEdits] => [id, { edits: [], opaque: [] }]));
  const blobs = createBlobs();
  const visit = (row: EditRow): void => {
    if (!resolved.has(row.path)) resolved.set(row.path, resolve(row.path));
    const file = resolved.get(row.path);
    const known = file && found.get(file.repositoryId);
    if (!known) return;
    const path = paths.of(file.path);
    const at = row.at + clockOffset(declared.get(row.session_id) ?? [], row.at);
    if (row.via === 'opaque') {
      known.opaque.push({ path, at, sessionId: row.session_id });
      return;
    }
    known.edits.push({
      ...{ session: row.session_id, at, path, place: places.of(file.folder) },
      ...{ added: blobs.keep(row.added), removed: blobs.keep(row.removed) },
      proposed: row.is_user_modified === 1 ? (row.proposed_added ?? undefined) : undefined,
      ...{ isBeforeKnown: row.is_before_known === 1, callKey: blobs.keep(row.call_key), ordinal: row.ordinal },
    });
  };
  yield* visitInSteps<EditRow>(database, editRows, { first: [-1], keyOf: ({ edit_id }) => [edit_id] }, visit);
  for (const own of found.values()) own.edits = yield* sortInSteps(own.edits, byTime);
  return found;
}

function byTime(a: KnownEdit, b: KnownEdit): number {
  return a.at - b.at || Buffer.compare(a.callKey, b.callKey) || a.ordinal - b.ordinal;
}

const editRows = `
  select
    change.rowid as edit_id,
    change.call_key,
    change.ordinal,
    coalesce(session.root_session_id, session.session_id) as session_id,
    coalesce(call.ended_at, change.at) as at,
    metadata_path.path,
    change.via,
    change.is_before_known,
    change.is_user_modified,
    change.added,
    change.removed,
    change.proposed_added
  from fact_session_code_change as change
  -- cross joins keep the order: it is the edits that are gone through
  cross join metadata_session as session on session.session_id = change.session_id
  cross join metadata_path on metadata_path.path_id = change.path_id
  left join fact_session_tool_call as call on call.call_key = change.call_key
  where change.rowid > ? and change.outcome = 'ok' and change.is_rewound = 0
  order by change.rowid`;

/** Worktrees that are or were on this disk, and working folders of sessions whose worktree nobody remembers. */
function worktreeFolders(database: Database): WorktreeFolder[] {
  const remembered = database
    .all<{ repository_id: number; worktrees: string }>('select repository_id, worktrees from metadata_clone')
    .flatMap(({ repository_id, worktrees }) =>
      (JSON.parse(worktrees) as string[]).map((folder) => ({ repositoryId: repository_id, folder })),
    );
  const known = new Set(remembered.map(({ folder }) => comparable(folder)));
  const isInside = (folder: string) =>
    [...known].some((parent) => folder === parent || folder.startsWith(`${parent}/`));
  const lost = database
    .all<{ repository_id: number; cwd: string }>(
      `select distinct repository_id, cwd from metadata_session
       where repository_id is not null and cwd is not null and resolved_by <> 'folder_only'`,
    )
    .filter(({ cwd }) => !isInside(comparable(cwd)))
    .map(({ repository_id, cwd }) => ({ repositoryId: repository_id, folder: cwd }));
  return [...lost, ...remembered];
}
