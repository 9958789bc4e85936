import { describe, expect, it } from 'vitest';
import { readSessionInput } from '../../extension/engine/ingest/sessionInput';
import { given } from '../support/given';
import { key } from '../support/givenFacts';
import { emptyDatabase } from '../support/schema';

/** Session 1 with its sub-agent 2, and another session 3. */
async function family() {
  const database = await emptyDatabase();
  given(database, 'metadata_repository', [{}]);
  given(database, 'metadata_session', [
    { repository_id: 1, branch: 'main', permission_modes: '["default","plan"]' },
    { root_session_id: 1 },
    {},
  ]);
  given(database, 'metadata_source', [{}, {}, {}]);
  given(database, 'metadata_model', [{}]);
  return database;
}

describe('facts of a root session', () => {
  it('are its own and its sub-agents’, of nobody else', async () => {
    const database = await family();
    const sessions = [1, 2, 3].map((session_id) => ({ session_id, at: session_id }));
    given(database, 'fact_session_message', sessions);
    given(database, 'fact_session_usage', sessions);
    given(
      database,
      'fact_session_tool_call',
      sessions.map(({ session_id, at }) => ({ session_id, started_at: at })),
    );
    given(database, 'fact_session_code_change', sessions);
    const input = readSessionInput(database, 1);
    expect(input.session).toEqual({
      ...{ sessionKey: 'session-1', provider: 'claude-code', kind: 'interactive' },
      ...{ repositoryKey: 'host/own/paceflow', branch: 'main', permissionModes: ['default', 'plan'] },
    });
    expect(input.subagents).toBe(1);
    expect(input.messages.map((row) => [row.at, row.isRoot])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(input.usage.map((row) => row.at)).toEqual([1, 2]);
    expect(input.toolCalls.map((row) => row.startedAt)).toEqual([1, 2]);
    expect(input.edits.map((row) => row.at)).toEqual([1, 2]);
  });

  it('an edit is in the file when its call ended, else when it was proposed', async () => {
    const database = await family();
    given(database, 'fact_session_tool_call', [{ ended_at: 90 }, { ended_at: null }]);
    given(database, 'fact_session_code_change', [{ at: 5 }, { at: 6 }, { at: 7 }]);
    expect(readSessionInput(database, 1).edits.map((row) => row.at)).toEqual([90, 6, 7]);
  });

  it('a commit that root and sub-agent both name is one; the owner of the call made it', async () => {
    const database = await family();
    given(database, 'fact_session_tool_call', [{ call_key: key(80), session_id: 3 }]);
    given(database, 'fact_session_declared_commit', [
      { commit_name: 'a' },
      { commit_name: 'a', session_id: 2 },
      { commit_name: 'b' },
      { commit_name: 'c', call_key: key(80) },
    ]);
    expect(readSessionInput(database, 1).declaredCommits).toBe(2);
    expect(readSessionInput(database, 3).declaredCommits).toBe(1);
  });

  it('output beyond the log’s count: four characters a token, of responses that are under-reported, never less', async () => {
    const database = await family();
    given(database, 'fact_session_usage', [
      { output_tokens: 3, is_output_underreported: 1, estimated_missing_cost_usd: 0.5 },
      { output_tokens: 9, is_output_underreported: 1 },
      { output_tokens: 3 },
      { output_tokens: 3, is_output_underreported: 1 },
      { output_tokens: 3, is_output_underreported: 1, session_id: 2 },
    ]);
    given(database, 'fact_session_response_part', [
      { response_key: key(1), characters: 16 },
      { response_key: key(1), characters: 5 },
      { response_key: key(2), characters: 32 },
      { response_key: key(3), characters: 4000 },
      { response_key: key(5), characters: 13 },
    ]);
    const { usage } = readSessionInput(database, 1);
    expect(usage.map((row) => [row.outputTokens, row.missingOutputTokens, row.missingCostUsd])).toEqual([
      [3, 3, 0.5],
      [9, 0, null],
      [3, 0, null],
      [3, 0, null],
      [3, 1, null],
    ]);
  });

  it('of a session that is not known are a bug', async () => {
    const database = await family();
    expect(() => readSessionInput(database, 99)).toThrow('no session 99');
  });
});
