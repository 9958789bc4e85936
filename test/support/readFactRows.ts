import type { Database } from '../../extension/engine/database/database';
import type { FactRows } from '../reference/bruteForceFacts';

/** The tables that the reference computes from, whole. */
export function readFactRows(database: Database): FactRows {
  const all = <Name extends keyof FactRows>(name: Name) =>
    database.all<FactRows[Name][number]>(`select * from ${name}`);
  return {
    metadata_session: all('metadata_session'),
    metadata_repository: all('metadata_repository'),
    metadata_model: all('metadata_model'),
    metadata_person: all('metadata_person'),
    fact_session_message: all('fact_session_message'),
    fact_session_usage: all('fact_session_usage'),
    fact_session_response_part: all('fact_session_response_part'),
    fact_session_tool_call: all('fact_session_tool_call'),
    fact_session_code_change: all('fact_session_code_change'),
    fact_session_declared_commit: all('fact_session_declared_commit'),
    fact_commit: all('fact_commit'),
    fact_commit_file_change: all('fact_commit_file_change'),
    fact_commit_line_match: all('fact_commit_line_match'),
    fact_commit_session_match: all('fact_commit_session_match'),
  };
}
