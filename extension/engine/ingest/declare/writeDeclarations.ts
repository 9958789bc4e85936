import type { Database } from '../../database/database';
import type { Declared } from '../../git/declarations/declared';
import type { Trailers } from '../../git/declarations/trailers';
import type { KnownClone } from '../repositories';

export interface DeclarationRow extends Declared {
  source: 'trailer' | 'entire_trailer' | 'git_ai_note' | 'agent_trace' | 'entire_checkpoint';
}

/** What a reading needs, and what it does with what it finds. */
export interface DeclarationReading {
  database: Database;
  clone: KnownClone;
  folder: string;
  signal: AbortSignal;
  write(commit: string, rows: readonly DeclarationRow[]): void;
  /** Of a commit, or of the repository where `commit` is ''. */
  problem(commit: string, text: string): void;
}

/** What the message of a commit says. */
export function trailerRows({ agents, sessions, checkpoints }: Trailers): DeclarationRow[] {
  return [
    ...agents.map((agent) => ({ source: 'trailer' as const, agent })),
    ...sessions.map((declared) => ({ source: 'trailer' as const, ...declared })),
    ...checkpoints.map((session) => ({ source: 'entire_trailer' as const, session })),
  ];
}

/**
 * Adds what is not there yet; whether that was anything. What was once said stays: two clones of a repository may hold
 * different notes, and the order in which they are read must not matter.
 */
export function writeDeclarations(
  database: Database,
  repositoryId: number,
  commit: string,
  rows: readonly DeclarationRow[],
): boolean {
  const before = database.changes();
  for (const { source, agent = '', session = '' } of rows) {
    database.run(
      `insert or ignore into fact_commit_declaration (repository_id, commit_id, source, agent, session)
       values (?, ?, ?, ?, ?)`,
      [repositoryId, commit, source, agent, session],
    );
  }
  if (database.changes() === before) {
    return false;
  }
  // The commit is to be matched again: who is named goes before who only could have written a line.
  database.run('update fact_commit set change_id = null where repository_id = ? and commit_id = ?', [
    repositoryId,
    commit,
  ]);
  return true;
}
