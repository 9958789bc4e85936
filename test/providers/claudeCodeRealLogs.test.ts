import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { type Reference, readClaudeCodeReference } from '../reference/claudeCodeReference';
import { type FileFacts, type MergedResponse, mergeResponses, ofType, readTree } from './readFacts';

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const home = join(shared, 'home');
const isPresent = existsSync(join(home, '.claude', 'projects'));

interface Sums {
  inputTokens: number;
  outputTokens: number;
  cacheCreationTokens: number;
  cacheReadTokens: number;
}

/** ccusage counts a response without a requestId once per line; unique message ids are the truth. */
const fixtureProject = '-fixture';

describe.skipIf(!isPresent)('Claude Code: real logs (skipped without ../shared/data/home)', () => {
  let files: FileFacts[];
  let responses: Map<string, MergedResponse>;
  let reference: Reference;

  beforeAll(() => {
    files = readTree(claudeCode, join(home, '.claude', 'projects'));
    responses = mergeResponses(files);
    reference = readClaudeCodeReference(home);
  });

  it('reads every record: one record fact each, none a problem', () => {
    const lines = files.map(
      ({ path }) =>
        readFileSync(join(home, '.claude', 'projects', path), 'utf8')
          .trimEnd()
          .split('\n').length,
    );
    const facts = files.flatMap((file) => file.facts);
    expect(ofType(facts, 'record')).toHaveLength(lines.reduce((sum, each) => sum + each, 0));
    expect(ofType(facts, 'problem')).toEqual([]);
    expect(files).toHaveLength(58);
  });

  it('knows every type and field but those of one file that another tool rewrote', () => {
    const unknown = ofType(
      files.flatMap((file) => file.facts),
      'record',
    ).filter((fact) => !fact.isKnown || fact.unknownFields.length > 0);
    expect(new Set(unknown.map((fact) => `${fact.recordType} ${fact.unknownFields.join()}`))).toEqual(
      new Set(['message ']),
    );
  });

  it('agrees with the reference on every response', () => {
    const ours = [...responses.values()].map(({ id, session, at, model, tokens }) => {
      const { reasoning, ...rest } = tokens;
      return { id, session, at: new Date(at).toISOString(), model, tokens: rest };
    });
    expect(new Map(ours.map((each) => [each.id, each]))).toEqual(reference.responses);
    expect(ours.length).toBeGreaterThan(2000);
  });

  it('agrees with ccusage by day outside the -fixture project', () => {
    const isFixture = (session: string) => fixtureSessions().has(session);
    const ours = sumBy((response) =>
      isFixture(response.session) ? undefined : new Date(response.at).toISOString().slice(0, 10),
    );
    const fixtureDays = new Set(
      [...responses.values()]
        .filter((each) => isFixture(each.session))
        .map((each) => new Date(each.at).toISOString().slice(0, 10)),
    );
    const theirs = new Map<string, Sums>(
      expected('daily').daily.map((day: Sums & { date: string }) => [day.date, sumsOf(day)]),
    );
    const pick = (sums: Map<string, Sums>) => [...sums].filter(([day]) => !fixtureDays.has(day)).sort();
    expect(pick(ours)).toEqual(pick(theirs));
    expect(pick(ours).length).toBeGreaterThan(20);
    // ccusage and the truth may differ on these days only, and only upwards.
    for (const day of fixtureDays)
      expect(theirs.get(day)?.outputTokens).toBeGreaterThanOrEqual(ours.get(day)?.outputTokens ?? 0);
  });

  it('agrees with ccusage by session, but for a fork and for agent_progress, which its sessions leave out', () => {
    const original = 'dcce4143-4609-43c5-a0e3-ea883f6c959b';
    const fork = '493c22a8-b700-4b88-aab8-0fafb602c3be';
    const ours = sumBy((response) => (response.session === original ? fork : response.session));
    const sessions = expected('session').sessions.filter(
      (each: { projectPath: string }) => each.projectPath !== fixtureProject,
    );
    expect(sessions.length).toBeGreaterThan(30);
    const onlyInProgress = agentProgressIds();
    const left = sumBy((response) => (onlyInProgress.has(response.id) ? response.session : undefined));
    expect(left.size).toBe(3);
    for (const each of sessions) {
      const theirs = plus(sumsOf(each), left.get(each.sessionId));
      expect([each.sessionId, ours.get(each.sessionId)]).toEqual([each.sessionId, theirs]);
    }
    // Which file owns the copied responses is the writer's affair; what belongs to the original stands in its file.
    const inOriginal = new Set(
      files
        .filter(({ file }) => file.nativeSessionId === original)
        .flatMap(({ facts }) => ofType(facts, 'response').map((fact) => fact.id)),
    );
    expect(sumBy((response) => (inOriginal.has(response.id) ? original : undefined)).get(original)?.outputTokens).toBe(
      36_804,
    );
  });

  it('counts the prompts that the reference counts, file by file', () => {
    const ours = new Map(
      files.map(({ path, facts }) => [path, ofType(facts, 'message').filter((fact) => fact.prompt !== 'none').length]),
    );
    expect(ours).toEqual(reference.promptsByFile);
  });

  it('agrees with the reference on tool calls and their outcomes', () => {
    const facts = files.flatMap((file) => file.facts);
    const outcomes = new Map(ofType(facts, 'tool_result').map((fact) => [fact.id, fact.outcome]));
    const ours = new Map(
      ofType(facts, 'tool_call').map((fact) => [
        fact.id,
        { tool: fact.tool, outcome: outcomes.get(fact.id) ?? 'open' },
      ]),
    );
    expect(ours).toEqual(reference.toolCalls);
  });

  it('agrees with the reference on applied edits and their line counts', () => {
    for (const { path, facts } of files) {
      const edits = ofType(facts, 'edit').filter((fact) => fact.via !== 'shell');
      const applied = new Map(edits.filter((fact) => fact.stage === 'applied').map((fact) => [fact.callId, fact]));
      const expectedEdits = reference.edits.filter((edit) => edit.file === path && !edit.callId.startsWith('REDACTED'));
      expect(new Set(edits.map((edit) => edit.callId))).toEqual(
        new Set(reference.edits.filter((edit) => edit.file === path).map((edit) => edit.callId)),
      );
      for (const edit of expectedEdits) {
        const ours = applied.get(edit.callId);
        expect([edit.callId, ours?.added.length ?? 0, ours?.removed.length ?? 0]).toEqual([
          edit.callId,
          edit.added,
          edit.removed,
        ]);
        expect(ours !== undefined).toBe(edit.outcome === 'ok' && ours !== undefined);
      }
    }
    expect(reference.edits.length).toBeGreaterThan(400);
  });

  it('declares the commits of git commands and no others', () => {
    const ours = new Map<string, Set<string>>();
    for (const fact of ofType(
      files.flatMap((file) => file.facts),
      'declared_commit',
    )) {
      ours.set(fact.callId, (ours.get(fact.callId) ?? new Set()).add(fact.commit));
    }
    const theirs = new Map([...reference.commits].map(([call, ids]) => [call, new Set(ids)]));
    expect(ours).toEqual(theirs);
    expect(ours.size).toBeGreaterThan(60);
  });

  it('gives patched lines as they stand in the file, although the log shows tabs as spaces', () => {
    const applied = new Map(
      ofType(
        files.flatMap((file) => file.facts),
        'edit',
      )
        .filter((fact) => fact.stage === 'applied')
        .map((fact) => [fact.callId, fact]),
    );
    let compared = 0;
    let wrong = 0;
    for (const record of rawRecords()) {
      const result = record.toolUseResult;
      const fact = applied.get(record.message?.content?.[0]?.tool_use_id);
      if (typeof result?.originalFile !== 'string' || typeof result.oldString !== 'string' || fact === undefined)
        continue;
      const before = new Set(result.originalFile.split(/\r?\n/));
      const replaced = result.originalFile.split(result.oldString).join(result.newString);
      const after = new Set(replaced.split(/\r?\n/));
      compared += fact.added.length + fact.removed.length;
      wrong +=
        fact.removed.filter((line) => !before.has(line)).length + fact.added.filter((line) => !after.has(line)).length;
    }
    expect(compared).toBeGreaterThan(1000);
    // The rest: the first, partial line of an edit whose own indentation the texts do not show.
    expect(wrong / compared).toBeLessThan(0.005);
  });

  function rawRecords() {
    return files.flatMap(({ path }) =>
      readFileSync(join(home, '.claude', 'projects', path), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  }

  function agentProgressIds(): Set<string> {
    const records = rawRecords();
    const main = new Set(records.filter((each) => each.type === 'assistant').map((each) => each.message.id));
    const agents = records
      .filter((each) => each.data?.type === 'agent_progress')
      .map((each) => each.data.message.message.id);
    return new Set(agents.filter((id) => id !== undefined && !main.has(id)));
  }

  function sumBy(keyOf: (response: MergedResponse) => string | undefined): Map<string, Sums> {
    const sums = new Map<string, Sums>();
    for (const response of responses.values()) {
      const key = keyOf(response);
      if (key === undefined) continue;
      const sum = sums.get(key) ?? { inputTokens: 0, outputTokens: 0, cacheCreationTokens: 0, cacheReadTokens: 0 };
      sum.inputTokens += response.tokens.input;
      sum.outputTokens += response.tokens.output;
      sum.cacheCreationTokens += response.tokens.cacheWrite5m + response.tokens.cacheWrite1h;
      sum.cacheReadTokens += response.tokens.cacheRead;
      sums.set(key, sum);
    }
    return sums;
  }

  function fixtureSessions(): Set<string> {
    const ours = files.filter(({ path }) => path.startsWith(`${fixtureProject}/`));
    return new Set(ours.map(({ file }) => file.rootNativeSessionId ?? file.nativeSessionId));
  }
});

function expected(what: 'daily' | 'session') {
  return JSON.parse(readFileSync(join(shared, 'expected', `ccusage.claude.${what}.json`), 'utf8'));
}

function plus(one: Sums, other: Sums | undefined): Sums {
  if (other === undefined) return one;
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheCreationTokens: one.cacheCreationTokens + other.cacheCreationTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
  };
}

function sumsOf({ inputTokens, outputTokens, cacheCreationTokens, cacheReadTokens }: Sums): Sums {
  return { inputTokens, outputTokens, cacheCreationTokens, cacheReadTokens };
}
