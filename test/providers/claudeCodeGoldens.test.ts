import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import type { LogFile } from '../../extension/engine/providers/provider';
import { linesWithOffsets } from './readFacts';

const folder = join(import.meta.dirname, 'fixtures', 'claudeCode');
const file: LogFile = { kind: 'session', nativeSessionId: 's1' };

/** One block per record: where it stands, then a line per fact. Reset with UPDATE_GOLDENS=1, then read by eye. */
function golden(bytes: Buffer): string {
  const blocks = [...linesWithOffsets(bytes)].map(({ line, offset }, index) => {
    const facts = claudeCode.readRecord(line, { file, offset }).map((fact) => `  ${JSON.stringify(fact)}`);
    const prompt = claudeCode.promptText(line);
    const said = prompt === undefined ? [] : [`  prompt text: ${JSON.stringify(prompt)}`];
    return [`line ${index + 1}`, ...facts, ...said].join('\n');
  });
  return `${blocks.join('\n')}\n`;
}

describe('Claude Code: facts of the fixtures', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

  it.each(names)('%s', (name) => {
    const expectedPath = join(folder, name.replace(/\.jsonl$/, '.facts.txt'));
    const actual = golden(readFileSync(join(folder, name)));
    if (process.env.UPDATE_GOLDENS === '1') writeFileSync(expectedPath, actual);
    expect(actual).toBe(readFileSync(expectedPath, 'utf8'));
  });

  it('has a fixture for each part of the reader', () => {
    expect(names.sort()).toEqual(
      [
        'agents',
        'batch',
        'byteOrderMark',
        'commits',
        'edits',
        'malformed',
        'notes',
        'powerShell',
        'prompts',
        'queued',
        'recordTypes',
        'responses',
        'shell',
        'underreported',
        'webSearches',
      ].map((name) => `${name}.jsonl`),
    );
  });
});
