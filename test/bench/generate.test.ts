import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Reference, readClaudeCodeReference } from '../reference/claudeCodeReference';
// @ts-expect-error The generator is plain JavaScript: it runs without a build.
import { generate } from './generate.mjs';

const folder = mkdtempSync(join(tmpdir(), 'paceflow-generate-'));
const size = { bytes: 2e6, files: 40, seed: 3 };

afterAll(() => rmSync(folder, { recursive: true }));

describe('generated logs', () => {
  const home = join(folder, 'first');
  const truth = generate({ out: home, ...size });

  it('are the same for the same arguments, and others for another seed', () => {
    const again = join(folder, 'again');
    const other = join(folder, 'other');
    expect(generate({ out: again, ...size })).toEqual(truth);
    generate({ out: other, ...size, seed: 4 });
    expect(digest(again)).toBe(digest(home));
    expect(digest(other)).not.toBe(digest(home));
  });

  it('have the size and the number of files that were asked for', () => {
    const sizes = logs(home).map((path) => statSync(path).size);
    expect(sizes).toHaveLength(size.files);
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(truth.bytes);
    expect(Math.abs(truth.bytes - size.bytes)).toBeLessThan(size.bytes * 0.05);
  });

  it('say what the reference reader finds', () => {
    const reference = readClaudeCodeReference(home);
    const tokens = { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0 };
    for (const response of reference.responses.values()) {
      for (const name of Object.keys(tokens) as (keyof typeof tokens)[]) tokens[name] += response.tokens[name];
    }
    const edits = reference.edits.filter(({ via }) => via === 'edit' || via === 'overwrite');
    const withOutcome = (outcome: string) => edits.filter((edit) => edit.outcome === outcome);
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    expect({
      responses: reference.responses.size,
      tokens,
      calls: reference.toolCalls.size,
      promptsWithCopies: sum([...reference.promptsByFile.values()]),
      edits: {
        ok: withOutcome('ok').length,
        failed: withOutcome('failed').length,
        rejected: withOutcome('rejected').length,
      },
      linesAdded: sum(withOutcome('ok').map((edit) => edit.added)),
      linesRemoved: sum(withOutcome('ok').map((edit) => edit.removed)),
    }).toEqual({
      responses: truth.responses,
      tokens: truth.tokens,
      calls: truth.calls,
      promptsWithCopies: truth.promptsWithCopies,
      edits: truth.edits,
      linesAdded: truth.linesAdded,
      linesRemoved: truth.linesRemoved,
    });
  });

  it('have more forks and rewinds where they are asked for', () => {
    const plain = readClaudeCodeReference(home);
    const many = join(folder, 'many');
    const { prompts, promptsWithCopies } = generate({ out: many, ...size, forks: 0.3, rewinds: 0.5 });
    expect(promptsWithCopies - prompts).toBeGreaterThan(2 * (truth.promptsWithCopies - truth.prompts));
    const rewound = ({ edits }: Reference) => edits.filter((edit) => edit.isRewound).length;
    expect(rewound(readClaudeCodeReference(many))).toBeGreaterThan(rewound(plain));
  });

  it('hold sub-agents, forks, and responses on several lines', () => {
    const paths = logs(home);
    expect(paths.some((path) => path.includes('/subagents/agent-'))).toBe(true);
    expect(truth.promptsWithCopies).toBeGreaterThan(truth.prompts);
    expect(truth.records).toBeGreaterThan(truth.responses * 3);
  });
});

function logs(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(home, name).split('\\').join('/'))
    .sort();
}

function digest(home: string): string {
  const hash = createHash('sha256');
  for (const path of logs(home)) hash.update(path.slice(home.length)).update(readFileSync(path));
  return hash.digest('hex');
}
