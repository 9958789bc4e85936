import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { type Reference, readClaudeCodeReference } from '../reference/claudeCodeReference';
import { type FileFacts, ofType, readTree } from './readFacts';

/** Fixtures of well-formed records: the reference trusts its input. */
const fixtures = ['prompts', 'queued', 'edits', 'commits'];

describe('Claude Code: fixtures against the reference', () => {
  const home = mkdtempSync(join(tmpdir(), 'paceflow-'));
  let files: FileFacts[];
  let reference: Reference;

  beforeAll(() => {
    const slug = join(home, '.claude', 'projects', '-shop');
    mkdirSync(slug, { recursive: true });
    for (const name of fixtures) {
      copyFileSync(join(import.meta.dirname, 'fixtures', 'claudeCode', `${name}.jsonl`), join(slug, `${name}.jsonl`));
    }
    files = readTree(claudeCode, join(home, '.claude', 'projects'));
    reference = readClaudeCodeReference(home);
  });

  afterAll(() => rmSync(home, { recursive: true }));

  it('counts the same prompts', () => {
    const ours = files.map(({ path, facts }) => [
      path,
      ofType(facts, 'message').filter((fact) => fact.prompt !== 'none').length,
    ]);
    expect(new Map(ours.map(([path, prompts]) => [path, prompts]))).toEqual(reference.promptsByFile);
    expect(reference.promptsByFile.get('-shop/prompts.jsonl')).toBe(11);
    expect(reference.promptsByFile.get('-shop/queued.jsonl')).toBe(3);
  });

  it('sees the same edits with the same number of lines', () => {
    const facts = factsOf('edits');
    const ours = ofType(facts, 'tool_call')
      .filter((call) => ['Edit', 'MultiEdit', 'Write'].includes(call.tool))
      .map((call) => {
        const applied = ofType(facts, 'edit').find((edit) => edit.callId === call.id && edit.stage === 'applied');
        return [call.id, applied?.added.length ?? 0, applied?.removed.length ?? 0];
      });
    const edits = reference.edits.filter((edit) => edit.file === '-shop/edits.jsonl');
    expect(ours).toEqual(edits.map((edit) => [edit.callId, edit.added, edit.removed]));
    expect(edits.map((edit) => edit.outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'rejected', 'rejected', 'failed']);
  });

  it('declares the same commits', () => {
    const ours = ofType(factsOf('commits'), 'declared_commit').map((fact) => `${fact.callId} ${fact.commit}`);
    const theirs = [...reference.commits].flatMap(([call, ids]) => ids.map((id) => `${call} ${id}`));
    expect(ours.sort()).toEqual(theirs.sort());
    expect(ours).toHaveLength(7);
  });

  function factsOf(name: string) {
    return files.find(({ path }) => path === `-shop/${name}.jsonl`)?.facts ?? [];
  }
});
