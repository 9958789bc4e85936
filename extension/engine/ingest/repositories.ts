import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../database/database';
import { type CloneFacts, findClone } from '../git/clone';
import { personKey, sha256 } from './keys';

/** A clone that was found on this disk, and its row. */
export interface KnownClone {
  cloneId: number;
  repositoryId: number;
  facts: CloneFacts;
}

export interface RepositoryOptions {
  /** Folders of the open workspaces that the person trusts. */
  folders: readonly string[];
  /** Folders of those that the person does not: no git runs there. */
  untrusted: readonly string[];
  identities: readonly string[];
  now: number;
}

/** What alone is looked at: these clones, and the folders of those of these sessions that were never looked up. */
export interface OnlyRepositories {
  clones: ReadonlySet<string>;
  sessions: ReadonlySet<number>;
}

/** That nothing changed is noted once an hour: a pass that finds nothing new writes nothing. */
const observedEveryMs = 3_600_000;

/** Where agents keep the worktrees that they make: gone after the work, the repository stays. */
const worktreeLayouts = [/^(.+?)[/\\]\.claude[/\\]worktrees[/\\][^/\\]+/, /^(.+?)[/\\]\.worktrees[/\\][^/\\]+/];

/**
 * Finds the clones of the workspace's folders and of the sessions' working folders, writes their rows, and says which
 * sessions got a repository. Sessions whose folder is gone are resolved by remembered worktrees and known layouts.
 * @throws GitMissing
 */
export async function resolveRepositories(
  database: Database,
  options: RepositoryOptions & { only?: OnlyRepositories | undefined },
): Promise<{ clones: KnownClone[]; touched: Set<number> }> {
  const clones = new Map<string, KnownClone>();
  const byFolder = new Map<string, KnownClone | undefined>();
  const cloneAt = async (folder: string): Promise<KnownClone | undefined> => {
    if (isUntrusted(folder, options)) {
      return undefined;
    }
    if (byFolder.has(folder)) {
      return byFolder.get(folder);
    }
    const facts = await findClone(folder);
    const known =
      facts && (clones.get(facts.commonDir) ?? database.transaction(() => registerClone(database, facts, options.now)));
    if (facts && known) {
      clones.set(facts.commonDir, known);
    }
    byFolder.set(folder, known);
    return known;
  };

  const { only } = options;
  for (const folder of only ? [] : options.folders) {
    await cloneAt(folder);
  }
  for (const known of database.all<{ common_dir: string; worktrees: string }>(
    'select common_dir, worktrees from metadata_clone',
  )) {
    for (const worktree of only?.clones.has(known.common_dir) === false
      ? []
      : (JSON.parse(known.worktrees) as string[])) {
      await cloneAt(worktree);
    }
  }
  const touched = new Set<number>();
  for (const [cwd, sessions] of unresolvedSessions(database, only?.sessions)) {
    const found = (await resolveFolder(database, cwd, cloneAt)) ?? folderOnly(database, cwd);
    for (const session of sessions) {
      if (session.repository_id !== found.repositoryId) {
        touched.add(session.session_id);
      }
      if (session.repository_id !== found.repositoryId || session.resolved_by !== found.by) {
        database.run('update metadata_session set repository_id = ?, resolved_by = ? where session_id = ?', [
          found.repositoryId,
          found.by,
          session.session_id,
        ]);
      }
    }
  }
  inheritRepositories(database, touched);
  registerIdentities(
    database,
    [...clones.values()].flatMap((clone) => clone.facts.userEmails).concat(options.identities),
  );
  return { clones: [...clones.values()], touched };
}

interface UnresolvedSession {
  session_id: number;
  cwd: string;
  repository_id: number | null;
  resolved_by: string | null;
}

/**
 * Sessions by their folder, of which no repository is known. A folder that is no repository, or is gone, may become
 * one or come back: it is looked at again in every pass over everything.
 */
function unresolvedSessions(database: Database, only?: ReadonlySet<number>): Map<string, UnresolvedSession[]> {
  const byFolder = new Map<string, UnresolvedSession[]>();
  const sessions = database.all<UnresolvedSession>(
    `select session_id, cwd, repository_id, resolved_by from metadata_session
     where cwd is not null and (repository_id is null or resolved_by = 'folder_only')`,
  );
  for (const session of sessions) {
    if (only && (session.repository_id !== null || !only.has(session.session_id))) {
      continue;
    }
    const known = byFolder.get(session.cwd);
    if (known) {
      known.push(session);
    } else {
      byFolder.set(session.cwd, [session]);
    }
  }
  return byFolder;
}

/** Sessions outside any repository are kept together by their folder; its path is in no key. */
function folderOnly(database: Database, cwd: string): { repositoryId: number; by: string } {
  const folder = worktreeLayouts.map((layout) => layout.exec(cwd)?.[1]).find((main) => main !== undefined) ?? cwd;
  const key = `folder:${sha256(folder).slice(0, 32)}`;
  // Logs of another system name folders in its way.
  const name = folder.split(/[/\\]/).filter(Boolean).at(-1) ?? folder;
  database.run('insert or ignore into metadata_repository (repository_key, name) values (?, ?)', [key, name]);
  return {
    repositoryId: idOf(database, 'select repository_id as id from metadata_repository where repository_key = ?', [key]),
    by: 'folder_only',
  };
}

async function resolveFolder(
  database: Database,
  cwd: string,
  cloneAt: (folder: string) => Promise<KnownClone | undefined>,
): Promise<{ repositoryId: number; by: string } | undefined> {
  if (!path.isAbsolute(cwd)) {
    return undefined;
  }
  if (await isFolder(cwd)) {
    const clone = await cloneAt(cwd);
    return clone && { repositoryId: clone.repositoryId, by: 'folder' };
  }
  const remembered = database.all<{ repository_id: number; worktrees: string }>(
    'select repository_id, worktrees from metadata_clone',
  );
  const worktree = remembered.find((clone) =>
    (JSON.parse(clone.worktrees) as string[]).some((folder) => isInside(cwd, folder)),
  );
  if (worktree) {
    return { repositoryId: worktree.repository_id, by: 'worktree' };
  }
  for (const layout of worktreeLayouts) {
    const main = layout.exec(cwd)?.[1];
    const clone = main !== undefined && (await isFolder(main)) ? await cloneAt(main) : undefined;
    if (clone) {
      return { repositoryId: clone.repositoryId, by: 'worktree_layout' };
    }
  }
  return undefined;
}

/** A sub-agent works where its root session does, whatever folder its own log names. */
function inheritRepositories(database: Database, touched: Set<number>): void {
  const heirs = database.all<{ session_id: number; repository_id: number }>(`
    select child.session_id, root.repository_id
    from metadata_session as child
    inner join metadata_session as root on root.session_id = child.root_session_id
    where root.repository_id is not null and child.repository_id is not root.repository_id`);
  for (const { session_id, repository_id } of heirs) {
    database.run("update metadata_session set repository_id = ?, resolved_by = 'root_session' where session_id = ?", [
      repository_id,
      session_id,
    ]);
    touched.add(session_id);
  }
}

function registerClone(database: Database, facts: CloneFacts, now: number): KnownClone {
  const key =
    facts.remoteKey ?? (facts.rootCommit ? `root:${facts.rootCommit}` : `path:${sha256(facts.commonDir).slice(0, 32)}`);
  database.run(
    `insert into metadata_repository (repository_key, name, mainline_ref, mainline_tip, tip_observed_at) values (?, ?, ?, ?, ?)
     on conflict (repository_key) do update set
       mainline_ref = excluded.mainline_ref, mainline_tip = excluded.mainline_tip, tip_observed_at = excluded.tip_observed_at
     where mainline_tip is not excluded.mainline_tip or mainline_ref is not excluded.mainline_ref
       or tip_observed_at < excluded.tip_observed_at - ${observedEveryMs}`,
    [key, facts.name, facts.mainline?.ref ?? null, facts.mainline?.tip ?? null, now],
  );
  const repositoryId = idOf(database, 'select repository_id as id from metadata_repository where repository_key = ?', [
    key,
  ]);
  const known = database.get<{ clone_id: number; repository_id: number; worktrees: string }>(
    'select clone_id, repository_id, worktrees from metadata_clone where common_dir = ?',
    [facts.commonDir],
  );
  const worktrees = [
    ...new Set([
      ...(known ? (JSON.parse(known.worktrees) as string[]) : []),
      ...facts.worktrees.map((worktree) => worktree.path),
    ]),
  ].sort();
  database.run(
    `insert into metadata_clone (common_dir, repository_id, worktrees, is_shallow, is_partial, observed_at) values (?, ?, ?, ?, ?, ?)
     on conflict (common_dir) do update set
       repository_id = excluded.repository_id, worktrees = excluded.worktrees, is_shallow = excluded.is_shallow,
       is_partial = excluded.is_partial, observed_at = excluded.observed_at
     where repository_id <> excluded.repository_id or worktrees <> excluded.worktrees
       or is_shallow <> excluded.is_shallow or is_partial <> excluded.is_partial
       or observed_at < excluded.observed_at - ${observedEveryMs}`,
    [facts.commonDir, repositoryId, JSON.stringify(worktrees), facts.isShallow ? 1 : 0, facts.isPartial ? 1 : 0, now],
  );
  if (known && known.repository_id !== repositoryId) {
    renameRepository(database, known.clone_id, known.repository_id, repositoryId);
  }
  const cloneId = idOf(database, 'select clone_id as id from metadata_clone where common_dir = ?', [facts.commonDir]);
  database.run('delete from metadata_branch where repository_id = ? and observed_at < ?', [
    repositoryId,
    now - 2 * observedEveryMs,
  ]);
  for (const branch of facts.branches) {
    const isMainline = facts.mainline?.ref === `refs/${branch.isRemote ? 'remotes' : 'heads'}/${branch.name}`;
    database.run(
      `insert into metadata_branch (repository_id, name, tip, is_remote, is_integration, observed_at) values (?, ?, ?, ?, ?, ?)
       on conflict (repository_id, name) do update set tip = excluded.tip, is_remote = excluded.is_remote, is_integration = excluded.is_integration, observed_at = excluded.observed_at
       where tip <> excluded.tip or is_remote <> excluded.is_remote or is_integration <> excluded.is_integration
         or observed_at < excluded.observed_at - ${observedEveryMs}`,
      [repositoryId, branch.name, branch.tip, branch.isRemote ? 1 : 0, isMainline ? 1 : 0, now],
    );
  }
  return { cloneId, repositoryId, facts };
}

/**
 * The clone got a remote, or another one: its repository has another name now. What was read of it moves along, unless
 * other clones still go by the old name; sessions are resolved anew.
 */
function renameRepository(database: Database, cloneId: number, oldId: number, newId: number): void {
  database.run(
    "update metadata_clone set tips = '[]', commits_since = null, declarations_seen = '{}' where clone_id = ?",
    [cloneId],
  );
  database.run('update metadata_session set repository_id = null where repository_id = ?', [oldId]);
  const others = database.get('select clone_id from metadata_clone where repository_id = ? and clone_id <> ?', [
    oldId,
    cloneId,
  ]);
  if (others) {
    return;
  }
  // Rows that refer to each other change their name together; the references are looked at when all are through.
  database.exec('pragma defer_foreign_keys = on');
  for (const table of [
    'fact_commit_line_match',
    'fact_commit_session_match',
    'fact_commit_file_change',
    'fact_commit_declaration',
    'fact_commit',
    'metadata_file',
    'metadata_branch',
  ]) {
    database.run(`update or ignore ${table} set repository_id = ? where repository_id = ?`, [newId, oldId]);
    database.run(`delete from ${table} where repository_id = ?`, [oldId]);
  }
  // All commit events are built again: those under the old name are no longer true.
  database.run("delete from metadata_setting where name = 'commit_events_built'");
}

/** Adds e-mails to the person that is me; commits that were somebody's with such an e-mail become mine. */
function registerIdentities(database: Database, emails: readonly string[]): void {
  const known = myIdentities(database);
  const fresh = [...new Set(emails.map((email) => email.trim().toLowerCase()))].filter(
    (email) => email !== '' && !known.has(email),
  );
  if (fresh.length === 0 && database.get("select person_id from metadata_person where person_id = 'me'")) {
    return;
  }
  database.transaction(() => {
    const identities = JSON.stringify([...known, ...fresh].sort());
    database.run(
      `insert into metadata_person (person_id, identities, is_me, is_bot) values ('me', ?, 1, 0)
       on conflict (person_id) do update set identities = excluded.identities`,
      [identities],
    );
    for (const email of fresh) {
      const key = personKey(email);
      database.run("update fact_commit set author_person_id = 'me' where author_person_id = ?", [key]);
      database.run("update fact_commit set committer_person_id = 'me' where committer_person_id = ?", [key]);
      database.run('delete from metadata_person where person_id = ?', [key]);
    }
    if (fresh.length > 0) {
      // Whose commit it is stands in every commit event.
      database.run("delete from metadata_setting where name = 'commit_events_built'");
    }
  });
}

/** My e-mails, lower case. */
export function myIdentities(database: Database): Set<string> {
  const row = database.get<{ identities: string }>("select identities from metadata_person where person_id = 'me'");
  return new Set(row ? (JSON.parse(row.identities) as string[]) : []);
}

/** Keys of the repositories that the folders lie in, by what was remembered of their clones; no git is run. */
export function repositoriesOf(database: Database, folders: readonly string[]): string[] {
  const clones = database.all<{ repository_key: string; worktrees: string }>(
    'select repository_key, worktrees from metadata_clone inner join metadata_repository using (repository_id)',
  );
  const keys = clones
    .filter((clone) =>
      (JSON.parse(clone.worktrees) as string[]).some((worktree) =>
        folders.some((folder) => isInside(folder, worktree) || isInside(worktree, folder)),
      ),
    )
    .map((clone) => clone.repository_key);
  const plainFolders = database
    .all<{ repository_key: string; cwd: string }>(
      "select distinct repository_key, cwd from metadata_session inner join metadata_repository using (repository_id) where resolved_by = 'folder_only'",
    )
    .filter((session) => folders.some((folder) => isInside(session.cwd, folder)))
    .map((session) => session.repository_key);
  return [...new Set([...keys, ...plainFolders])].sort();
}

/** The nearest workspace folder decides; a folder that is trusted here and not there is not. */
function isUntrusted(folder: string, { folders, untrusted }: RepositoryOptions): boolean {
  const nearest = (open: readonly string[]) =>
    Math.max(-1, ...open.filter((parent) => isInside(folder, parent)).map((parent) => parent.length));
  return nearest(untrusted) >= 0 && nearest(untrusted) >= nearest(folders);
}

/** Logs of another system name folders that are none here: `D:\\work` on Linux lies in no folder. */
function isInside(folder: string, parent: string): boolean {
  if (!path.isAbsolute(folder) || !path.isAbsolute(parent)) {
    return false;
  }
  const relative = path.relative(parent, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function idOf(database: Database, sql: string, params: string[]): number {
  const id = database.get<{ id: number }>(sql, params)?.id;
  if (id === undefined) {
    throw new Error(`no row: ${sql}`);
  }
  return id;
}
