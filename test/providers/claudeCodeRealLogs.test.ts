import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { type FileFacts, ofType, readTree } from './readFacts';

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const home = join(shared, 'home');
const isPresent = existsSync(join(home, '.claude', 'projects'));

describe.skipIf(!isPresent)('Claude Code: real logs (skipped without ../shared/data/home)', () => {
  let files: FileFacts[];
  beforeAll(() => {
    files = readTree(claudeCode, join(home, '.claude', 'projects'));
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
});
